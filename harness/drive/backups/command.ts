/** Commands of the user's own: whatever they use to back up and to restore, with a folder to keep it in. Argument lists, never a shell. */

import { basename, resolve } from "node:path";
import { nowUs, unixUsOfIsoTime, wallClockOffsetUs, type InstantUs } from "../../base/time.ts";
import type { BackupSpec } from "../../scenario/drill/backup.ts";
import { filledCommand, filledText, wholeEnvironment } from "../stack/clients/own-command.ts";
import type { BackupMethod, Site, Tool } from "./backup.ts";
import { sizeOf } from "./files.ts";

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
    const bytes = sizeOf(site.folder);
    return { asOfUs, bytes: bytes === 0 ? null : bytes, what: `back-up by ${site.spec.backUp.slice(0, 2).map((word) => basename(word)).join(" ")}` };
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

function toolOf(command: readonly string[], { spec: { env, workingFolder }, stack, folder }: CommandSite): Tool {
  const given = { backup: folder };
  const own = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, filledText(value, stack, given)]));
  return {
    as: "us",
    command: filledCommand(command, stack, given),
    env: { ...wholeEnvironment(), ...own },
    workingFolder: resolve(stack.targetFolder, workingFolder ?? "."),
  };
}
