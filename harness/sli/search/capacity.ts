/**
 * The highest rate that a search has shown to keep its objectives: counted anew from the requests themselves, step by step, whatever the
 * load process made of them when it chose where to go on. Shared by the judge's row and by objectives on throughput.
 */

import type { InstantUs } from "../../base/time.ts";
import type { LogEvent } from "../../log/event.ts";
import type { Objective } from "../../scenario/objective.ts";
import { keptObjectives, type KeptObjective } from "../../scenario/workload/search/kept-objective.ts";
import { bestOf, intervalOf, type TriedRate } from "../../scenario/workload/search/rate-search.ts";
import type { SearchWorkload } from "../../scenario/workload/workload.ts";
import type { Observation } from "../observation.ts";
import { saturation, type HealthSample } from "./saturation.ts";
import { ruleCounts, ruleCounted, StepCounts } from "./step-counts.ts";

export type Capacity = Extract<Observation, { kind: "capacity" }>;

interface Step {
  ratePerSecond: number;
  fromUs: InstantUs;
  untilUs: InstantUs;
  counts: StepCounts;
  samples: HealthSample[];
}

/** A step that was tried, as it was counted. */
export interface TriedStep {
  ratePerSecond: number;
  fromUs: InstantUs;
  untilUs: InstantUs;
  counts: StepCounts;
  /** Why it counts for nothing: the generator was the limit; or null. */
  unsound: string | null;
}

/** How much time a sample of the generator's health covers. */
const sampleUs = 1_000_000;

export class CapacityFold {
  readonly #workload: SearchWorkload;
  readonly #kept: readonly KeptObjective[];
  readonly #steps: Step[] = [];
  #endedBy: Capacity["endedBy"] = null;

  constructor(workload: SearchWorkload, objectives: readonly Objective[]) {
    this.#workload = workload;
    this.#kept = keptObjectives(workload.profile.keep, objectives);
  }

  /** A step is told of before any request that counts in it. */
  step(event: LogEvent): void {
    if (event.type === "search-step" && event.workload === this.#workload.name) {
      const { ratePerSecond, fromUs, untilUs } = event;
      this.#steps.push({ ratePerSecond, fromUs, untilUs, counts: new StepCounts(this.#kept), samples: [] });
    }
    if (event.type === "search-end" && event.workload === this.#workload.name) this.#endedBy = event.endedBy;
    if (event.type === "generator" && event.of === undefined) this.#health(event);
    if (event.type !== "request" || event.workload !== this.#workload.name) return;
    const { route, outcome, intendedUs, endUs } = event;
    this.#steps.findLast(({ fromUs, untilUs }) => intendedUs >= fromUs && intendedUs < untilUs)?.counts.add({ route, outcome, tookUs: endUs - intendedUs });
  }

  /** What is not a number is null in the log, and no sample. */
  #health(event: Extract<LogEvent, { type: "generator" }>): void {
    if (!Number.isFinite(event.startLagP99Ms) || !Number.isFinite(event.eventLoopDelayP99Ms) || !Number.isFinite(event.cpuPercent)) return;
    for (const { fromUs, untilUs, samples } of this.#steps) if (event.at > fromUs && event.at - sampleUs < untilUs) samples.push(event);
  }

  /** In the order in which they were tried. */
  steps(): TriedStep[] {
    return this.#steps.map(({ samples, ...step }) => ({ ...step, unsound: whyUnsound(samples) }));
  }

  /** The counts of all steps at one rate together, of those that count. */
  rates(): Map<number, StepCounts> {
    const sound = this.#steps.filter(({ samples }) => whyUnsound(samples) === null);
    const rates = [...new Set(sound.map(({ ratePerSecond }) => ratePerSecond))];
    return new Map(rates.map((rate) => [rate, pooledOf(sound.filter(({ ratePerSecond }) => ratePerSecond === rate), this.#kept)]));
  }

  read(): Capacity | { kind: "unmeasured"; why: string } {
    if (this.#steps.length === 0) return { kind: "unmeasured", why: `the search "${this.#workload.name}" came to no step` };
    const sound = this.#steps.filter(({ samples }) => whyUnsound(samples) === null);
    const pooled = this.rates();
    const tried = [...pooled].map(([ratePerSecond, counts]): TriedRate => ({ ratePerSecond, outcome: ruleCounts(counts) }));
    const best = bestOf(tried);
    const [, broken] = intervalOf(tried);
    const held = best === null ? undefined : pooled.get(best);
    return {
      kind: "capacity",
      workload: this.#workload.name,
      keep: this.#workload.profile.keep,
      ratePerSecond: best,
      brokenPerSecond: broken,
      requests: held?.total ?? 0,
      seconds: sound.filter(({ ratePerSecond }) => ratePerSecond === best).reduce((sum, { fromUs, untilUs }) => sum + (untilUs - fromUs) / 1_000_000, 0),
      brokenBy: (broken === null ? [] : (pooled.get(broken)?.objectives ?? [])).filter((counted) => ruleCounted(counted) === "fail").map(({ kept, bad, total }) => ({ objective: kept.objective.id, bad, total })),
      steps: this.#steps.length,
      unsound: this.#steps.map(({ samples }) => whyUnsound(samples)).findLast((why) => why !== null) ?? null,
      endedBy: this.#endedBy,
    };
  }
}

function whyUnsound(samples: readonly HealthSample[]): string | null {
  return samples.length === 0 ? "its own health was not recorded" : saturation(samples);
}

function pooledOf(steps: readonly Step[], kept: readonly KeptObjective[]): StepCounts {
  const pooled = new StepCounts(kept);
  for (const { counts } of steps) pooled.addAll(counts);
  return pooled;
}
