/** A service of a compose file with its many spellings brought to one. */

import { z } from "zod";
import { isFields, type Fields } from "./merge.ts";
import { scalarText } from "./scalar.ts";

export interface Port {
  /** Inside the container. */
  readonly target: number;
  /** On the host, where one is fixed. */
  readonly published: number | null;
}

export interface Mount {
  readonly kind: "bind" | "volume" | "other";
  /** Whole path on the host, or name of the volume; empty for one without a name. */
  readonly source: string;
  readonly target: string;
  readonly isReadOnly: boolean;
}

export interface Service {
  readonly name: string;
  readonly image: string | null;
  readonly isBuilt: boolean;
  readonly containerName: string | null;
  /** Other names that its networks know it by. */
  readonly aliases: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly ports: readonly Port[];
  /** Ports that are said to be open, without being published. */
  readonly expose: readonly number[];
  /** What it waits for, with the condition. */
  readonly dependsOn: Readonly<Record<string, string>>;
  /** Servers that it names under `links`. */
  readonly links: readonly string[];
  /** The words of the command, of the entry point and the command together. */
  readonly command: readonly string[];
  /** The words of its health check; none when it has none. */
  readonly health: readonly string[];
  readonly restart: string | null;
  readonly mounts: readonly Mount[];
  readonly profiles: readonly string[];
  readonly replicas: number;
}

const texts = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** Throws a ZodError for a field of the wrong type. */
export function serviceOf(name: string, fields: Fields): Service {
  const health = isFields(fields["healthcheck"]) ? fields["healthcheck"] : {};
  const deploy = isFields(fields["deploy"]) ? fields["deploy"] : {};
  const count = fields["scale"] ?? deploy["replicas"];
  return {
    name,
    image: textOrNull(fields["image"]),
    isBuilt: fields["build"] !== undefined && fields["build"] !== null,
    containerName: textOrNull(fields["container_name"]),
    aliases: aliasesOf(fields),
    environment: mapOf(fields["environment"]),
    ports: listOf(fields["ports"]).flatMap(portsOf),
    expose: listOf(fields["expose"]).flatMap((entry) => range(scalarText(entry).split("/")[0] ?? "")),
    dependsOn: dependsOn(fields["depends_on"]),
    links: listOf(fields["links"]).map((entry) => scalarText(entry).split(":")[0] ?? ""),
    command: [...words(fields["entrypoint"]), ...words(fields["command"])],
    health: health["disable"] === true ? [] : words(health["test"]).filter((word) => word !== "CMD" && word !== "CMD-SHELL" && word !== "NONE"),
    restart: textOrNull(fields["restart"]),
    mounts: listOf(fields["volumes"]).map(mountOf),
    profiles: listOf(fields["profiles"]).map(scalarText),
    replicas: count === undefined ? 1 : z.coerce.number().int().min(0).parse(count),
  };
}

function textOrNull(value: unknown): string | null {
  return value === undefined || value === null ? null : texts.parse(value);
}

function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** `[A=b, C]` as `{ A: b }`; a name without a value is left out. */
export function pairsOf(value: unknown): Fields {
  if (isFields(value)) return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== null && entry !== undefined));
  const pairs = listOf(value).map((entry) => /^([^=]*)=(.*)$/s.exec(scalarText(entry)));
  return Object.fromEntries(pairs.flatMap((pair) => (pair === null ? [] : [[pair[1] ?? "", pair[2] ?? ""]])));
}

function mapOf(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(pairsOf(value)).map(([name, entry]) => [name, texts.parse(entry)]));
}

/** A list, or a line as a shell would part it. */
function words(value: unknown): string[] {
  if (typeof value !== "string") return listOf(value).map(scalarText);
  return [...value.matchAll(/"((?:\\.|[^"\\])*)"|'([^']*)'|(\S+)/g)].map(([, double, single, plain]) => double ?? single ?? plain ?? "");
}

function dependsOn(value: unknown): Record<string, string> {
  if (!isFields(value)) return Object.fromEntries(listOf(value).map((entry) => [scalarText(entry), "service_started"]));
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, isFields(entry) ? scalarText(entry["condition"] ?? "service_started") : "service_started"]));
}

function aliasesOf(fields: Fields): string[] {
  const networks = isFields(fields["networks"]) ? Object.values(fields["networks"]) : [];
  const named = networks.flatMap((network) => (isFields(network) ? listOf(network["aliases"]).map(scalarText) : []));
  return [...new Set([...named, ...[fields["container_name"], fields["hostname"]].flatMap((name) => (name === undefined || name === null ? [] : [scalarText(name)]))])];
}

/** `8080:80`, `127.0.0.1:8080:80/tcp`, `8000-8001:8000-8001`, `80`, `{ target: 80, published: 8080 }`; UDP is left out. */
function portsOf(entry: unknown): Port[] {
  if (isFields(entry)) {
    if (entry["protocol"] === "udp") return [];
    return range(scalarText(entry["target"])).map((target) => ({ target, published: range(scalarText(entry["published"] ?? ""))[0] ?? null }));
  }
  const [, places = "", protocol = "tcp"] = /^(.*?)(?:\/(\w+))?$/.exec(scalarText(entry)) ?? [];
  if (protocol !== "tcp") return [];
  const parts = places.replace(/^\[[^\]]*\]:/, "").split(":");
  const published = parts.length > 1 ? range(parts.at(-2) ?? "") : [];
  return range(parts.at(-1) ?? "").map((target, index) => ({ target, published: published[index] ?? null }));
}

/** "8000-8002" as its ports, 64 at most; none for what is no port. */
function range(text: string): number[] {
  const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text.trim()) ?? [];
  if (first === undefined) return [];
  const count = Math.min(64, Math.max(1, Number(last) - Number(first) + 1));
  return Array.from({ length: count }, (_, index) => Number(first) + index).filter((port) => port >= 1 && port <= 65_535);
}

function mountOf(entry: unknown): Mount {
  if (isFields(entry)) {
    const type = scalarText(entry["type"] ?? "volume");
    return { kind: type === "bind" || type === "volume" ? type : "other", source: scalarText(entry["source"] ?? ""), target: scalarText(entry["target"] ?? ""), isReadOnly: entry["read_only"] === true };
  }
  const [source = "", target, mode = ""] = scalarText(entry).split(":");
  if (target === undefined) return { kind: "volume", source: "", target: source, isReadOnly: false };
  return { kind: /^[./~]/.test(source) ? "bind" : "volume", source, target, isReadOnly: mode.split(",").includes("ro") };
}
