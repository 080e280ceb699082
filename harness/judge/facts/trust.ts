/** Which rulings of a scenario cannot be believed, and why (MEASURES.md: "inconclusive, never pass"). */

import type { EngineEnd, RunHeader } from "../../log/event.ts";
import type { IndicatorKind } from "../../scenario/indicator.ts";
import type { JudgedPhase } from "../../scenario/objective.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { clockTrouble, endTrouble } from "./guest-engines.ts";
import type { ScenarioFacts } from "./scenario-facts.ts";

export interface Distrust {
  /** Why a pass is not believed, or null. */
  ofPass: string | null;
  /** Why a failure is not believed either, or null. */
  ofFail: string | null;
}

/** Kinds whose value hangs on the load having been sent as planned. */
const loadBased: ReadonlySet<IndicatorKind> = new Set([
  "latency",
  "availability",
  "throughput",
  "completion-time",
  "completion-errors",
  "completion-rate",
  "gauge",
  "recovery-time",
  "mean-recovery-time",
  "resume-time",
]);
/** Kinds that measure against the state before the fault. */
const faultTimed: ReadonlySet<IndicatorKind> = new Set(["recovery-time", "mean-recovery-time", "resume-time"]);
/** Kinds that look at the whole scenario, whatever their phase. */
const wholeRun: ReadonlySet<IndicatorKind> = new Set(["ledger", "loss-age", "fact", "health-lies"]);

export function distrust(facts: ScenarioFacts, scenario: Scenario, judged: { kind: IndicatorKind; phase: JudgedPhase }): Distrust {
  const { kind } = judged;
  const loaded = loadBased.has(kind);
  const faulted = hangsOnFaults(scenario, judged);
  const { generator } = facts;
  // What a generator at its limit got answered, the system can do; that it can do no more is not shown.
  const limitOfPass = kind === "throughput" ? null : generator.atLimit;
  const overloaded = loaded ? (firstTrouble(facts, clockTrouble) ?? generator.overloaded) : null;
  const unsteady = faulted ? facts.unsteady : null;
  const timedUnsteady = faultTimed.has(kind) ? unsteady : null;
  // Its containers may have gone with it: what they did not do then is not the target's failure, whatever is measured.
  const engineLost = facts.stop?.code === "engine-lost" ? stopped(facts.stop) : null;
  // Nor is a restore that the end of the run broke off.
  const brokenOff = kind === "restore-checks" && (facts.stop?.why === "interrupt" || facts.stop?.why === "error") ? stopped(facts.stop) : null;
  return {
    ofPass:
      incompleteness(facts) ??
      overloaded ??
      (loaded ? (limitOfPass ?? firstTrouble(facts, endTrouble) ?? generator.unknown ?? generator.starved) : null) ??
      unsteady ??
      (faulted ? facts.unconfirmed : null),
    ofFail: engineLost ?? brokenOff ?? overloaded ?? (loaded ? generator.atLimit : null) ?? timedUnsteady,
  };
}

/** Whether a pass needs that every fault was in effect, and a steady state before the first. */
export function hangsOnFaults(scenario: Scenario, { kind, phase }: { kind: IndicatorKind; phase: JudgedPhase }): boolean {
  return scenario.steps.length > 0 && (faultTimed.has(kind) || wholeRun.has(kind) || phase === "fault" || phase === "recovery" || phase === "all") && kind !== "boot";
}

function firstTrouble(facts: ScenarioFacts, troubleOf: (end: EngineEnd) => string | null): string | null {
  return facts.engines.map(troubleOf).find((trouble) => trouble !== null) ?? null;
}

/** Why the run is incomplete, or null: no pass comes out of such a run. */
export function incompleteness(facts: ScenarioFacts): string | null {
  const { stop, problems, undone } = facts;
  if (stop !== null) return stopped(stop);
  return problems.length === 0 ? undone : `the log is incomplete: ${problems.join("; ")}`;
}

/**
 * Why the scenario as a whole cannot pass, or null. A system that did not return to its baseline after the last fault breaks no objective by that alone, so
 * rulings stay what their numbers make them; but a run after which it is not what it was before is no pass either.
 */
export function wholeDoubt(facts: ScenarioFacts): string | null {
  return incompleteness(facts) ?? facts.notReturned;
}

/** Why no release is judged by this run: it is a control. Its rulings stand, and it never passes, nor is it compared with. null for any other run. */
export function controlOf({ control }: RunHeader): string | null {
  return control === undefined ? null : `this is a control, and no release is judged by it: ${control.what}, so that ${control.turnsRed.join(", ")} must fail`;
}

export function stopped(stop: { why: string; message: string }): string {
  if (stop.why === "interrupt") return `the run was interrupted: ${stop.message}`;
  if (stop.why === "condition") return `a stop condition ended the run: ${stop.message}`;
  if (stop.why === "unsteady") return `nothing was injected: ${stop.message}`;
  return `the run could not go on: ${stop.message}`;
}
