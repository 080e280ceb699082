/** Percentiles by nearest rank: the smallest value with cumulative count ≥ q·n, without interpolation (MEASURES.md). */

import { build, type Histogram } from "hdr-histogram-js";

/** Longest duration that is told apart from longer ones: 2 hours, in µs. */
const longestUs = 7_200_000_000;

/** Rank (from 1) of the q-quantile among n values. The slack keeps 0.95 × 100 at 95 in binary arithmetic. */
export function nearestRank(count: number, quantile: number): number {
  return Math.max(1, Math.ceil(quantile * count - 1e-9));
}

/** The q-quantile of values in ascending order; null when there are none. */
export function percentileOfSorted(sorted: readonly number[], quantile: number): number | null {
  return sorted[nearestRank(sorted.length, quantile) - 1] ?? null;
}

/** Whether n samples are enough to print the q-quantile: at least ten lie beyond it. */
export function mayPrint(count: number, quantile: number): boolean {
  return count * (1 - quantile) >= 10 - 1e-9;
}

/**
 * Durations of which some have no end, because the request failed. Constant memory, three digits. For display: what exceeds a limit is
 * counted exactly elsewhere.
 */
export class DurationHistogram {
  // Autoresize: most histograms never see more than a few seconds and stay small.
  readonly #histogram: Histogram = build({ highestTrackableValue: 60_000_000, numberOfSignificantValueDigits: 3, autoResize: true });
  #endless = 0;
  #maxUs = 0;

  record(durationUs: number): void {
    const whole = Math.min(longestUs, Math.max(0, Math.round(durationUs)));
    this.#histogram.recordValue(whole);
    if (whole > this.#maxUs) this.#maxUs = whole;
  }

  /** Counts one that is longer than any limit. */
  recordEndless(): void {
    this.#endless += 1;
  }

  /** All that the histograms hold, in a new one. */
  static merged(parts: readonly DurationHistogram[]): DurationHistogram {
    const whole = new DurationHistogram();
    for (const part of parts) {
      whole.#histogram.add(part.#histogram);
      whole.#endless += part.#endless;
      whole.#maxUs = Math.max(whole.#maxUs, part.#maxUs);
    }
    return whole;
  }

  get count(): number {
    return this.#histogram.totalCount + this.#endless;
  }

  get maxUs(): number | null {
    return this.#histogram.totalCount === 0 ? null : this.#maxUs;
  }

  /** In µs; null without samples and when the rank falls among the endless ones. */
  quantileUs(quantile: number): number | null {
    const finite = this.#histogram.totalCount;
    const rank = nearestRank(this.count, quantile);
    if (this.count === 0 || rank > finite) return null;
    // The library rounds the rank that it derives from a percentage, so the percentage of a whole rank gives that rank.
    return Math.min(this.#maxUs, this.#histogram.getValueAtPercentile((rank / finite) * 100));
  }

  /** As `quantileUs`, but null as well when there are too few samples to print it. */
  printableUs(quantile: number): number | null {
    return mayPrint(this.count, quantile) ? this.quantileUs(quantile) : null;
  }
}
