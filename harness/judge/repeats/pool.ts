/**
 * Observations of several runs as that of one: counts are added, and histograms merged. What must hold each time by itself (counts of losses, yes or no, sets) is
 * never added up, nor is "none at all": one violation refutes it, however many samples others have.
 */

import type { IndicatorSpec } from "../../scenario/indicator.ts";
import type { Objective } from "../../scenario/objective.ts";
import { inUnit } from "../../sli/concepts/limit.ts";
import { DurationHistogram } from "../../sli/concepts/percentile.ts";
import type { Observation } from "../../sli/observation.ts";
import { usToMs } from "../../base/duration.ts";
import { proportionClaim } from "../verdict/rules/proportion.ts";

export interface ObservedRun {
  repeat: number;
  observation: Observation;
}

type Of<Kind extends Observation["kind"]> = { repeat: number; observation: Extract<Observation, { kind: Kind }> };

/** null where the runs are not added up. Unmeasured ones are left out: whoever asks knows of them. */
export function pooledObservation(objective: Objective, spec: IndicatorSpec, runs: readonly ObservedRun[]): Observation | null {
  if (spec.kind === "mean-recovery-time") return null;
  const kinds = new Set(runs.flatMap(({ observation }) => (observation.kind === "unmeasured" ? [] : [observation.kind])));
  const [kind] = kinds;
  if (kind === undefined || kinds.size !== 1) return null;
  switch (kind) {
    case "proportion":
      return (proportionClaim(objective, spec)?.allowed ?? 0) > 0 ? pooledShares(objective, spec, ofKind(runs, kind)) : null;
    case "durations":
      return { kind, faults: ofKind(runs, kind).flatMap(({ repeat, observation }) => observation.faults.map((fault) => ({ ...fault, fault: `${fault.fault} of repeat ${repeat}` }))) };
    case "samples":
      return pooledSamples(objective, ofKind(runs, kind));
    case "rate":
      return pooledRate(ofKind(runs, kind));
    case "values":
    case "capacity":
      return null;
  }
}

function ofKind<Kind extends Observation["kind"]>(runs: readonly ObservedRun[], kind: Kind): Of<Kind>[] {
  return runs.filter((run): run is Of<Kind> => run.observation.kind === kind);
}

function pooledShares(objective: Objective, spec: IndicatorSpec, runs: readonly Of<"proportion">[]): Observation {
  const all = runs.map(({ observation }) => observation);
  const bad = sum(all.map((each) => each.bad));
  const total = sum(all.map((each) => each.total));
  const detail = `${all.map((each) => `${each.bad}/${each.total}`).join(", ")} by repeat`;
  return { kind: "proportion", bad, total, value: pooledValue(objective, spec, { all, bad, total }), detail, blocks: all.flatMap(({ blocks }) => blocks) };
}

function pooledValue(objective: Objective, spec: IndicatorSpec, { all, bad, total }: { all: readonly Of<"proportion">["observation"][]; bad: number; total: number }): number | null {
  if (!("quantile" in spec)) return proportionClaim(objective, spec)?.ofGood === true ? (100 * (total - bad)) / total : (100 * bad) / total;
  const histograms = all.flatMap(({ durations }) => (durations === undefined ? [] : [durations]));
  const quantileUs = DurationHistogram.merged(histograms).printableUs(spec.quantile);
  return quantileUs === null ? null : inUnit(objective, usToMs(quantileUs));
}

function pooledSamples(objective: Objective, runs: readonly Of<"samples">[]): Observation {
  const all = runs.map(({ observation }) => observation);
  const upwards = objective.op === ">" || objective.op === ">=";
  const farthest = (values: readonly number[]): number => (upwards ? Math.min(...values) : Math.max(...values));
  return {
    kind: "samples",
    within: sum(all.map((each) => each.within)),
    total: sum(all.map((each) => each.total)),
    missing: sum(all.map((each) => each.missing)),
    share: all[0]?.share ?? 1,
    worst: farthest(all.map((each) => each.worst)),
    quantileValue: farthest(all.map((each) => each.quantileValue)),
    detail: `${all.map((each) => `${each.within}/${each.total}`).join(", ")} by repeat`,
  };
}

/** The backlog of each repeat starts anew, so what it grew by is added up; one that shrank makes up for no other. */
function pooledRate(runs: readonly Of<"rate">[]): Observation {
  const all = runs.map(({ observation }) => observation);
  const seconds = sum(all.map((each) => each.seconds));
  const overTime = (rateOf: (each: Of<"rate">["observation"]) => number): number => sum(all.map((each) => rateOf(each) * each.seconds)) / seconds;
  const backlogBegin = sum(all.map((each) => each.backlogBegin));
  return {
    kind: "rate",
    finished: sum(all.map((each) => each.finished)),
    offered: sum(all.map((each) => each.offered)),
    seconds,
    ratePerUnit: overTime((each) => each.ratePerUnit),
    offeredPerUnit: overTime((each) => each.offeredPerUnit),
    backlogBegin,
    backlogEnd: backlogBegin + sum(all.map((each) => Math.max(0, each.backlogEnd - each.backlogBegin))),
    isUnlimited: all.every((each) => each.isUnlimited === true),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
