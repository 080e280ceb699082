/**
 * The schedule of a workload, as a pure function: when request n is due. Where the rate is given, it is a row of stretches on which it
 * runs in a straight line; request n is due when the integral of the rate reaches n, so a ramp is exact and no rounding adds up.
 */

import { parseDurationMs } from "../../base/duration.ts";
import type { Dice } from "../../base/random.ts";
import type { ClosedProfile, Profile } from "../../scenario/workload/profile.ts";
import { isStretched, rateStretches, type StretchedProfile } from "../../scenario/workload/stretches.ts";
import type { ArrivalTable } from "./pace/arrival-file.ts";
import { poissonPace } from "./pace/poisson.ts";
import { replayPace } from "./pace/replay.ts";

/** Due time of request n in ms from the start, infinite when there is none; called with n = 0, 1, 2, …; may keep state. Never decreases. */
export type Pace = (n: number) => number;

/** What some profiles need besides themselves. */
export interface Supply {
  /** For `poisson`: a stream of its own for this schedule. */
  roll?: Dice;
  /** For `replay`: what its file holds. */
  arrivals?: ArrivalTable;
  /** For `search`: its course, which knows what came of the requests before. */
  course?: Pace;
}

/** Of a closed model: when each of its users begins, which is all that is known in advance. */
export function paceOf(profile: Profile, supply: Supply = {}): Pace {
  switch (profile.shape) {
    case "poisson":
      return poissonPace(profile.rate, supplied(supply.roll, "dice"));
    case "replay":
      return replayPace(supplied(supply.arrivals, "the arrivals of its file"), profile);
    case "closed":
      return usersPace(profile);
    case "search":
      return supplied(supply.course, "the course of its search");
    case "constant":
    case "ramp":
    case "steps":
    case "spike":
    case "soak":
      return stretchedPace(stretchesOf(profile));
  }
}

function supplied<T>(thing: T | undefined, what: string): T {
  if (thing === undefined) throw new RangeError(`this schedule needs ${what}`);
  return thing;
}

function usersPace({ users, rampUp }: ClosedProfile): Pace {
  const rampUpMs = parseDurationMs(rampUp);
  return (user) => (user < users ? (user * rampUpMs) / users : Number.POSITIVE_INFINITY);
}

function stretchedPace(stretches: Stretches): Pace {
  const first = stretches[0];
  return (n) => {
    const stretch = stretches.findLast((candidate) => candidate.startCount <= n) ?? first;
    return stretch.startMs + 1000 * secondsUntil(stretch, n - stretch.startCount);
  };
}

/** How many requests are due before `totalMs`; of a closed model, how many users have begun. */
export function offeredBy(profile: Profile, totalMs: number, supply: Supply = {}): number {
  const pace = paceOf(profile, supply);
  // The integral gives the count but for the last rounding; the schedule itself has the last word. Without one, all are counted.
  let count = isStretched(profile) ? Math.max(0, Math.ceil(integral(profile, totalMs))) : 0;
  while (count > 0 && pace(count - 1) >= totalMs) count -= 1;
  while (pace(count) < totalMs) count += 1;
  return count;
}

/** Rates are per second. `startCount`: requests due before it, not rounded. */
interface Stretch {
  startMs: number;
  startCount: number;
  lengthMs: number;
  from: number;
  to: number;
}

type Stretches = [Stretch, ...Stretch[]];

type Shape = Pick<Stretch, "lengthMs" | "from" | "to">;

/** Puts the stretches end to end. */
function stretchesOf(profile: StretchedProfile): Stretches {
  const stretches: Stretch[] = [];
  let startMs = 0;
  let startCount = 0;
  for (const shape of rateStretches(profile)) {
    stretches.push({ ...shape, startMs, startCount });
    startMs += shape.lengthMs;
    startCount += countIn(shape, shape.lengthMs);
  }
  const [first, ...rest] = stretches;
  if (first === undefined) throw new RangeError("a schedule has at least one stretch");
  return [first, ...rest];
}

/** Requests due in the first `elapsedMs` of a stretch, not rounded. */
function countIn({ lengthMs, from, to }: Shape, elapsedMs: number): number {
  if (from === to || lengthMs === 0) return (from * elapsedMs) / 1000;
  return ((from + ((to - from) * elapsedMs) / (2 * lengthMs)) * elapsedMs) / 1000;
}

/** The inverse of `countIn`, in seconds; written so that nothing cancels out when the slope is small. */
function secondsUntil({ lengthMs, from, to }: Shape, count: number): number {
  if (count === 0) return 0;
  if (from === to) return count / from;
  const slope = (to - from) / (lengthMs / 1000);
  return (2 * count) / (from + Math.sqrt(Math.max(0, from * from + 2 * slope * count)));
}

function integral(profile: StretchedProfile, totalMs: number): number {
  const stretches = stretchesOf(profile);
  const stretch = stretches.findLast((candidate) => candidate.startMs <= totalMs) ?? stretches[0];
  return stretch.startCount + countIn(stretch, totalMs - stretch.startMs);
}
