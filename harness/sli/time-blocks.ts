/**
 * A judged phase in blocks of equal time, so that it can be seen whether the phase was steady and whether its failures came in clusters.
 * Between 32 and 64 blocks once there is enough: when there are more, neighbours are merged. Constant memory, whatever the run's length.
 */

import type { InstantUs } from "../base/time.ts";
import { nearestRank } from "./concepts/percentile.ts";

export interface TimeBlock {
  total: number;
  bad: number;
  /** The q-quantile of the block's durations in ms, to 5 %, Infinity when it is a failed one; the share of bad ones where there are no durations. */
  level: number;
}

interface Cell {
  total: number;
  bad: number;
  /** Durations by bucket; null where only good and bad are counted. */
  durations: Uint32Array | null;
}

const firstWidthUs = 250_000;
const mostBlocks = 64;
const bucketsPerOctave = 16;
/** The last bucket is for what never ended; the one before begins beyond an hour. */
const buckets = 512;

export class TimeBlocks {
  readonly #quantile: number | null;
  readonly #phaseCells = new Map<number, Cell>();
  #widthUs = firstWidthUs;
  #originUs: InstantUs | null = null;

  /** `quantile`: of the durations that are recorded; null where there are none. */
  constructor(quantile: number | null) {
    this.#quantile = quantile;
  }

  /** In any order of time. `durationUs` Infinity: it never ended. */
  record(atUs: InstantUs, bad: boolean, durationUs = 0): void {
    this.#originUs ??= atUs;
    const index = Math.floor((atUs - this.#originUs) / this.#widthUs);
    let cell = this.#phaseCells.get(index);
    if (cell === undefined) {
      cell = { total: 0, bad: 0, durations: this.#quantile === null ? null : new Uint32Array(buckets) };
      this.#phaseCells.set(index, cell);
      if (this.#phaseCells.size > mostBlocks) this.#merge();
      cell = this.#phaseCells.get(Math.floor((atUs - this.#originUs) / this.#widthUs)) ?? cell;
    }
    cell.total += 1;
    if (bad) cell.bad += 1;
    const bucket = bucketOf(durationUs);
    if (cell.durations !== null) cell.durations[bucket] = (cell.durations[bucket] ?? 0) + 1;
  }

  /** Neighbours become one, until there are at most half as many as there may be. */
  #merge(): void {
    while (this.#phaseCells.size > mostBlocks) {
      const old = [...this.#phaseCells];
      this.#phaseCells.clear();
      this.#widthUs *= 2;
      for (const [index, cell] of old) {
        const half = Math.floor(index / 2);
        const into = this.#phaseCells.get(half);
        if (into === undefined) this.#phaseCells.set(half, cell);
        else add(into, cell);
      }
    }
  }

  /** In order of time; stretches without a record are left out. */
  read(): TimeBlock[] {
    const cells = [...this.#phaseCells].toSorted(([a], [b]) => a - b).map(([, cell]) => cell);
    return cells.map((cell) => ({ total: cell.total, bad: cell.bad, level: this.#quantile === null ? cell.bad / cell.total : levelOf(cell, this.#quantile) }));
  }
}

function add(into: Cell, from: Cell): void {
  into.total += from.total;
  into.bad += from.bad;
  const { durations } = into;
  if (durations !== null) from.durations?.forEach((count, bucket) => (durations[bucket] = (durations[bucket] ?? 0) + count));
}

function bucketOf(durationUs: number): number {
  if (durationUs === Infinity) return buckets - 1;
  return Math.min(buckets - 2, Math.floor(bucketsPerOctave * Math.log2(Math.max(1, durationUs))));
}

function levelOf(cell: Cell, quantile: number): number {
  let left = nearestRank(cell.total, quantile);
  const bucket = (cell.durations ?? new Uint32Array(0)).findIndex((count) => (left -= count) <= 0);
  return bucket === buckets - 1 ? Infinity : 2 ** (bucket / bucketsPerOctave) / 1000;
}
