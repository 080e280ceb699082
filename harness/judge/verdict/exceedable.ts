/** Whether a scenario could have gone over an objective's limit at all. Where it could not, a value within the limit says nothing: it is information. */

import { defaultClock } from "../../scenario/fault.ts";
import type { IndicatorSpec } from "../../scenario/indicator.ts";
import type { Objective } from "../../scenario/objective.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { timelineOf } from "../../scenario/timeline.ts";
import { limitMsOf } from "../../sli/concepts/limit.ts";
import { formatDurationMs } from "./format.ts";

/** Why the limit could not be exceeded, or null when it could. Asks the plan, not what happened: a cut run must not turn into information. */
export function whyNotExceedable(objective: Objective, spec: IndicatorSpec, scenario: Scenario): string | null {
  if (objective.op === "measure") return "it is measured and has no limit";
  const limitMs = limitMsOf(objective);
  const most = longestMs(objective, spec, scenario);
  if (limitMs === null || most === null || most > limitMs) return null;
  return `this run could show ${formatDurationMs(most)} at most, which is within the limit whatever happens`;
}

/** The longest duration that the plan leaves room for; null where it is not the plan that bounds it. */
function longestMs(objective: Objective, spec: IndicatorSpec, scenario: Scenario): number | null {
  const timeline = timelineOf(scenario);
  // The oldest write that can be lost is the first one.
  if (spec.kind === "loss-age") return timeline.steps.length === 0 ? null : Math.max(...timeline.steps.map(({ injectAtMs }) => injectAtMs));
  if (spec.kind !== "recovery-time" && spec.kind !== "mean-recovery-time" && spec.kind !== "resume-time") return null;
  const steps = timeline.steps.filter(({ step }) => spec.faults?.includes(step.fault.kind) !== false);
  if (steps.length === 0) return null;
  const room = steps.map(({ step, injectAtMs, healAtMs }) => {
    const clock = objective.clock ?? (spec.kind === "resume-time" ? "heal" : defaultClock(step.fault.kind));
    return timeline.totalMs - (clock === "heal" ? healAtMs : injectAtMs);
  });
  return Math.max(...room);
}

