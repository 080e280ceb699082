/**
 * The course of a search: a schedule that knows what came of the requests before. It has no clock of its own: a step is looked at when the
 * first request of the next one has been taken, by which time the step's answers are in; see scenario/workload/search/search-steps.ts.
 *
 *   warming up ──▶ step sent ──▶ looked at ──┬─ another rate, or the same again ──▶ step sent …
 *                                            ├─ too much, and answers still missing ──▶ a step of rest
 *                                            └─ nothing left to find, or no step left ──▶ over: nothing is due any more
 *
 * It chooses rates and rules on nothing: the judge counts the requests of each step itself.
 */

import { msToUs } from "../../../base/duration.ts";
import type { Dice } from "../../../base/random.ts";
import type { LoadEvent } from "../../../log/event.ts";
import type { SearchProfile } from "../../../scenario/workload/profile.ts";
import type { KeptObjective } from "../../../scenario/workload/search/kept-objective.ts";
import { nextRate, triesAgain, type TriedRate } from "../../../scenario/workload/search/rate-search.ts";
import { searchStepTimes } from "../../../scenario/workload/search/search-steps.ts";
import { saturation, type HealthSample } from "../../../sli/search/saturation.ts";
import { ruleCounts, StepCounts, type CountedRequest } from "../../../sli/search/step-counts.ts";
import type { Pace } from "../pace.ts";

/** What it says of itself; all times from the start of the load. */
export type SearchNote = { type: "step"; ratePerSecond: number; fromUs: number; untilUs: number } | { type: "end"; endedBy: Extract<LoadEvent, { type: "search-end" }>["endedBy"] };

export interface SearchSettings {
  profile: SearchProfile;
  kept: readonly KeptObjective[];
  warmUpMs: number;
  roll: Dice;
  note: (note: SearchNote) => void;
}

/** A stretch of time at one rate: the warm-up, or what is sent of a step. `ratePerSecond` is null until the step before was looked at. */
interface Stretch {
  fromMs: number;
  endMs: number;
  firstRequest: number;
  ratePerSecond: number | null;
}

/** One step at one rate. */
interface Attempt {
  fromUs: number;
  untilUs: number;
  ratePerSecond: number;
  counts: StepCounts;
  /** Requests that were due in it. */
  due: number;
  samples: HealthSample[];
}

/** How much time a sample of the generator's health covers. */
const sampleUs = 1_000_000;

export class SearchCourse {
  readonly #settings: SearchSettings;
  readonly #attempts: Attempt[] = [];
  #stretch: Stretch;
  #step = -1;
  #settled = 0;
  #isOver = false;

  constructor(settings: SearchSettings) {
    this.#settings = settings;
    const { warmUpMs, profile } = settings;
    this.#stretch = { fromMs: 0, endMs: warmUpMs, firstRequest: 0, ratePerSecond: profile.from };
  }

  /** Due time of request n in ms from the start of the load. Asked for n once n − 1 has been taken. */
  readonly pace: Pace = (n) => {
    if (n > 0) this.#lookBack(n);
    const dueMs = this.#nextDueMs(n);
    const attempt = this.#attempts.at(-1);
    const dueUs = msToUs(dueMs);
    if (attempt !== undefined && dueUs >= attempt.fromUs && dueUs < attempt.untilUs) attempt.due += 1;
    return dueMs;
  };

  /** One that was answered, or given up. */
  onRequest(request: CountedRequest & { intendedUs: number }): void {
    this.#settled += 1;
    this.#attempts.findLast(({ fromUs, untilUs }) => request.intendedUs >= fromUs && request.intendedUs < untilUs)?.counts.add(request);
  }

  /** `atUs`: when the second that it covers ended. */
  onHealth(sample: HealthSample, atUs: number): void {
    for (const { fromUs, untilUs, samples } of this.#attempts) if (atUs > fromUs && atUs - sampleUs < untilUs) samples.push(sample);
  }

  #nextDueMs(n: number): number {
    if (this.#isOver) return Number.POSITIVE_INFINITY;
    const { fromMs, endMs, firstRequest, ratePerSecond } = this.#stretch;
    const dueMs = ratePerSecond === null ? Number.POSITIVE_INFINITY : fromMs + ((n - firstRequest) * 1000) / ratePerSecond;
    return dueMs < endMs ? dueMs : this.#openStep(n);
  }

  /** Request n is the first of the next step: with it the step begins, and its rate is found. */
  #openStep(n: number): number {
    const { profile, warmUpMs } = this.#settings;
    this.#step += 1;
    if (this.#step >= profile.steps) return this.#end("steps");
    const { sendFromMs, endMs } = searchStepTimes(profile, this.#step, warmUpMs);
    this.#stretch = { fromMs: sendFromMs, endMs, firstRequest: n, ratePerSecond: null };
    return sendFromMs;
  }

  /** Finds the rate of the step that has just begun, out of what came of those before it. */
  #lookBack(n: number): void {
    if (this.#isOver || this.#stretch.ratePerSecond !== null || this.#stretch.firstRequest !== n - 1) return;
    const latest = this.#attempts.at(-1);
    const tried = this.#tried();
    const outcome = tried.find(({ ratePerSecond }) => ratePerSecond === latest?.ratePerSecond)?.outcome;
    // All that was taken, but for the one request that has just been.
    const isDraining = this.#settled < n - 1;
    if (latest !== undefined && outcome !== "pass" && isDraining) return;
    const next = this.#next(tried, latest);
    if ("endedBy" in next) this.#end(next.endedBy);
    else this.#begin(next.ratePerSecond);
  }

  #next(tried: readonly TriedRate[], latest: Attempt | undefined): { ratePerSecond: number } | { endedBy: Exclude<SearchNote, { type: "step" }>["endedBy"] } {
    const outcome = tried.find(({ ratePerSecond }) => ratePerSecond === latest?.ratePerSecond)?.outcome;
    const tries = this.#attempts.filter(({ ratePerSecond }) => ratePerSecond === latest?.ratePerSecond).length;
    if (latest !== undefined && outcome !== undefined && triesAgain(outcome, tries)) return { ratePerSecond: latest.ratePerSecond };
    if (latest !== undefined && saturation(latest.samples) !== null) return { endedBy: "generator" };
    return nextRate(tried, this.#settings.profile, this.#settings.roll);
  }

  #begin(ratePerSecond: number): void {
    const { profile, warmUpMs, kept, note } = this.#settings;
    const times = searchStepTimes(profile, this.#step, warmUpMs);
    const [fromUs, untilUs] = [msToUs(times.countFromMs), msToUs(times.endMs)];
    this.#stretch.ratePerSecond = ratePerSecond;
    this.#attempts.push({ fromUs, untilUs, ratePerSecond, counts: new StepCounts(kept), due: 0, samples: [] });
    note({ type: "step", ratePerSecond, fromUs, untilUs });
  }

  #end(endedBy: Extract<SearchNote, { type: "end" }>["endedBy"]): number {
    this.#isOver = true;
    this.#settings.note({ type: "end", endedBy });
    return Number.POSITIVE_INFINITY;
  }

  /** Each rate with the outcome of all of its steps; what a generator out of breath has measured is not added to what is sound. */
  #tried(): TriedRate[] {
    const rates = [...new Set(this.#attempts.map(({ ratePerSecond }) => ratePerSecond))];
    return rates.map((ratePerSecond) => {
      const pooled = new StepCounts(this.#settings.kept);
      for (const attempt of this.#attempts) {
        if (attempt.ratePerSecond !== ratePerSecond || saturation(attempt.samples) !== null) continue;
        pooled.addAll(attempt.counts);
        pooled.addUnanswered(attempt.due - attempt.counts.total);
      }
      return { ratePerSecond, outcome: ruleCounts(pooled) };
    });
  }
}
