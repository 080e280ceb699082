/** Whole run folders of a scripted suite, one per outcome that a suite can have: what reports and the judge are tested with. */

import { join } from "node:path";
import type { JsonEvent, LogEvent, RunHeader, SeenRed } from "../../log/event.ts";
import type { Control } from "../../scenario/control.ts";
import type { Scenario, Suite } from "../../scenario/scenario.ts";
import type { Target } from "../../scenario/target/target.ts";
import { scriptedHeader, scriptedScenario, scriptedStartUs, scriptedSuite, type ScriptedRun } from "../../sli/scripted/header.fixture.ts";
import { simulate, type Conduct } from "../../sli/scripted/simulate.fixture.ts";
import { writeLog } from "../../sli/scripted/store.fixture.ts";
import { corpusTarget } from "./target.fixture.ts";

/**
 * pass · fail (the outage lasts 12 s beyond the healing, two orders are lost, health lies) · inconclusive (the fault was not felt) ·
 * stopped (stop condition) · interrupted (Ctrl-C) · broken-stack (the second scenario never ran) · cut (no last record) · unclean (something was left behind)
 */
export const syntheticVariants = ["pass", "fail", "inconclusive", "stopped", "interrupted", "broken-stack", "cut", "unclean"] as const;
export type SyntheticVariant = (typeof syntheticVariants)[number];

export interface SyntheticOptions {
  variant?: SyntheticVariant;
  seed?: number;
  run?: string;
  /** Text put into every field that the target controls: hostile strings, canaries. */
  note?: string;
  previous?: RunHeader["previous"];
  gatesSeenRed?: readonly SeenRed[];
  control?: Control;
}

const secondsBetween = 60;

/** Writes `<folder>/log` and `<folder>/<scenario>/log`. Same options, same bytes. */
export function writeSyntheticRun(folder: string, options: SyntheticOptions = {}): void {
  const variant = options.variant ?? "pass";
  const run = syntheticRun(options);
  for (const [index, scenario] of syntheticScenarios().entries()) {
    if (variant === "broken-stack" && index > 0) continue;
    writeLog(join(folder, scenario.name, "log"), scenarioEvents(run, index, options));
  }
  writeLog(join(folder, "log"), suiteEvents(run, variant));
}

export function syntheticRun(options: SyntheticOptions = {}): ScriptedRun & { target: Target; suite: Suite } {
  return {
    target: corpusTarget(options.note === undefined ? {} : { note: options.note }),
    suite: scriptedSuite({
      name: "gate",
      title: "What a release must show",
      target: "orders",
      scenarios: syntheticScenarios().map((scenario) => scenario.name),
      required: ["ORD-01", "ORD-02", "ORD-07", "ORD-10"],
    }),
    planned: syntheticScenarios().map((scenario) => scenario.name),
    plannedRules: Object.fromEntries(syntheticScenarios().map((scenario) => [scenario.name, scenario.rules])),
    seed: options.seed ?? 8127,
    run: options.run ?? "2026-11-20-1402-syn",
    previous: options.previous ?? null,
    ...(options.gatesSeenRed === undefined ? {} : { gatesSeenRed: options.gatesSeenRed }),
    ...(options.control === undefined ? {} : { control: options.control }),
  };
}

export function syntheticScenarios(): [steady: Scenario, outage: Scenario] {
  const workloads = [{ name: "orders", profile: { shape: "constant" as const, rate: 50 }, journeys: [{ steps: ["place"] }] }];
  return [
    scriptedScenario({
      name: "steady",
      title: "An ordinary hour, shortened",
      target: "orders",
      workloads,
      phases: { warmUp: "2s", baseline: "62s" },
      stop: "none",
      rules: ["ORD-01", "ORD-02", "ORD-03", "ORD-04", "ORD-05", "ORD-06", "ORD-10", "ORD-11", "ORD-13", "ORD-16", "ORD-17", "ORD-18"],
    }),
    scriptedScenario({
      name: "store-outage",
      title: "The store is out of reach for 5 s",
      target: "orders",
      workloads,
      phases: { warmUp: "2s", baseline: "10s", recovery: "15s", after: "8s" },
      steps: [{ id: "cut", fault: { kind: "link-down", links: ["api-store"] }, hold: "5s" }],
      stop: [{ when: "error-ratio", above: 0.9, over: "20s" }],
      rules: ["ORD-07", "ORD-08", "ORD-09", "ORD-10", "ORD-11", "ORD-12", "ORD-14", "ORD-15"],
    }),
  ];
}

/** Events of the scenario at `index` of the suite. */
export function scenarioEvents(run: ScriptedRun, index: number, options: SyntheticOptions): LogEvent[] {
  const scenario = syntheticScenarios()[index];
  if (scenario === undefined) throw new RangeError(`there is no scenario ${index}`);
  const variant = options.variant ?? "pass";
  const header = scriptedHeader(run, scenario, scriptedStartUs + (1 + index) * secondsBetween * 2 * 1_000_000);
  const events = simulate(header, scenario, index === 0 ? { answer: calm } : outageConduct(variant));
  return index === 1 && variant === "cut" ? events.slice(0, Math.floor(events.length * 0.7)) : events;
}

const calm: NonNullable<Conduct["answer"]> = (_atMs, roll) => ({ outcome: "ok", status: 202, tookMs: 10 + roll() * 30 });

/** The fault is injected 12 s into the scenario and healed 5 s later. */
function outageConduct(variant: SyntheticVariant): Conduct {
  const fails = variant === "fail";
  const downUntilMs = variant === "inconclusive" ? 12_000 : fails ? 29_000 : 17_400;
  const down = (atMs: number): boolean => atMs >= 12_000 && atMs < downUntilMs;
  const conduct: Conduct = {
    answer: (atMs, roll) => (down(atMs) ? { outcome: "status", status: fails && atMs > 20_000 ? 500 : 503, tookMs: 4 } : calm(atMs, roll)),
    probe: (probe, atMs) => ({ ok: !down(atMs) || (fails && probe === "api-deep"), tookMs: 3 }),
    gauge: (_gauge, atMs) => (down(atMs) ? 20 : 3),
    finish: (_n, acknowledgedAtMs) => ({ atMs: Math.max(acknowledgedAtMs + 800, down(acknowledgedAtMs + 800) ? downUntilMs + 500 : 0), ok: true }),
    copies: (n) => (fails && (n === 598 || n === 599) ? 0 : 1),
    felt: variant !== "inconclusive",
    steady: { back: { tookMs: Math.max(0, downUntilMs - 17_001), resolutionMs: 501 } },
  };
  if (variant === "stopped") conduct.stopAt = { atMs: 16_000, why: "condition", code: "stopped", message: "error ratio 0.93 over 20 s is above 0.9" };
  if (variant === "interrupted") conduct.stopAt = { atMs: 14_500, why: "interrupt", code: "interrupted", message: "SIGINT" };
  return conduct;
}

function suiteEvents(run: ScriptedRun, variant: SyntheticVariant): LogEvent[] {
  const header = scriptedHeader(run, null);
  const lastUs = scriptedStartUs + 360 * 1_000_000;
  const events: JsonEvent[] = [
    { type: "process", at: scriptedStartUs + 1_000_000, process: "store", what: "started", pid: 4001 },
    { type: "process", at: scriptedStartUs + 2_400_000, process: "store", what: "ready", pid: 4001 },
    { type: "process", at: scriptedStartUs + 2_500_000, process: "api", what: "started", pid: 4002 },
    { type: "process", at: scriptedStartUs + 3_100_000, process: "api", what: "ready", pid: 4002 },
    { type: "boot", at: scriptedStartUs + 3_200_000, bootMs: 3200, versions: header.versions, ready: ["store", "api"], notReady: [] },
  ];
  const stop = suiteStop(variant, lastUs - 2000);
  if (stop !== null) events.push(stop);
  const left = variant === "unclean" ? [{ kind: "process", id: "4002", command: "kill -9 4002" }] : [];
  events.push({ type: "cleanup", at: lastUs - 1000, complete: left.length === 0, left });
  if (variant !== "cut") events.push({ type: "end", at: lastUs });
  return [header, ...events];
}

function suiteStop(variant: SyntheticVariant, at: number): JsonEvent | null {
  if (variant === "stopped") return { type: "stop", at, why: "condition", code: "stopped", message: "error ratio 0.93 over 20 s is above 0.9" };
  if (variant === "interrupted") return { type: "stop", at, why: "interrupt", code: "interrupted", message: "SIGINT" };
  if (variant !== "broken-stack") return null;
  return { type: "stop", at, why: "error", code: "target-not-ready", message: "node api was not ready within 30 s", hint: "look at its last lines of output" };
}
