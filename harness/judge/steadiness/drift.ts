/**
 * Whether a row of values drifts: a trend (Mann 1945, Kendall) or a level shift (Pettitt 1979). Both look at ranks alone, so one wild value moves
 * neither, and Infinity is a value like any other. Closed forms, no dice: the same log gives the same verdict.
 */

import { normalAtLeast } from "./chi-square.ts";

export interface Drift {
  /** Two-sided: how often chance alone does as much. */
  chance: number;
  /** Index of the first value of the later part. */
  splitAt: number;
}

/** A steady rise or fall. The two thirds at the ends are what differs most. */
export function trend(values: readonly number[]): Drift {
  const count = values.length;
  let score = 0;
  for (let later = 1; later < count; later += 1) {
    for (let earlier = 0; earlier < later; earlier += 1) score += comparison(values, earlier, later);
  }
  const ties = [...countsOf(values).values()].reduce((sum, size) => sum + size * (size - 1) * (2 * size + 5), 0);
  const variance = (count * (count - 1) * (2 * count + 5) - ties) / 18;
  const chance = variance <= 0 ? 1 : Math.min(1, 2 * normalAtLeast(Math.max(0, Math.abs(score) - 1) / Math.sqrt(variance)));
  return { chance, splitAt: Math.floor(count / 2) };
}

/** The split that parts the values best into lower and higher ones. */
export function levelShift(values: readonly number[]): Drift {
  const count = values.length;
  let best = 0;
  let splitAt = 0;
  let score = 0;
  for (let split = 1; split < count; split += 1) {
    // Value split − 1 moves from the later part to the earlier one.
    for (let other = 0; other < count; other += 1) score += comparison(values, split - 1, other);
    if (Math.abs(score) > best) {
      best = Math.abs(score);
      splitAt = split;
    }
  }
  return { chance: Math.min(1, 2 * Math.exp((-6 * best * best) / (count ** 3 + count ** 2))), splitAt };
}

/** 1 when the second is higher, −1 when it is lower. Infinity equals itself. */
function comparison(values: readonly number[], first: number, second: number): number {
  const [a = 0, b = 0] = [values[first], values[second]];
  return b > a ? 1 : b < a ? -1 : 0;
}

function countsOf(values: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
