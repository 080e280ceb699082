/** The stretches of time on which the rate of a profile runs in a straight line. Pure. */

import { parseDurationMs } from "../../base/duration.ts";
import type { Profile } from "./profile.ts";

/** Profiles that are a rate over time. */
export type StretchedProfile = Exclude<Profile, { shape: "poisson" | "replay" | "closed" | "search" }>;

/** Rates are per second. */
export interface RateStretch {
  /** The last one has no end. */
  lengthMs: number;
  from: number;
  to: number;
}

export function isStretched(profile: Profile): profile is StretchedProfile {
  return profile.shape !== "poisson" && profile.shape !== "replay" && profile.shape !== "closed" && profile.shape !== "search";
}

/** At least one, end to end from the scenario's start. */
export function rateStretches(profile: StretchedProfile): RateStretch[] {
  switch (profile.shape) {
    case "constant":
      return [endless(profile.rate)];
    case "ramp":
      return [{ lengthMs: parseDurationMs(profile.over), from: profile.from, to: profile.to }, endless(profile.to)];
    case "steps":
      return [...profile.steps.slice(0, -1).map((step) => flat(step.rate, parseDurationMs(step.for))), endless(profile.steps.at(-1)?.rate ?? 1)];
    case "spike":
      return [flat(profile.base, parseDurationMs(profile.at)), flat(profile.peak, parseDurationMs(profile.for)), endless(profile.base)];
    case "soak":
      return [{ lengthMs: parseDurationMs(profile.rampUp), from: 0, to: profile.rate }, endless(profile.rate)];
  }
}

export interface RatePoint {
  atMs: number;
  ratePerSecond: number;
}

/** The corners of a workload's rate up to `totalMs`; between two of them it runs straight, and two at one instant are a jump. Empty where no rate is given. */
export function rateCorners(profile: Profile, totalMs: number): RatePoint[] {
  if (profile.shape === "poisson") return [{ atMs: 0, ratePerSecond: profile.rate }, { atMs: totalMs, ratePerSecond: profile.rate }];
  if (!isStretched(profile)) return [];
  const corners: RatePoint[] = [];
  let startMs = 0;
  for (const { lengthMs, from, to } of rateStretches(profile)) {
    if (startMs >= totalMs) break;
    const endMs = Math.min(totalMs, startMs + lengthMs);
    const end = endMs === startMs + lengthMs || from === to ? to : from + ((to - from) * (endMs - startMs)) / lengthMs;
    if (lengthMs > 0) corners.push({ atMs: startMs, ratePerSecond: from }, { atMs: endMs, ratePerSecond: end });
    startMs += lengthMs;
  }
  return corners;
}

function flat(rate: number, lengthMs: number): RateStretch {
  return { lengthMs, from: rate, to: rate };
}

function endless(rate: number): RateStretch {
  return flat(rate, Number.POSITIVE_INFINITY);
}
