/** When the requests of one process are due: its share of a schedule that all processes know. Sending it over more processes changes no due time. */

import { dice, type Dice } from "../../../base/random.ts";
import { paceOf, type Pace } from "../pace.ts";
import type { AloneConfig, Arrivals } from "./config.ts";

/** The pace of the share, and the number in the whole schedule of its arrival n. */
export function paceOfShare(arrivals: Exclude<Arrivals, { model: "closed" }>, { seed, share }: Pick<AloneConfig, "seed" | "share">): { pace: Pace; numberOf: (n: number) => number } {
  const whole = arrivals.model === "poisson" ? poissonPace(arrivals.rate, dice(seed, "load/arrivals")) : paceOf(arrivals.profile);
  const numberOf = (n: number): number => n * share.of + share.index;
  let asked = 0;
  return {
    numberOf,
    // A pace may keep state, so it is asked for every arrival, also for those of other processes.
    pace: (n) => {
      let dueMs = 0;
      for (const wanted = numberOf(n); asked <= wanted; asked += 1) dueMs = whole(asked);
      return dueMs;
    },
  };
}

/** Gaps between arrivals are exponential: those of many who know nothing of one another. */
function poissonPace(ratePerSecond: number, roll: Dice): Pace {
  let dueMs = 0;
  return () => {
    dueMs -= (1000 / ratePerSecond) * Math.log(1 - roll());
    return dueMs;
  };
}
