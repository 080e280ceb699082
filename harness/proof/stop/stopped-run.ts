/** Runs of the tiny system that a stop condition ends while faults are held that would last for a minute. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { RoadworthyError } from "../../base/error.ts";
import { Watch } from "../../drive/run/watch/watch.ts";
import type { LogEvent } from "../../log/event.ts";
import { openLog } from "../../log/reader.ts";
import { command, newWorld, onlyRun, readJson } from "../end-to-end/command.fixture.ts";

export interface StopCase {
  readonly what: string;
  /** In YAML, as are the others. */
  readonly steps: readonly string[];
  readonly stop: string;
  readonly limits?: string;
  /** Faults that begin before the breach. */
  readonly begun: readonly string[];
}

export type FaultEvent = Extract<LogEvent, { type: "fault" }>;

export interface Stopped {
  readonly header: ReturnType<typeof openLog>["header"];
  readonly events: readonly LogEvent[];
  readonly faults: readonly FaultEvent[];
  readonly code: number | null;
  readonly said: string;
  readonly leftovers: readonly string[];
  /** As the verdict has it. */
  readonly stopped: unknown;
}

/** No condition lets a fault of this length come to its planned end. */
export const holdMs = 60_000;

/** The delay is longer than anyone looks for its effect before the breach. */
export const late = "{ id: late, hold: 60s, fault: { kind: link-latency, links: [front-store], delay: 5s } }";
const stall = "{ id: stall, at: 200ms, hold: 60s, fault: { kind: link-stall, links: [front-store] } }";
export const cut = "{ id: cut, at: 200ms, hold: 60s, fault: { kind: link-down, links: [front-store] } }";
const pause = "{ id: stop, at: 100s, hold: 1s, fault: { kind: node-stop, node: store } }";

export const stopCases: readonly StopCase[] = [
  { what: "the error ratio", steps: [late, stall, pause], stop: "[{ when: error-ratio, above: 0.3, over: 1s }]", begun: ["late", "stall"] },
  { what: "a probe that is down", steps: [late, cut, pause], stop: "[{ when: probe-down, probe: store, for: 500ms }]", begun: ["late", "cut"] },
  { what: "a gauge above its limit", steps: [late, pause], stop: "[{ when: gauge-above, gauge: orders, above: 100, for: 300ms }]", begun: ["late"] },
];

function scenarioOf({ steps, stop, limits = "{}" }: Pick<StopCase, "steps" | "stop" | "limits">): string {
  return [
    "name: stopped",
    "title: Stopped",
    "target: tiny",
    "workloads:",
    "  - { name: visitors, profile: { shape: constant, rate: 100 }, journeys: [{ steps: [order] }, { steps: [list] }] }",
    "phases: { warmUp: 500ms, baseline: 1s, recovery: 1s }",
    `steps: [${steps.join(", ")}]`,
    `stop: ${stop}`,
    `limits: ${limits}`,
    "steadyState: none",
    "rules: [TINY-2]",
  ].join("\n");
}

export async function runStopped(what: Pick<StopCase, "steps" | "stop" | "limits">): Promise<Stopped> {
  using world = newWorld();
  const path = join(world.tiny, "stopped.yaml");
  writeFileSync(path, scenarioOf(what));
  const { code, stdout, stderr } = await command(world, "run", path, "--target", world.tiny, "--out", world.runs);
  const leftovers = world.leftovers();
  const folder = join(onlyRun(world), "stopped");
  const log = openLog(join(folder, "log"));
  const events = [...log.events()];
  const faults = events.filter((event): event is FaultEvent => event.type === "fault");
  return { header: log.header, events, faults, code, said: stderr + stdout, leftovers, stopped: readJson(join(folder, "verdict.json"))["stopped"] };
}

/** The first recorded instant at which what was recorded until then breaches a stop condition. */
export function breachUs({ header, events }: Stopped): number {
  if (header.scenario === null) throw new RoadworthyError("internal", "the log is of no scenario");
  const watch = new Watch(header.scenario, header.target);
  for (const event of events) {
    watch.take(event);
    if (watch.breach(event.at) !== null) return event.at;
  }
  throw new RoadworthyError("internal", "the log holds no breach");
}

/** When the healing of a fault began and ended. */
export function healingOf({ faults }: Stopped, id: string): { beganUs: number; endedUs: number } {
  const healed = faults.find((event) => event.id === id && event.stage === "healed");
  if (healed?.stage !== "healed") throw new RoadworthyError("internal", `fault ${id} was not healed`);
  return healed;
}
