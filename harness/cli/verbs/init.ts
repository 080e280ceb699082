/** `init`: from a compose file to a gate. Writes definitions and workflows; of what was edited or deleted since, nothing. */

import { exitCodes } from "../../base/error.ts";
import { terminalAsk } from "../init/ask.ts";
import type { InitFlags } from "../init/flags.ts";
import { initSummary } from "../init/summary.ts";
import { writeInto, type Written } from "../init/write-files.ts";

/** Throws `not-found`, `usage`, and `cannot-write`. */
export async function init(flags: InitFlags): Promise<number> {
  const written = await carriedOut(flags, process.cwd());
  process.stdout.write(flags.json === true ? `${JSON.stringify(dataOf(written), null, 2)}\n` : initSummary(written));
  return exitCodes.pass;
}

async function carriedOut(flags: InitFlags, root: string): Promise<Written> {
  const isTerminal = process.stdin.isTTY && process.stderr.isTTY;
  if (flags.yes === true || flags.json === true || !isTerminal) return await writeInto(root, flags, null);
  using terminal = terminalAsk();
  return await writeInto(root, flags, terminal.ask);
}

function dataOf({ prepared: { known, document, project }, decided, leftOver }: Written): object {
  return {
    target: known.system.name,
    services: [...known.system.parts, ...known.system.tasks, ...known.system.tools].map(({ service, role, port, because }) => ({ name: service.name, role, port, because })),
    links: known.links.map(({ name, because }) => ({ name, because })),
    openapi: document,
    entry: known.door?.service.name ?? null,
    missingVariables: project.missing,
    files: decided.map(({ draft, fate }) => ({ path: draft.path, fate })),
    leftOver,
    notSetUp: known.missing,
  };
}
