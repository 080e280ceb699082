/**
 * Whether a scenario could have gone over an objective's limit at all. Where it could not, a value within the limit says nothing: it is information.
 *
 * Asked of every kind of indicator. Durations are bounded by the length of the run, counts by what is sent, shares and rates by what a share or a rate
 * can be. Response times and answers of probes are bounded by nothing, as one that fails is over any limit; nor are gauges and facts, of which only the
 * system knows how far they go.
 */

import { parseDurationMs } from "../../base/duration.ts";
import { defaultClock } from "../../scenario/fault.ts";
import type { IndicatorSpec } from "../../scenario/indicator.ts";
import type { Objective } from "../../scenario/objective.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { timelineOf } from "../../scenario/timeline.ts";
import { rateCorners } from "../../scenario/workload/stretches.ts";
import { isOwn, type Workload } from "../../scenario/workload/workload.ts";
import { limitMsOf } from "../../sli/concepts/limit.ts";
import { phasesOf } from "../../sli/concepts/phase-window.ts";
import { formatDurationMs, formatNumber } from "./format.ts";

/** Why the limit could not be exceeded, or null when it could. Asks the plan, not what happened: a cut run must not turn into information. */
export function whyNotExceedable(objective: Objective, spec: IndicatorSpec, scenario: Scenario): string | null {
  if (objective.op === "measure") return "it is measured and has no limit";
  return withinRun(objective, spec, scenario) ?? withinWhatIsSent(objective, spec, scenario) ?? alwaysKept(objective, spec);
}

function withinRun(objective: Objective, spec: IndicatorSpec, scenario: Scenario): string | null {
  const limitMs = limitMsOf(objective);
  const most = longestMs(objective, spec, scenario);
  if (limitMs === null || most === null || most > limitMs) return null;
  return `this run could show ${formatDurationMs(most)} at most, which is within the limit whatever happens`;
}

/** The longest duration that the plan leaves room for; null where it is not the plan that bounds it. */
function longestMs(objective: Objective, spec: IndicatorSpec, scenario: Scenario): number | null {
  const timeline = timelineOf(scenario);
  const quietMs = timeline.totalMs + parseDurationMs(scenario.quiesceWithin);
  // What a drill restores may be of any age. Else the oldest write that can be lost is the first one.
  if (spec.kind === "loss-age") {
    const isDrill = scenario.restores?.some(({ ledger }) => ledger === spec.ledger) === true;
    return isDrill || timeline.steps.length === 0 ? null : Math.max(...timeline.steps.map(({ injectAtMs }) => injectAtMs));
  }
  if (spec.kind === "completion-time") {
    const first = timeline.phases.find(({ name }) => phasesOf(objective.phase).includes(name));
    return first === undefined ? null : quietMs - first.startMs;
  }
  if (spec.kind !== "recovery-time" && spec.kind !== "mean-recovery-time" && spec.kind !== "resume-time") return null;
  // Items are still seen to finish when the load has ended.
  const endMs = spec.kind === "resume-time" ? quietMs : timeline.totalMs;
  const rooms = timeline.steps
    .filter(({ step }) => spec.faults?.includes(step.fault.kind) !== false)
    .map(({ step, injectAtMs, healAtMs }) => {
      const clock = objective.clock ?? (spec.kind === "resume-time" ? "heal" : defaultClock(step.fault.kind));
      return endMs - (clock === "heal" ? healAtMs : injectAtMs);
    });
  return rooms.length === 0 ? null : Math.max(...rooms);
}

/** Counts of what is sent. Strangers in the store are bounded by nothing, and so are the sets that hold them. */
function withinWhatIsSent({ op, limit }: Objective, spec: IndicatorSpec, scenario: Scenario): string | null {
  const isBounded = spec.kind === "unexpected-answers" || (spec.kind === "ledger" && (spec.set === "lost" || spec.set === "resurrected"));
  if (!isBounded || typeof limit !== "number" || (op !== "<" && op !== "<=")) return null;
  const most = mostRequests(scenario);
  if (most === null || most === 0 || most > limit || (op === "<" && most === limit)) return null;
  return `this run sends ${formatNumber(most)} requests at most, so the count is within the limit whatever happens`;
}

/** null when the schedule does not tell. */
function mostRequests({ workloads, ...scenario }: Scenario): number | null {
  const { totalMs } = timelineOf({ workloads, ...scenario });
  return workloads.reduce<number | null>((sum, workload) => {
    const most = mostOf(workload, totalMs);
    return sum === null || most === null ? null : sum + most;
  }, 0);
}

function mostOf(workload: Workload, totalMs: number): number | null {
  if (!isOwn(workload) || workload.profile.shape === "poisson") return null;
  const corners = rateCorners(workload.profile, totalMs);
  if (corners.length === 0) return null;
  const arrivals = corners.reduce((sum, { atMs, ratePerSecond }, index) => {
    const next = corners[index + 1];
    return next === undefined ? sum : sum + (((ratePerSecond + next.ratePerSecond) / 2) * (next.atMs - atMs)) / 1000;
  }, 0);
  return Math.ceil(arrivals) * Math.max(...workload.journeys.map(({ steps }) => steps.length));
}

/** What no share, no rate and no count can break. */
function alwaysKept({ op, limit }: Objective, spec: IndicatorSpec): string | null {
  if (typeof limit !== "number") return null;
  const isNeverNegative = spec.kind !== "gauge" && spec.kind !== "fact";
  if (isNeverNegative && ((op === ">=" && limit <= 0) || (op === ">" && limit < 0))) return "nothing of this kind can be less, so the limit is kept whatever happens";
  const isShare = spec.kind === "completion-errors" || spec.kind === "availability";
  return isShare && ((op === "<=" && limit >= 100) || (op === "<" && limit > 100)) ? "no share can be more, so the limit is kept whatever happens" : null;
}
