/** One run of the open-model engine, in the load process as a suite starts it, and what its log says. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { entryPath } from "../../base/entry.ts";
import { RoadworthyError } from "../../base/error.ts";
import { nowUs } from "../../base/time.ts";
import type { loadConfigSchema } from "../../drive/load/config.ts";
import { loadNodeFlags } from "../../drive/load/threads.ts";
import type { LogEvent, RequestEvent } from "../../log/event.ts";
import { readSegment } from "../../log/segment.ts";
import type { routeSchema } from "../../scenario/route.ts";
import { startProgram, type Child } from "../bench/child.ts";
import { temporaryFolder } from "../bench/temporary-folder.ts";

/** How long after `ready` the schedule begins. */
const leadMs = 50;

type Config = z.input<typeof loadConfigSchema>;
type RouteInput = Omit<z.input<typeof routeSchema>, "node">;

export interface LoadOrder {
  readonly port: number;
  readonly profile: Config["workloads"][number]["profile"];
  readonly totalMs: number;
  readonly connections: number;
  /** Of each request; the run may take so much longer than its schedule. */
  readonly timeoutMs: number;
  /** Taken in turn by chance, all alike. */
  readonly routes: Readonly<Record<string, RouteInput>>;
  /** The core that the process is kept on, where that can be said. */
  readonly core?: number;
}

export interface LoadRun {
  readonly startAtUs: number;
  /** When the last request had ended. */
  readonly endedAtUs: number;
  readonly requests: readonly RequestEvent[];
  readonly counts: { readonly offered: number; readonly started: number; readonly dropped: number };
  /** What went wrong, by class and message, with its count. */
  readonly errors: ReadonlyMap<string, number>;
  readonly generator: readonly Extract<LogEvent, { type: "generator" }>[];
}

const endWithinMs = 8000;

/** Starts the load process, lets it run its schedule to the end and reads its log. `watch` sees the process while it runs; what it gives is not waited for. */
export async function runLoad(order: LoadOrder, watch?: (load: Child, startAtUs: number) => unknown): Promise<LoadRun> {
  using folder = temporaryFolder();
  const config = join(folder.path, "load.json");
  writeFileSync(config, JSON.stringify(configOf(order, folder.path)));
  await using load = startProgram(process.execPath, [...loadNodeFlags, entryPath("harness/drive/load/main"), config], order.core);
  await load.line();
  const startAtUs = nowUs() + leadMs * 1000;
  load.tell(JSON.stringify({ startAtUs }));
  watch?.(load, startAtUs);
  await load.output(order.totalMs + 2 * order.timeoutMs + endWithinMs);
  return readRun(folder.path, startAtUs);
}

function configOf({ port, profile, totalMs, connections, timeoutMs, routes }: LoadOrder, logFolder: string): Config {
  return {
    logFolder,
    seed: 1,
    run: "proof",
    totalMs,
    workloads: [{ name: "proof", profile, journeys: Object.keys(routes).map((name) => ({ steps: [name] })), connections, timeout: `${timeoutMs}ms` }],
    target: { routes: Object.fromEntries(Object.entries(routes).map(([name, route]) => [name, { ...route, node: "server" }])), ledgers: {} },
    addresses: { nodes: { server: { kind: "process", ports: { main: { host: "127.0.0.1", port } } } }, links: {} },
  };
}

function readRun(folder: string, startAtUs: number): LoadRun {
  const requests: RequestEvent[] = [];
  for (const event of readSegment(join(folder, "load.requests"))) if (event.type === "request") requests.push(event);
  const errors = new Map<string, number>();
  const generator: Extract<LogEvent, { type: "generator" }>[] = [];
  let counts: LoadRun["counts"] | null = null;
  let endedAtUs = 0;
  for (const event of readSegment(join(folder, "load.events"))) {
    if (event.type === "load-end") {
      counts = { offered: event.offered, started: event.started, dropped: event.dropped };
      endedAtUs = event.at;
    }
    if (event.type === "generator") generator.push(event);
    if (event.type === "request-errors") {
      const name = `${event.outcome}: ${event.message}`;
      errors.set(name, (errors.get(name) ?? 0) + event.count);
    }
  }
  if (counts === null) throw new RoadworthyError("internal", "the log of the load process has no end");
  return { startAtUs, endedAtUs, requests, counts, errors, generator };
}
