/** Load and probe processes, as a suite starts them, around a service: what they wrote into their log. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { nowUs, wait, waitUntil, type InstantUs } from "../../../base/time.ts";
import type { loadConfigSchema } from "../../../drive/load/config.ts";
import type { probeConfigSchema } from "../../../drive/probe/config.ts";
import type { LogEvent, RunHeader } from "../../../log/event.ts";
import { readSegment } from "../../../log/segment.ts";
import type { Scenario } from "../../../scenario/scenario.ts";
import { byEngine } from "../../../scenario/workload/workload.ts";
import { startModule } from "../../bench/child.ts";
import { temporaryFolder } from "../../bench/temporary-folder.ts";

/** How long after both are ready the schedule begins. */
const leadMs = 100;
/** On a busy machine, with other runs beside it. */
const startWithinMs = 30_000;
const endWithinMs = 15_000;

export interface WatchedRun {
  readonly header: RunHeader;
  readonly scenario: Scenario;
  readonly totalMs: number;
  /** After the load, before the read-back: what the system still has to do. */
  readonly settleMs?: number;
  /** Ports on loopback, by node and port name. */
  readonly ports: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** What happens meanwhile; the read-back, where the target has ledgers, comes after it and after the load. */
  readonly meanwhile: (startAtUs: InstantUs) => Promise<void>;
}

/** In order of the processes, and inside each in order of writing. */
export async function watch({ header, scenario, totalMs, settleMs = 0, ports, meanwhile }: WatchedRun): Promise<{ startAtUs: InstantUs; events: LogEvent[] }> {
  using folder = temporaryFolder();
  const { routes, ledgers, probes } = header.target;
  const addresses = {
    nodes: Object.fromEntries(Object.entries(ports).map(([node, named]) => [node, { kind: "process" as const, ports: Object.fromEntries(Object.entries(named).map(([name, port]) => [name, { host: "127.0.0.1", port }])) }])),
    links: {},
  };
  const loadConfig: z.input<typeof loadConfigSchema> = { logFolder: folder.path, seed: header.seed, run: header.run, totalMs, workloads: byEngine(scenario.workloads).own, target: { routes, ledgers }, addresses };
  const probeConfig: z.input<typeof probeConfigSchema> = { logFolder: folder.path, totalMs, probes, completions: {}, gauges: {}, ledgers, facts: {}, addresses };
  await using load = startModule("harness/drive/load/main", [configFile(folder.path, "load", loadConfig)]);
  await using probe = startModule("harness/drive/probe/main", [configFile(folder.path, "probe", probeConfig)]);
  await Promise.all([load.line(startWithinMs), probe.line(startWithinMs)]);
  const startAtUs = nowUs() + leadMs * 1000;
  for (const child of [load, probe]) child.tell(JSON.stringify({ startAtUs }));
  await waitUntil(startAtUs);
  await meanwhile(startAtUs);
  await load.output(totalMs + endWithinMs);
  if (Object.keys(ledgers).length > 0) {
    await wait(settleMs);
    probe.tell(JSON.stringify({ readBack: true }));
    await probe.line();
  }
  probe.tell(JSON.stringify({ stop: true }));
  await probe.output(endWithinMs);
  return { startAtUs, events: ["load.requests", "load.events", "probe.events"].flatMap((name) => [...readSegment(join(folder.path, name))]) };
}

function configFile(folder: string, name: string, config: object): string {
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify(config));
  return path;
}
