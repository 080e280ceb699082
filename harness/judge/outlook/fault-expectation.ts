/** What the plan gives to objectives about faults: one duration for each, as precise as requests and probes are dense, and room to see its end. */

import { parseDurationMs } from "../../base/duration.ts";
import type { IndicatorSpec } from "../../scenario/indicator.ts";
import type { Objective } from "../../scenario/objective.ts";
import type { PlannedStep } from "../../scenario/timeline.ts";
import { limitMsOf } from "../../sli/concepts/limit.ts";
import { windowSamples, windowUs } from "../../sli/concepts/outage.ts";
import { entryProbes, timerMs } from "../../sli/concepts/recovery.ts";
import { formatDurationMs, formatNumber } from "../verdict/format.ts";
import { faultChange, moreRequests } from "./change.ts";
import type { Expectation } from "./expectation.ts";
import { ticksWithin, type PlannedRun } from "./planned-run.ts";

type DurationSpec = Extract<IndicatorSpec, { kind: "recovery-time" | "mean-recovery-time" | "resume-time" }>;

interface Asked<Spec> {
  objective: Objective;
  spec: Spec;
}

/** One duration per fault. */
export function durationExpectation({ objective, spec }: Asked<DurationSpec>, planned: PlannedRun): Expectation {
  const faults = planned.faults(spec.faults);
  const base = { given: faults.length, needed: 1, noun: faults.length === 1 ? "fault" : "faults" };
  const limitMs = limitMsOf(objective);
  const kinds = spec.faults === undefined ? "a fault" : `a fault of kind ${spec.faults.join(" or ")}`;
  if (faults.length === 0) return { ...base, obstacle: `the scenario plans no ${kinds.slice(2)}`, change: faultChange(kinds) };
  if ((objective.op !== "<" && objective.op !== "<=") || limitMs === null) {
    const isMeasure = objective.op === "measure";
    return { ...base, obstacle: isMeasure ? null : `operator ${objective.op} with limit ${JSON.stringify(objective.limit)} cannot be judged by this indicator`, change: "" };
  }
  const views = faults.map((fault) => (spec.kind === "resume-time" ? resumeView(spec.completion, planned) : recoveryView(fault, spec, planned)));
  const precisionsMs = views.map(({ precisionMs }) => precisionMs);
  const precisionMs = spec.kind === "mean-recovery-time" ? precisionsMs.reduce((sum, value) => sum + value, 0) / views.length : Math.max(...precisionsMs);
  const tooCoarse = precisionMs > limitMs || (objective.op === "<" && precisionMs === limitMs);
  const blind = views.find(({ obstacle }) => obstacle !== null);
  const coarse = tooCoarse ? `its precision is ± ${formatDurationMs(precisionMs)}, which is coarser than the limit of ${formatDurationMs(limitMs)}` : null;
  return {
    ...base,
    obstacle: blind?.obstacle ?? coarse,
    change: blind?.change ?? (spec.kind === "resume-time" ? "completions: the target must be polled more often" : "workloads: raise the rate, or have the target's probes look more often"),
    note: `± ${formatDurationMs(precisionMs)}`,
  };
}

/** How well the end of one fault will be seen. */
interface View {
  precisionMs: number;
  obstacle: string | null;
  change: string;
}

/** As `RecoveryTracker` reckons it: by the requests, and by the probes at the nodes that serve them. */
function recoveryView(fault: PlannedStep, spec: Extract<DurationSpec, { kind: "recovery-time" | "mean-recovery-time" }>, planned: PlannedRun): View {
  const routes = spec.kind === "recovery-time" ? spec.routes : undefined;
  const probesMs = routes === undefined ? [...entryProbes(planned.scenario, planned.target).values()] : [];
  const span = planned.spanOfFault(fault);
  const lengthMs = span.toMs - span.fromMs;
  const requests = planned.requestsWithin(routes, span);
  const probes = probesMs.reduce((sum, everyMs) => sum + ticksWithin(span, `${everyMs}ms`), 0);
  const arrivalMs = requests === null || requests < 2 ? 0 : lengthMs / requests;
  const enough = requests === null || (requests + probes >= windowSamples && lengthMs >= windowUs / 1000);
  const { id } = fault.step;
  return {
    precisionMs: Math.max(arrivalMs, ...probesMs) + timerMs,
    obstacle: enough ? null : `fault ${id} has ${formatNumber(requests + probes)} requests and probes until the next one or the end, and ${windowSamples} over 1 s are needed to see that all is well again`,
    change: `phases.recovery: leave more time after fault ${id}, or raise the rate`,
  };
}

function resumeView(completion: string, planned: PlannedRun): View {
  const { ledger = "", every = "0s" } = planned.target.completions[completion] ?? {};
  const items = planned.writesWithin(ledger, planned.whole);
  const change = moreRequests(planned, { phase: "all", routes: planned.writersOf(ledger), needed: 1, given: 0 });
  return { precisionMs: parseDurationMs(every), obstacle: items === 0 ? `nothing is handed in that could be finished (completion ${completion})` : null, change };
}

/** Age of what was lost: needs a fault, and writes before it. */
export function lossExpectation({ spec }: Asked<Extract<IndicatorSpec, { kind: "loss-age" }>>, planned: PlannedRun): Expectation {
  const first = Math.min(...planned.faults(undefined).map(({ injectAtMs }) => injectAtMs));
  const base = { needed: 1, noun: "writes before the first fault" };
  if (!Number.isFinite(first)) return { ...base, given: 0, obstacle: "the scenario plans no fault", change: faultChange("a fault") };
  const noReadBack = Object.keys(planned.target.ledgers[spec.ledger]?.readBack ?? {}).length === 0;
  return {
    ...base,
    given: planned.writesWithin(spec.ledger, { fromMs: 0, toMs: first }),
    obstacle: noReadBack ? `the target has no way to read ledger ${spec.ledger} back` : null,
    change: moreRequests(planned, { phase: "all", routes: planned.writersOf(spec.ledger), needed: 1, given: 0 }),
  };
}
