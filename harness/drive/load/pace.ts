/**
 * The schedule of a workload, as a pure function: when request n is due. The rate over time is a row of stretches on which it runs
 * in a straight line; request n is due when the integral of the rate reaches n, so a ramp is exact and no rounding adds up.
 */

import { parseDurationMs } from "../../base/duration.ts";
import type { Profile } from "../../scenario/workload/profile.ts";

/** Due time of request n in ms from the start; called with n = 0, 1, 2, …. Never decreases. */
export type Pace = (n: number) => number;

export function paceOf(profile: Profile): Pace {
  const stretches = stretchesOf(profile);
  const first = stretches[0];
  return (n) => {
    const stretch = stretches.findLast((candidate) => candidate.startCount <= n) ?? first;
    return stretch.startMs + 1000 * secondsUntil(stretch, n - stretch.startCount);
  };
}

/** How many requests are due before `totalMs`. */
export function offeredBy(profile: Profile, totalMs: number): number {
  const pace = paceOf(profile);
  // The integral gives the count but for the last rounding; the schedule itself has the last word.
  let count = Math.max(0, Math.ceil(integral(profile, totalMs)));
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

function stretchesOf(profile: Profile): Stretches {
  switch (profile.shape) {
    case "constant":
      return join([], profile.rate);
    case "ramp":
      return join([{ lengthMs: parseDurationMs(profile.over), from: profile.from, to: profile.to }], profile.to);
    case "steps":
      return join(
        profile.steps.slice(0, -1).map((step) => flat(step.rate, parseDurationMs(step.for))),
        profile.steps.at(-1)?.rate ?? 1,
      );
    case "spike":
      return join([flat(profile.base, parseDurationMs(profile.at)), flat(profile.peak, parseDurationMs(profile.for))], profile.base);
  }
}

type Shape = Pick<Stretch, "lengthMs" | "from" | "to">;

function flat(rate: number, lengthMs: number): Shape {
  return { lengthMs, from: rate, to: rate };
}

/** Puts stretches end to end; the last rate holds without end. */
function join(shapes: readonly Shape[], lastRate: number): Stretches {
  const stretches: Stretch[] = [];
  let startMs = 0;
  let startCount = 0;
  for (const shape of shapes) {
    stretches.push({ ...shape, startMs, startCount });
    startMs += shape.lengthMs;
    startCount += countIn(shape, shape.lengthMs);
  }
  const [first, ...rest] = [...stretches, { ...flat(lastRate, Number.POSITIVE_INFINITY), startMs, startCount }];
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
  if (from === to) return count / from;
  const slope = (to - from) / (lengthMs / 1000);
  return (2 * count) / (from + Math.sqrt(Math.max(0, from * from + 2 * slope * count)));
}

function integral(profile: Profile, totalMs: number): number {
  const stretches = stretchesOf(profile);
  const stretch = stretches.findLast((candidate) => candidate.startMs <= totalMs) ?? stretches[0];
  return stretch.startCount + countIn(stretch, totalMs - stretch.startMs);
}
