/**
 * A search on the fixed time line of a scenario: it begins when the warm-up ends and has room for `steps` steps of one length, so that it
 * is known beforehand how long it can last. What came of a step is looked at when the next one begins to be sent.
 *
 *   warm-up: `from` │ 1 │ 2 │ 3 │ …          one step: silence, a fifth │ sent, not counted, a fifth │ sent and counted, three fifths
 *
 * In the silence answers to the step before come in and queues drain; in the second part connections open and caches fill.
 */

import { parseDurationMs } from "../../../base/duration.ts";
import type { SearchProfile } from "../profile.ts";

/** In ms from the scenario's start. */
export interface SearchStepTimes {
  sendFromMs: number;
  countFromMs: number;
  endMs: number;
}

const silentShare = 0.2;
const uncountedShare = 0.4;

/** Of step `index`, from 0. */
export function searchStepTimes(profile: SearchProfile, index: number, warmUpMs: number): SearchStepTimes {
  const lengthMs = parseDurationMs(profile.for);
  const beginMs = warmUpMs + index * lengthMs;
  return { sendFromMs: beginMs + silentShare * lengthMs, countFromMs: beginMs + uncountedShare * lengthMs, endMs: beginMs + lengthMs };
}

/** The longest that it can last, without the warm-up. */
export function searchLengthMs(profile: SearchProfile): number {
  return profile.steps * parseDurationMs(profile.for);
}

/** Requests of one step that count, at so many a second. */
export function countedRequests(profile: SearchProfile, ratePerSecond: number): number {
  const { countFromMs, endMs } = searchStepTimes(profile, 0, 0);
  return Math.floor((ratePerSecond * (endMs - countFromMs)) / 1000);
}
