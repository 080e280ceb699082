/** Records to write, all of the same shape as a real run's, and the way a load process writes them. */

import { wait } from "../../../base/time.ts";
import type { JsonEvent } from "../../../log/event.ts";
import type { RequestRecord } from "../../../log/record.ts";
import { openRequestWriter } from "../../../log/writer.ts";

/** The writer flushes by a timer, so the loop is let go that often, as a load process would. */
const recordsPerTurn = 5000;

export const table = { routes: ["read", "write"], workloads: ["bench"] };

/** Writes `<folder>/load.requests`. */
export async function writeRequests(folder: string, count: number): Promise<void> {
  using writer = openRequestWriter(folder, "load", table, { onError: raise });
  await inTurns(count, (number) => writer.write(request(number)));
}

/** Calls `act` with 0, 1, 2, … and lets timers run in between. */
export async function inTurns(count: number, act: (number: number) => void): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    act(number);
    if (number % recordsPerTurn === recordsPerTurn - 1) await wait(0);
  }
}

/** The good answer to request `number`, which was due then. */
export function request(number: number, intendedUs = 1_000_000_000 + number * 500): RequestRecord {
  return {
    workload: 0,
    route: number % 2,
    intendedUs,
    startUs: intendedUs + 80 + (number % 97),
    firstByteUs: intendedUs + 900 + (number % 131),
    endUs: intendedUs + 1100 + (number % 151),
    status: 200,
    outcome: 0,
    bytes: 420 + (number % 50),
  };
}

export function gauge(number: number): JsonEvent {
  return { type: "gauge", at: 1_000_000_000 + number * 500, gauge: "queue-depth", value: number % 40, why: null };
}

export function raise(error: Error): never {
  throw error;
}
