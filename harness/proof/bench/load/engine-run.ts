/** One run of the open-model engine, in the load process as a suite starts it, and what its log says about it. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { nowUs } from "../../../base/time.ts";
import type { loadConfigSchema } from "../../../drive/load/config.ts";
import type { LogEvent, RequestEvent } from "../../../log/event.ts";
import { readSegment } from "../../../log/segment.ts";
import { startModule } from "../child.ts";
import { median, quantile } from "../rounds.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** How long after `ready` the schedule begins. */
const leadMs = 50;
const endWithinMs = 8000;

export interface LoadOrder {
  port: number;
  ratePerSecond: number;
  totalMs: number;
  connections: number;
}

export interface LoadFigures {
  offered: number;
  /** Requests sent before the schedule had ended: what of the rate was achieved. */
  sentInTime: number;
  dropped: number;
  failed: number;
  /** From the intended to the actual start of each request, waiting for a connection included. */
  startLagP50Ms: number;
  startLagP99Ms: number;
  /** From the intended start to the end. */
  responseP99Ms: number;
  cpuPercent: number;
}

/** Starts the load process, lets it run its schedule to the end and reads its log. */
export async function runLoad(order: LoadOrder): Promise<LoadFigures> {
  using folder = temporaryFolder();
  const config = join(folder.path, "load.json");
  writeFileSync(config, JSON.stringify(configOf(order, folder.path)));
  await using load = startModule("harness/drive/load/main", [config]);
  await load.line();
  const startAtUs = nowUs() + leadMs * 1000;
  load.tell(JSON.stringify({ startAtUs }));
  await load.output(order.totalMs + endWithinMs);
  return figuresOf(folder.path, startAtUs + order.totalMs * 1000);
}

function configOf({ port, ratePerSecond, totalMs, connections }: LoadOrder, logFolder: string): z.input<typeof loadConfigSchema> {
  return {
    logFolder,
    seed: 1,
    run: "bench",
    totalMs,
    workloads: [{ name: "bench", profile: { shape: "constant", rate: ratePerSecond }, journeys: [{ steps: ["answer"] }], connections }],
    target: { routes: { answer: { node: "server", path: "/", expect: { status: [200] } } }, ledgers: {} },
    addresses: { nodes: { server: { kind: "process", ports: { main: { host: "127.0.0.1", port } } } }, links: {} },
  };
}

function figuresOf(folder: string, endUs: number): LoadFigures {
  const requests: RequestEvent[] = [];
  for (const event of readSegment(join(folder, "load.requests"))) if (event.type === "request") requests.push(event);
  const sent = requests.filter(({ outcome }) => outcome !== "dropped");
  const lagsMs = sent.map(({ startUs, intendedUs }) => (startUs - intendedUs) / 1000);
  const responsesMs = sent.map((request) => (request.endUs - request.intendedUs) / 1000);
  return {
    offered: requests.length,
    sentInTime: sent.filter(({ startUs }) => startUs < endUs).length,
    dropped: requests.length - sent.length,
    failed: sent.filter(({ outcome }) => outcome !== "ok").length,
    startLagP50Ms: quantile(lagsMs, 0.5),
    startLagP99Ms: quantile(lagsMs, 0.99),
    responseP99Ms: quantile(responsesMs, 0.99),
    cpuPercent: cpuPercentOf(readSegment(join(folder, "load.events"))),
  };
}

/** Of the process's own samples, one a second; 0 without any. */
function cpuPercentOf(events: Iterable<LogEvent>): number {
  const samples: number[] = [];
  for (const event of events) if (event.type === "generator") samples.push(event.cpuPercent);
  return samples.length === 0 ? 0 : median(samples);
}
