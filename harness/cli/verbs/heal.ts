/** `heal`: undoes what interrupted runs left behind; a live run is asked to stop first. */

import { exitCodes } from "../../base/error.ts";
import { healInterrupted, type HealedRun } from "../../drive/supervisor/heal.ts";

export async function heal(flags: { json?: boolean }): Promise<number> {
  const healed = await healInterrupted({ stopLive: true });
  process.stdout.write(flags.json === true ? `${JSON.stringify({ healed }, null, 2)}\n` : describe(healed));
  return healed.every((run) => run.complete) ? exitCodes.pass : exitCodes.cleanup;
}

function describe(healed: readonly HealedRun[]): string {
  if (healed.length === 0) return "Nothing was left behind.\n";
  return healed.map((run) => `${run.run}: ${run.complete ? "everything is undone" : "CLEAN-UP INCOMPLETE"}\n${run.left.map((left) => `  ${left.kind} ${left.id}: ${left.command}\n`).join("")}`).join("");
}
