/**
 * What a rate above all capacity does to the load process: its memory, its counts and its end. A request that finds no connection waits in
 * a queue of `waitingLimit` places, for its timeout at most, and is dropped then, or at once when the queue is full; so its memory has a
 * bound that can be worked out, and its end as well: the schedule, the last request's wait, and the last answer's.
 */

import { z } from "zod";
import { every, nowUs } from "../../base/time.ts";
import { waitingLimit } from "../../drive/load/http/pool.ts";
import { offeredBy } from "../../drive/load/pace.ts";
import { startModule } from "../bench/child.ts";
import { runLoad, type LoadRun } from "../load/run-load.ts";
import type { Script } from "../load/script.ts";
import { MemoryLook, type Growth } from "./look.ts";

export interface AboveCapacity {
  what: string;
  script: Script;
  ratePerSecond: number;
  seconds: number;
  connections: number;
  timeoutMs: number;
}

export interface AboveCapacityFinding extends Growth {
  what: string;
  /** Requests that the schedule holds. */
  due: number;
  counts: LoadRun["counts"];
  /** Dropped ones in the log, request by request. */
  droppedRecords: number;
  records: number;
  allowedMiB: number;
  endedAfterMs: number;
  allowedMs: number;
}

const looksEachMs = 50;
/** A request that waits, with its journey and its bytes: 1.1 KiB when it was measured. */
const bytesOfWaiting = 1280;
/** The queue keeps those that left it until they are a quarter of it. */
const keptShare = 4 / 3;
/** V8 lets what has lived for a while grow to four times what was in use when it last collected it. */
const collectorFactor = 4;
/** The program itself, of which the same is true, and R14's room for what is sent. */
const roomMiB = 3 * 32 + 50;
/** From the end of the last request to the last record of the log. */
const closingMs = 1000;
const addressSchema = z.object({ port: z.int() });

/** Growth counts from the moment the load begins. */
export async function checkAboveCapacity(order: AboveCapacity): Promise<AboveCapacityFinding> {
  await using server = startModule("harness/proof/load/scripted-server", [JSON.stringify(order.script)]);
  const { port } = addressSchema.parse(JSON.parse(await server.line()));
  const totalMs = order.seconds * 1000;
  const { ratePerSecond, connections, timeoutMs, what } = order;
  const looks = { growth: (): Growth => ({ grownMiB: 0, firstHalfMiB: 0, secondHalfMiB: 0 }) };
  using watching = new DisposableStack();
  const profile = { shape: "constant", rate: ratePerSecond } as const;
  const routes = { numbered: { path: "/{{n}}", expect: { json: { status: "ok" } } } };
  const run = await runLoad({ port, profile, totalMs, connections, timeoutMs, routes }, (load, startAtUs) => {
    const look = new MemoryLook(() => load.residentBytes() ?? 0);
    looks.growth = () => look.growth();
    watching.use(every(looksEachMs, () => look.look((nowUs() - startAtUs) / (totalMs * 1000))));
  });
  return {
    what,
    due: offeredBy(profile, totalMs),
    counts: run.counts,
    records: run.requests.length,
    droppedRecords: run.requests.filter(({ outcome }) => outcome === "dropped").length,
    ...looks.growth(),
    allowedMiB: roomMiB + (Math.min(waitingLimit, (ratePerSecond * timeoutMs) / 1000) * bytesOfWaiting * keptShare * collectorFactor) / 2 ** 20,
    endedAfterMs: (run.endedAtUs - run.startAtUs) / 1000,
    allowedMs: totalMs + 2 * timeoutMs + closingMs,
  };
}
