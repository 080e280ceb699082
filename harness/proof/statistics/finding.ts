/** One row of the table: what was simulated, what must come out, what did. */

import { binomialAtLeast } from "../../base/binomial.ts";

export interface Finding {
  what: string;
  must: string;
  seen: string;
  held: boolean;
}

/** The most that a chance of `share` gives in all but one of ten thousand such programs: more refutes "at most `share`". */
export function mostByChance(simulations: number, share: number): number {
  let count = Math.ceil(simulations * share);
  while (binomialAtLeast(count + 1, simulations, share) > 0.0001) count += 1;
  return count;
}

/** The least, in the same sense. */
export function leastByChance(simulations: number, share: number): number {
  return simulations - mostByChance(simulations, 1 - share);
}

export function percentText(count: number, of: number): string {
  return `${((100 * count) / of).toFixed(2)} %`;
}
