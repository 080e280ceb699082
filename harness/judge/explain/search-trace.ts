/** The steps of a search for the highest rate: how each rate was ruled, with the numbers, and where each step and the first bad request in it stand in the log. */

import { join } from "node:path";
import { binomialAtLeast, binomialAtMost, usualDoubt } from "../../base/binomial.ts";
import type { RequestEvent } from "../../log/event.ts";
import { openLog, segmentPaths } from "../../log/reader.ts";
import { readPlaced, type Place } from "../../log/segment.ts";
import { keptObjectives, type KeptObjective } from "../../scenario/workload/search/kept-objective.ts";
import { isSearch } from "../../scenario/workload/workload.ts";
import { PhaseWindows } from "../../sli/concepts/phase-window.ts";
import { CapacityFold, type TriedStep } from "../../sli/search/capacity.ts";
import { ruleCounted, ruleCounts, StepCounts, type CountedObjective } from "../../sli/search/step-counts.ts";
import { formatCount, formatNumber, formatPercent, formatValue } from "../verdict/format.ts";
import type { TraceGroup, TraceRow } from "./first-rows.ts";
import { probability } from "./formula.ts";

export interface SearchTrace {
  /** The formula, and a line for each objective at each rate, lowest rate first. */
  rates: string[];
  groups: TraceGroup[];
  startUs: number;
}

interface PlacedStep extends TriedStep {
  record: Place | null;
  firstBad: Place | null;
}

const words = { pass: "kept", fail: "broken", inconclusive: "not decided" } as const;

/** `folder`: the scenario's. Nothing of a workload that is no search. Throws `run-unreadable`. */
export function traceSearch(name: string, folder: string): SearchTrace {
  const log = openLog(join(folder, "log"));
  const { header } = log;
  const workload = header.scenario?.workloads.filter(isSearch).find((entry) => entry.name === name);
  if (workload === undefined) return { rates: [], groups: [], startUs: header.at };
  const fold = new CapacityFold(workload, header.target.objectives);
  const phases = new PhaseWindows();
  for (const event of log.events()) {
    phases.step(event);
    fold.step(event);
  }
  const kept = keptObjectives(workload.profile.keep, header.target.objectives);
  const rows = placed(fold.steps(), { name, kept, folder }).map(rowOf);
  return { rates: ratesOf(fold), groups: [{ title: `steps of the search ${name}, each with its record and its first bad request`, count: rows.length, rows }], startUs: phases.spans[0]?.beginUs ?? header.at };
}

function ratesOf(fold: CapacityFold): string[] {
  const lines = [...fold.rates()].toSorted(([a], [b]) => a - b).flatMap(([rate, counts]) => counts.objectives.map((counted) => `${formatValue(rate, "1/s")}: ${ruledText(counted)}`));
  return [`k bad of n, over all steps of a rate that count: kept when P(X ≤ k | n, p) is at most ${usualDoubt}, broken when P(X ≥ k | n, p) is under ${usualDoubt}, else not decided`, ...lines];
}

function ruledText(counted: CountedObjective): string {
  const { bad, total, kept } = counted;
  const p = kept.allowedShare;
  return `${kept.objective.id} k = ${formatNumber(bad)} of n = ${formatNumber(total)}, p = ${formatPercent(100 * p)}: P(X ≤ k) = ${probability(binomialAtMost(bad, total, p))}, P(X ≥ k) = ${probability(binomialAtLeast(bad, total, p))}: ${words[ruleCounted(counted)]}`;
}

/** Steps are told of before their requests, in another segment: so they are all known here. */
function placed(steps: readonly TriedStep[], { name, kept, folder }: { name: string; kept: readonly KeptObjective[]; folder: string }): PlacedStep[] {
  const found = steps.map((step): PlacedStep => ({ ...step, record: null, firstBad: null }));
  const firstBadUs = new Map<PlacedStep, number>();
  for (const path of segmentPaths(join(folder, "log"))) {
    for (const { event, place } of readPlaced(path)) {
      if (event.type === "search-step" && event.workload === name) {
        const step = found.find(({ fromUs, record }) => fromUs === event.fromUs && record === null);
        if (step !== undefined) step.record = place;
      }
      if (event.type !== "request" || event.workload !== name) continue;
      const step = found.findLast(({ fromUs, untilUs }) => event.intendedUs >= fromUs && event.intendedUs < untilUs);
      if (step === undefined || event.intendedUs >= (firstBadUs.get(step) ?? Infinity) || !isBad(event, kept)) continue;
      firstBadUs.set(step, event.intendedUs);
      step.firstBad = place;
    }
  }
  return found;
}

function isBad({ route, outcome, endUs, intendedUs }: RequestEvent, kept: readonly KeptObjective[]): boolean {
  const alone = new StepCounts(kept);
  alone.add({ route, outcome, tookUs: endUs - intendedUs });
  return alone.objectives.some(({ bad }) => bad > 0);
}

function rowOf({ ratePerSecond, fromUs, counts, unsound, record, firstBad }: PlacedStep): TraceRow {
  const each = counts.objectives.map(({ kept, bad, total }) => `${kept.objective.id} ${formatNumber(bad)} of ${formatCount(total, "request")} bad`);
  const outcome = unsound === null ? words[ruleCounts(counts)] : `counts for nothing, the load generator was the limit: ${unsound}`;
  return { what: formatValue(ratePerSecond, "1/s"), atUs: fromUs, text: `${each.join(", ")}: ${outcome}`, places: [record, firstBad].flatMap((place) => place ?? []) };
}
