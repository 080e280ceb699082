/** Bounded waiting: a promise with a limit, and a pause that an abort signal ends. */

import { setTimeout as sleep } from "node:timers/promises";

/** The promise's own result, or what `late` makes when it has not settled within the limit. The work itself goes on in the background. */
export async function withDeadline<T>(work: Promise<T>, limitMs: number, late: () => Error): Promise<T> {
  const { promise: overdue, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), limitMs);
  try {
    return await Promise.race([work, overdue]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits, or returns at once when the signal is or gets aborted. */
export async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal });
  } catch {
    // The only way for the timer to fail is the abort, and its caller looks at the signal next.
  }
}
