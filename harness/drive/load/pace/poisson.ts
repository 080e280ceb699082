/**
 * Arrivals at random times: those of many people who know nothing of one another. The gaps are exponential with mean 1/rate, so that the
 * count of any stretch of time has the Poisson distribution. The same dice give the same arrivals.
 */

import type { Dice } from "../../../base/random.ts";

/** Keeps the last arrival and asks the dice once for each: it cannot be asked for an earlier one again. */
export function poissonPace(ratePerSecond: number, roll: Dice): (n: number) => number {
  let last = -1;
  let atMs = 0;
  return (n) => {
    if (n < last) throw new RangeError(`arrival ${n} is past: a random schedule goes forward only`);
    for (; last < n; last += 1) atMs += gapMs(ratePerSecond, roll());
    return atMs;
  };
}

/** `share` in [0, 1): the share of gaps that are shorter. */
function gapMs(ratePerSecond: number, share: number): number {
  return (-Math.log1p(-share) * 1000) / ratePerSecond;
}
