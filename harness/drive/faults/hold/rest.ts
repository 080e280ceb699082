/** A short rest between two looks of a holder. */

import { wait } from "../../../base/time.ts";

/** Returns early, and in order, once it is to be let go. */
export async function restUnlessEnded(restMs: number, ended: AbortSignal): Promise<void> {
  try {
    await wait(restMs, ended);
  } catch {
    // What is held is let go by whoever called.
  }
}
