/** Commands of the user's own: whatever they use to back up and to restore, with a folder to keep it in. Argument lists, never a shell. */

import { basename, dirname, isAbsolute, join } from "node:path";
import { formatAddress } from "../../base/loopback-address.ts";
import { nowUs, unixUsOfIsoTime, wallClockOffsetUs, type InstantUs } from "../../base/time.ts";
import type { BackupSpec } from "../../scenario/drill/backup.ts";
import { fillTemplate, parseTemplate } from "../../scenario/template.ts";
import { assertPermitted } from "../guard/guard.ts";
import { nodeAddress, type Address } from "../stack/address.ts";
import { minimalEnvironment } from "../stack/embedded/context.ts";
import type { BackupMethod, Site, Tool } from "./backup.ts";

type CommandSite = Site<Extract<BackupSpec, { by: "command" }>>;

const asOfLine = /^as-of (\S+)$/;

export const ownCommand: BackupMethod<CommandSite["spec"]> = {
  about: {
    backsUp: "runs `backUp`",
    restores: "runs `restore`, where the volume is ours on an empty store that is up",
    age: "what `restore` says in a line `as-of <time>`; else since the newest back-up began, if all checks hold",
  },
  unavailable: async () => await Promise.resolve(null),
  backUp: async (site) => {
    const asOfUs = nowUs();
    await site.runTool(toolOf(site.spec.backUp, site));
    return { asOfUs, bytes: null, what: `back-up by ${site.spec.backUp.slice(0, 2).map((word) => basename(word)).join(" ")}` };
  },
  restore: async (site, last) => {
    await site.stack.nodes.get(site.node)?.volume?.renew(null);
    const lines = await site.runTool(toolOf(site.spec.restore, site));
    return { ...last, asOfUs: asOfUsIn(lines) };
  },
};

/** null when no line says it, or not as a time. */
function asOfUsIn(lines: readonly string[]): InstantUs | null {
  const [, time = ""] = lines.map((line) => asOfLine.exec(line.trim())).findLast((match) => match !== null) ?? [];
  const unixUs = unixUsOfIsoTime(time);
  return Number.isFinite(unixUs) ? Math.round(unixUs - wallClockOffsetUs()) : null;
}

/** "node" is the pinned one that runs us. */
function toolOf(command: readonly string[], site: CommandSite): Tool {
  const { env, workingFolder } = site.spec;
  const [program = "", ...rest] = command.map((word) => filled(word, site));
  const own = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, filled(value, site)]));
  const base = minimalEnvironment();
  return {
    as: "us",
    command: [program === "node" ? process.execPath : program, ...rest],
    env: { ...base, PATH: `${dirname(process.execPath)}:${base["PATH"]}`, ...own },
    workingFolder: workingFolder === undefined ? site.targetFolder : isAbsolute(workingFolder) ? workingFolder : join(site.targetFolder, workingFolder),
  };
}

/** {{backup}}: the folder that is kept · {{node:name}} and {{node:name:port}} · {{link:name}} · {{run}}. */
function filled(text: string, { stack: { addresses }, folder, run, guard }: CommandSite): string {
  return fillTemplate(parseTemplate(text), ({ name, arguments: [first, second] }) => {
    if (name === "backup") return folder;
    if (name === "run") return run;
    if (name === "node" && first !== undefined) return written(nodeAddress(addresses, first, second));
    const link = name === "link" && first !== undefined ? addresses.links[first] : undefined;
    return link === undefined ? undefined : written(link);
  });

  /** A command is not told of places that may not be touched. */
  function written(address: Address): string {
    assertPermitted(address, guard);
    return formatAddress(address);
  }
}
