/**
 * Whether the engine tells the truth about a server that keeps its own log: requests are matched one by one by their number, and times
 * compared on the host's one clock. What the engine should report of a request is when the server answered it, less when it was due.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { RoadworthyError } from "../../base/error.ts";
import type { RequestEvent } from "../../log/event.ts";
import { percentileOfSorted } from "../../sli/concepts/percentile.ts";
import { startModule } from "../bench/child.ts";
import { chooseCores } from "../bench/load/cores.ts";
import { temporaryFolder } from "../bench/temporary-folder.ts";
import { runLoad, type LoadRun } from "./run-load.ts";
import { decodeLog, type Script, type Served, type ServerLog } from "./script.ts";

export interface TruthCase {
  readonly script: Script;
  readonly ratePerSecond: number;
  readonly totalMs: number;
  readonly connections: number;
  readonly timeoutMs?: number;
}

/** A request as both sides saw it. */
export interface Seen {
  readonly request: RequestEvent;
  readonly served: Served;
  /** By the schedule alone, in whole arrivals from the start. */
  readonly dueUs: number;
}

export interface Truth {
  readonly run: LoadRun;
  readonly log: ServerLog;
  /** In the order of the schedule. Requests that only one side knows are not here. */
  readonly seen: readonly Seen[];
}

const addressSchema = z.object({ port: z.int() });

export async function runTruthCase({ script, ratePerSecond, totalMs, connections, timeoutMs = 20_000 }: TruthCase): Promise<Truth> {
  using folder = temporaryFolder();
  // A server that answers a thousand requests at once keeps its core for milliseconds; a generator that is woken on the same one reads none of them until then.
  const cores = chooseCores();
  await using server = startModule("harness/proof/load/scripted-server", [JSON.stringify(script)], cores.server);
  const { port } = addressSchema.parse(JSON.parse(await server.line()));
  const run = await runLoad({
    port,
    profile: { shape: "constant", rate: ratePerSecond },
    totalMs,
    connections,
    timeoutMs,
    ...(cores.generator === undefined ? {} : { core: cores.generator }),
    routes: { numbered: { path: "/{{n}}", expect: { json: { status: "ok" } } } },
  });
  const path = join(folder.path, "log");
  server.tell(JSON.stringify({ log: path }));
  await server.line();
  const log = decodeLog(readFileSync(path));
  return { run, log, seen: match(run, log, ratePerSecond) };
}

function match(run: LoadRun, log: ServerLog, ratePerSecond: number): Seen[] {
  const served = new Map(log.served.map((row) => [row.n, row]));
  return run.requests
    .toSorted((a, b) => a.intendedUs - b.intendedUs)
    .flatMap((request) => {
      const n = Math.round(((request.intendedUs - run.startAtUs) * ratePerSecond) / 1_000_000);
      const row = served.get(n);
      return row === undefined ? [] : [{ request, served: row, dueUs: run.startAtUs + (n * 1_000_000) / ratePerSecond }];
    });
}

/** In ms, ascending. */
export function reportedMs(seen: readonly Seen[]): number[] {
  return ascending(seen.map(({ request }) => (request.endUs - request.intendedUs) / 1000));
}

/** What the server's log and the schedule say that it was, in ms, ascending. */
export function trueMs(seen: readonly Seen[]): number[] {
  return ascending(seen.map(({ served, dueUs }) => (served.answeredUs - dueUs) / 1000));
}

function ascending(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b);
}

/** Of values that are there. */
export function quantileOf(sorted: readonly number[], quantile: number): number {
  const value = percentileOfSorted(sorted, quantile);
  if (value === null) throw new RoadworthyError("internal", "there is no percentile of nothing");
  return value;
}

/**
 * Requests whose times cannot be: what the engine says must lie between what the server saw. On one connection, one thing follows the
 * other: sent ≤ arrived ≤ answered ≤ ended ≤ the next one sent ≤ arrived. So the end of a request is held from both sides.
 */
export function impossible(seen: readonly Seen[]): string[] {
  const byConnection = Map.groupBy(seen, ({ served }) => served.connection);
  return [...byConnection.values()].flatMap((list) => {
    const inOrder = list.toSorted((a, b) => a.served.arrivedUs - b.served.arrivedUs);
    return inOrder.flatMap(({ request, served }, index) => {
      const nextArrivedUs = inOrder[index + 1]?.served.arrivedUs ?? Number.POSITIVE_INFINITY;
      const times = [request.intendedUs, request.startUs, served.arrivedUs, served.answeredUs, request.endUs, nextArrivedUs];
      const isInOrder = times.every((time, at) => at === 0 || time >= (times[at - 1] ?? 0));
      return isInOrder ? [] : [`request ${served.n}: ${times.map((time) => Math.round(time - request.intendedUs)).join(" ≤ ")} µs do not hold`];
    });
  });
}
