/**
 * Scenario → steps in absolute time. Pure, so that `plan` shows what `run` will do.
 *
 *   warm-up │ baseline │ fault: from the first injection to the last healing │ recovery │ after
 */

import { parseDurationMs } from "../base/duration.ts";
import { changesOf } from "./compose/ramp.ts";
import type { OperationStep } from "./drill/operation.ts";
import type { PhaseName } from "./objective.ts";
import type { Scenario, Step } from "./scenario.ts";

export interface PlannedPhase {
  name: PhaseName;
  startMs: number;
  endMs: number;
}

export interface PlannedStep {
  step: Step;
  injectAtMs: number;
  /** When its hold is over, and its repair begins where it has one. */
  repairAtMs: number;
  /** At the latest, where it has a repair. */
  healAtMs: number;
  /** What is changed while it is held. */
  changes: readonly { atMs: number; to: string }[];
}

export interface PlannedOperation {
  operation: OperationStep;
  atMs: number;
}

/** All times in milliseconds from the scenario's start, which is when the load starts. */
export interface Timeline {
  phases: readonly PlannedPhase[];
  steps: readonly PlannedStep[];
  operations: readonly PlannedOperation[];
  totalMs: number;
}

export function timelineOf(scenario: Scenario): Timeline {
  const phases: PlannedPhase[] = [];
  let clockMs = 0;
  const add = (name: PhaseName, lengthMs: number): void => {
    if (lengthMs > 0) phases.push({ name, startMs: clockMs, endMs: clockMs + lengthMs });
    clockMs += lengthMs;
  };
  add("warm-up", offset(scenario.phases.warmUp));
  add("baseline", offset(scenario.phases.baseline));
  const faultStartMs = clockMs;
  const steps = scenario.steps.map((step) => {
    const injectAtMs = faultStartMs + offset(step.at);
    const holdMs = offset(step.hold);
    const changes = changesOf(step.fault, holdMs).map(({ afterMs, to }) => ({ atMs: injectAtMs + afterMs, to }));
    const repairAtMs = injectAtMs + holdMs;
    return { step, injectAtMs, repairAtMs, healAtMs: repairAtMs + offset(step.repair?.within), changes };
  });
  const operations = (scenario.operations ?? []).map((operation) => ({ operation, atMs: faultStartMs + offset(operation.at) }));
  add("fault", Math.max(0, ...steps.map((step) => step.healAtMs - faultStartMs)));
  add("recovery", offset(scenario.phases.recovery));
  add("after", offset(scenario.phases.after));
  return { phases, steps: steps.toSorted((a, b) => a.injectAtMs - b.injectAtMs), operations: operations.toSorted((a, b) => a.atMs - b.atMs), totalMs: clockMs };
}

/** Less load after the last healing than this shows nothing: back to normal is a stretch of a second (MEASURES.md). */
const leastReturnMs = 2000;

export interface PlannedReturn {
  /** The fault that is healed last. */
  step: Step;
  injectAtMs: number;
  healAtMs: number;
  /** Start of the first fault. */
  faultsFromMs: number;
  /** End of the recovery phase; of the scenario, where it has none. */
  deadlineMs: number;
}

/** The return to baseline that the scenario asks for; null when it asks for none, or its load ends too early to see one. */
export function returnOf(scenario: Scenario, { steps, phases, totalMs }: Timeline): PlannedReturn | null {
  const last = steps.reduce<PlannedStep | null>((latest, step) => (latest === null || step.healAtMs > latest.healAtMs ? step : latest), null);
  const [first] = steps;
  if (scenario.steadyState === "none" || last === null || first === undefined || totalMs - last.healAtMs < leastReturnMs) return null;
  const deadlineMs = phases.find(({ name }) => name === "recovery")?.endMs ?? totalMs;
  return { step: last.step, injectAtMs: last.injectAtMs, healAtMs: last.healAtMs, faultsFromMs: first.injectAtMs, deadlineMs };
}

/** A moment before the first fault is due, so that it is injected at its time: when the steady state is asked for. */
const lookBeforeMs = 100;
/** From a request until its answer is in the log and read. */
const settleMs = 500;

export interface PlannedGate {
  lookAtMs: number;
  baselineMs: number;
  window: { fromMs: number; untilMs: number };
}

/** When the steady state before the first fault is asked for, and of which time; null when it is not. */
export function gateOf({ steadyState }: Scenario, { steps, phases }: Timeline): PlannedGate | null {
  const [first] = steps;
  const baseline = phases.find(({ name }) => name === "baseline");
  if (steadyState === "none" || first === undefined) return null;
  const baselineMs = baseline?.startMs ?? first.injectAtMs;
  // Of a short baseline, some is left to look at.
  const untilMs = first.injectAtMs - Math.min(lookBeforeMs + settleMs, Math.round((first.injectAtMs - baselineMs) / 3));
  return { lookAtMs: Math.max(baselineMs, first.injectAtMs - lookBeforeMs), baselineMs, window: { fromMs: Math.max(baselineMs, untilMs - offset(steadyState.over)), untilMs } };
}

function offset(text: string | undefined): number {
  return text === undefined ? 0 : parseDurationMs(text);
}
