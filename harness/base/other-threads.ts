/** Node's threads beside the one that runs the program: they compile and collect in the background. */

import { readdirSync } from "node:fs";
import { setPriority } from "node:os";

const lowest = 19;

/**
 * Lets them work only where the program leaves a processor idle, so that they do not make it late by the length of a time slice. On Linux, which
 * has a priority for each thread; elsewhere, and where it is not allowed, they stay as they are.
 */
export function lowerOtherThreads(): void {
  if (process.platform !== "linux") return;
  for (const thread of readdirSync("/proc/self/task").map(Number)) {
    if (thread === process.pid) continue;
    try {
      setPriority(thread, lowest);
    } catch {
      // It has ended, or this is forbidden here: a matter of some milliseconds.
    }
  }
}
