/** `roadworthy.allow.yaml`: what a run may touch that it did not start. Nothing, until somebody agrees to it. */

import { relative } from "node:path";
import type { ComposeProject } from "../compose/read-compose.ts";

/** `folder`: where the allow file lies. */
export function allowDraft({ services, external }: ComposeProject, folder: string): string {
  const binds = [...new Set(services.flatMap(({ mounts }) => mounts.filter(({ kind, isReadOnly }) => kind === "bind" && !isReadOnly).map(({ source }) => source)))];
  const rows = {
    binds: binds.map((source) => `{ path: ${quoted(source.startsWith("~") ? source : `./${relative(folder, source)}`)}, reason: "…" }`),
    volumes: external.volumes.map((name) => `{ name: ${quoted(name)}, reason: "…" }`),
    networks: external.networks.map((name) => `{ name: ${quoted(name)}, reason: "…" }`),
  };
  return [
    "# What runs of Roadworthy may touch beyond what they started themselves. It counts once it is committed.",
    "# hosts: each also has to be named by --allow-target, such as { host: staging.internal, port: 443, reason: \"Our staging; agreed with operations\" }",
    "hosts: []",
    ...Object.entries(rows).flatMap(([kind, found]) => section(kind, found)),
    "",
  ].join("\n");
}

const meaning: Readonly<Record<string, string>> = {
  binds: "Folders of this machine that the compose files mount for writing. Without its row here a run refuses to start:",
  volumes: "Volumes that are there already. Without its row here a run refuses to start:",
  networks: "Networks that are there already. Without its row here a run refuses to start:",
};

/** As comments: to agree is the team's. */
function section(kind: string, rows: readonly string[]): string[] {
  if (rows.length === 0) return [];
  return ["", `# ${meaning[kind] ?? ""}`, "# compose:", `#   ${kind}:`, ...rows.map((row) => `#     - ${row}`)];
}

/** YAML takes what JSON writes. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
