/**
 * Durations counted in buckets that are at most 0.1 % wide, in constant memory: fast enough for every request, and sums of it are exact.
 * Below 2,048 µs each microsecond has its own bucket; above, each doubling is cut into 1,024. Count, sum, least and most are exact.
 */

import { z } from "zod";
import { nearestRank } from "../../../sli/concepts/percentile.ts";

const fineBits = 10;
const perDoubling = 2 ** fineBits;
const exactBelow = 2 * perDoubling;
/** Longer ones are counted as this long: about 35 min. */
const longestUs = 2 ** 31 - 1;
const buckets = exactBelow + (31 - fineBits - 1) * perDoubling;

/** How it travels between processes: bucket and count in turn, for the buckets that are not empty. */
export const durationCountsSchema = z.strictObject({ sumUs: z.number(), minUs: z.number().nullable(), maxUs: z.number().nullable(), counts: z.array(z.number()) });

export type PortableDurations = z.infer<typeof durationCountsSchema>;

export class DurationCounts {
  readonly #counts = new Float64Array(buckets);
  #count = 0;
  #sumUs = 0;
  #minUs = Number.POSITIVE_INFINITY;
  #maxUs = 0;

  add(durationUs: number): void {
    const us = Math.min(longestUs, Math.max(0, Math.round(durationUs)));
    const bucket = bucketOf(us);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count += 1;
    this.#sumUs += us;
    if (us < this.#minUs) this.#minUs = us;
    if (us > this.#maxUs) this.#maxUs = us;
  }

  /** Adds what another one, perhaps in another process, has counted. */
  merge(other: PortableDurations): void {
    for (let at = 0; at + 1 < other.counts.length; at += 2) {
      const bucket = other.counts[at] ?? 0;
      const count = other.counts[at + 1] ?? 0;
      this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count;
      this.#count += count;
    }
    this.#sumUs += other.sumUs;
    this.#minUs = Math.min(this.#minUs, other.minUs ?? Number.POSITIVE_INFINITY);
    this.#maxUs = Math.max(this.#maxUs, other.maxUs ?? 0);
  }

  get count(): number {
    return this.#count;
  }

  get minUs(): number | null {
    return this.#count === 0 ? null : this.#minUs;
  }

  get maxUs(): number | null {
    return this.#count === 0 ? null : this.#maxUs;
  }

  get meanUs(): number | null {
    return this.#count === 0 ? null : this.#sumUs / this.#count;
  }

  /** By nearest rank, upper end of the bucket; null without samples. */
  quantileUs(quantile: number): number | null {
    if (this.#count === 0) return null;
    const rank = nearestRank(this.#count, quantile);
    let seen = 0;
    let bucket = -1;
    while (seen < rank && bucket < buckets - 1) {
      bucket += 1;
      seen += this.#counts[bucket] ?? 0;
    }
    return Math.min(this.#maxUs, Math.max(this.#minUs, highestOf(bucket)));
  }

  /** How many lie in each range between two neighbours of `edgesUs` (ascending); the upper edge belongs to the range. A bucket counts where its middle lies. */
  inRanges(edgesUs: readonly number[]): number[] {
    const counts = edgesUs.slice(1).map(() => 0);
    let range = 0;
    for (let bucket = 0; bucket < buckets; bucket += 1) {
      const count = this.#counts[bucket] ?? 0;
      if (count === 0) continue;
      while (range < counts.length - 1 && middleOf(bucket) > (edgesUs[range + 1] ?? 0)) range += 1;
      counts[range] = (counts[range] ?? 0) + count;
    }
    return counts;
  }

  portable(): PortableDurations {
    const counts: number[] = [];
    for (let bucket = 0; bucket < buckets; bucket += 1) {
      const count = this.#counts[bucket] ?? 0;
      if (count > 0) counts.push(bucket, count);
    }
    return { sumUs: this.#sumUs, minUs: this.minUs, maxUs: this.maxUs, counts };
  }

  clear(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#sumUs = 0;
    this.#minUs = Number.POSITIVE_INFINITY;
    this.#maxUs = 0;
  }
}

function bucketOf(us: number): number {
  if (us < exactBelow) return us;
  const shift = 31 - Math.clz32(us) - fineBits;
  return exactBelow + (shift - 1) * perDoubling + ((us >>> shift) - perDoubling);
}

function lowestOf(bucket: number): number {
  if (bucket < exactBelow) return bucket;
  const shift = Math.floor((bucket - exactBelow) / perDoubling) + 1;
  return (((bucket - exactBelow) % perDoubling) + perDoubling) * 2 ** shift;
}

function highestOf(bucket: number): number {
  return lowestOf(bucket + 1) - 1;
}

function middleOf(bucket: number): number {
  return (lowestOf(bucket) + highestOf(bucket)) / 2;
}
