/**
 * Scenario → steps in absolute time. Pure, so that `plan` shows what `run` will do.
 *
 *   warm-up │ baseline │ fault: from the first injection to the last healing │ recovery │ after
 */

import { parseDurationMs } from "../base/duration.ts";
import { changesOf } from "./compose/ramp.ts";
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
  healAtMs: number;
  /** What is changed while it is held. */
  changes: readonly { atMs: number; to: string }[];
}

/** All times in milliseconds from the scenario's start, which is when the load starts. */
export interface Timeline {
  phases: readonly PlannedPhase[];
  steps: readonly PlannedStep[];
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
    return { step, injectAtMs, healAtMs: injectAtMs + holdMs, changes };
  });
  add("fault", Math.max(0, ...steps.map((step) => step.healAtMs - faultStartMs)));
  add("recovery", offset(scenario.phases.recovery));
  add("after", offset(scenario.phases.after));
  return { phases, steps: steps.toSorted((a, b) => a.injectAtMs - b.injectAtMs), totalMs: clockMs };
}

function offset(text: string | undefined): number {
  return text === undefined ? 0 : parseDurationMs(text);
}
