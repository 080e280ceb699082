/** Quantiles of Student's t beside those of the standard normal distribution: how much wider a bound is when its variance was estimated from few things. */

import { bisect, regularizedBeta } from "../../base/binomial.ts";
import { normalAtLeast } from "./chi-square.ts";

/** No quantile that is asked for is beyond: of one degree of freedom and a chance of one in ten thousand it is 3,183. */
const farthest = 1e6;

/** The value that T exceeds with this chance, over the one that a normal variable does. `freedom` > 0, whole or not; `chance` < 0.5. */
export function widening(freedom: number, chance: number): number {
  return bisect((value) => studentAtLeast(value, freedom) > chance, farthest) / bisect((value) => normalAtLeast(value) > chance, farthest);
}

/** P(T ≥ value) for value ≥ 0 (Abramowitz and Stegun, 26.7.1 with 26.5.27). */
export function studentAtLeast(value: number, freedom: number): number {
  return value <= 0 ? 0.5 : 0.5 * regularizedBeta(freedom / (freedom + value * value), freedom / 2, 0.5);
}
