/**
 * Measures contenders in turn, A B A B …, so that whatever else the machine is doing meets them all alike. A ratio is taken inside
 * each round and its median over the rounds is what counts; two absolute figures of different runs are not to be compared.
 */

import { RoadworthyError } from "../../base/error.ts";
import { nowUs } from "../../base/time.ts";

export interface RoundLimits {
  rounds: number;
  /** No round is begun that would likely end after this. */
  limitMs: number;
  /** Ends the measurement between two contenders. */
  signal: AbortSignal;
  /** Without it, nothing is thrown away: for contenders that are processes of their own and start cold each time. */
  hasWarmUp?: boolean;
}

/** What each contender gave in each round; all lists have the same length, at least one. */
export type Samples<T> = ReadonlyMap<string, readonly T[]>;

export type Contenders<T> = ReadonlyMap<string, () => Promise<T> | T>;

/** A round before the first is thrown away: it compiles the code. The first that counts is made in any case. */
export async function interleave<T>(contenders: Contenders<T>, { rounds, limitMs, signal, hasWarmUp = true }: RoundLimits): Promise<Samples<T>> {
  const startUs = nowUs();
  const samples = new Map<string, T[]>([...contenders.keys()].map((name) => [name, []]));
  let longestMs = 0;
  for (let round = hasWarmUp ? 0 : 1; round <= rounds; round += 1) {
    const beganUs = nowUs();
    if (round > 1 && (beganUs - startUs) / 1000 + longestMs > limitMs) break;
    for (const [name, measure] of contenders) {
      signal.throwIfAborted();
      // One after the other is the point.
      const sample = await measure();
      if (round > 0) samples.get(name)?.push(sample);
    }
    longestMs = Math.max(longestMs, (nowUs() - beganUs) / 1000);
  }
  return samples;
}

/** "7 rounds": how many counted, for the conditions of a table. */
export function roundsIn<T>(samples: Samples<T>): string {
  const count = Math.min(...[...samples.values()].map((list) => list.length));
  return count === 1 ? "1 round" : `${count} rounds`;
}

/** The figures of one contender, one a round. */
export function figuresOf<T>(samples: Samples<T>, contender: string, pick: (sample: T) => number): number[] {
  return (samples.get(contender) ?? []).map(pick);
}

/** Median over the rounds of `contender` divided by `base`, with the lowest and the highest round. */
export function ratioOf<T>(samples: Samples<T>, names: { contender: string; base: string }, pick: (sample: T) => number): Spread {
  const base = figuresOf(samples, names.base, pick);
  return spreadOf(figuresOf(samples, names.contender, pick).map((value, round) => value / (base[round] ?? Number.NaN)));
}

export interface Spread {
  median: number;
  low: number;
  high: number;
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), low: Math.min(...values), high: Math.max(...values) };
}

/** Of an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  if (low === undefined || high === undefined) throw new RoadworthyError("internal", "there is no median of nothing");
  return (low + high) / 2;
}

/** Nearest rank; 0 of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? 0;
}
