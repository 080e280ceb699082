/** The life of a process: start, run, and on SIGTERM or SIGINT an orderly exit within two seconds. */

import { withDeadline } from "./deadline.ts";
import { messageOf } from "./failure.ts";
import { logLine, logTrouble } from "./log-line.ts";

export interface Running {
  close(): Promise<void>;
}

const closeLimitMs = 1_800;

/** Starts the process and ties its end to the termination signals. A start that fails says why in one line and exits 1. */
export async function runEntry(start: () => Promise<Running>): Promise<void> {
  try {
    const running = await start();
    for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => void leave(running, name));
  } catch (error) {
    logTrouble(`cannot start: ${messageOf(error)}`);
    process.exit(1);
  }
}

async function leave(running: Running, why: string): Promise<never> {
  logLine(`closing on ${why}`);
  try {
    await withDeadline(running.close(), closeLimitMs, () => new Error(`not closed within ${closeLimitMs} ms`));
  } catch (error) {
    logTrouble(`closing: ${messageOf(error)}`);
  }
  process.exit(0);
}
