/**
 * Where an outage begins and ends in a row of samples (MEASURES.md, recovery time).
 *
 *   good good │ BAD BAD good BAD good BAD │ good good good … window W, ≥ 99 % success, p95 under the degraded limit
 *             ↑ down                        ↑ up, back-dated to the first good sample of W
 *
 * W is the shortest stretch of ≥ 1 s that holds ≥ 50 samples. Its shares are asked of every beginning of W as well, not only of the
 * whole: else the last short pause of a flapping service would count as its end. Of slow answers each beginning may hold as many as 50
 * samples may: else the first twenty could hold none, and one slow answer of a busy machine would move the end to after it. Slow answers
 * that begin once it was good for a whole W after the healing are no outage of that fault when they are four at most.
 */

import type { InstantUs } from "../../base/time.ts";

export const windowUs = 1_000_000;
export const windowSamples = 50;
const failedShare = 0.01;
const badShare = 0.05;
/** Of slow samples at the very end, where no window fits any more. */
const lastBadShare = 0.5;
/** Slow samples that a pause of some 150 ms makes at the rates whose window is fifty samples long. */
const hiccupSamples = 4;

export const sampleStates = { good: 0, slow: 1, failed: 2 } as const;

/** Samples in order of their intended start. Both arrays have the same length. */
export interface Samples {
  atUs: Float64Array;
  state: Uint8Array;
}

export interface Outage {
  downUs: InstantUs;
  /** null: not back to normal before the search ended. */
  upUs: InstantUs | null;
  /** Last bad sample before `upUs`, or of all. */
  lastBadUs: InstantUs;
}

export interface Search {
  fromUs: InstantUs;
  /** The outage must begin before this. */
  beginsBeforeUs: InstantUs;
  /** Samples at or after this are not looked at. */
  untilUs: InstantUs;
  /** Since when nothing disturbs it any more; Infinity when that never came. */
  healedUs: InstantUs;
}

/** The first outage at or after `fromUs`; null when there is none. */
export function findOutage(samples: Samples, search: Search): Outage | null {
  const end = indexAt(samples, search.untilUs);
  const backUs = firstGoodWindowEndUs(samples, indexAt(samples, search.healedUs), end);
  let outage = outageFrom(samples, search, end);
  while (outage?.upUs != null && outage.downUs >= backUs && isHiccup(samples, outage)) outage = outageFrom(samples, { ...search, fromUs: outage.upUs }, end);
  return outage;
}

function outageFrom(samples: Samples, search: Search, end: number): Outage | null {
  const down = findDown(samples, search, end);
  if (down === null) return null;
  let lastBad = down;
  for (let index = down + 1; index < end; index += 1) {
    if (samples.state[index] !== sampleStates.good) lastBad = index;
    else if (opensWindow(samples, index, end)) return { downUs: at(samples, down), upUs: at(samples, index), lastBadUs: at(samples, lastBad) };
  }
  return { downUs: at(samples, down), upUs: null, lastBadUs: at(samples, lastBad) };
}

/** Whether a whole window fits between the two instants: without one nothing can be said. */
export function holdsWindow(samples: Samples, fromUs: InstantUs, untilUs: InstantUs): boolean {
  const first = indexAt(samples, fromUs);
  const last = indexAt(samples, untilUs) - 1;
  return last - first + 1 >= windowSamples && at(samples, last) - at(samples, first) >= windowUs;
}

/** Index of the first sample at or after `instantUs`. */
export function indexAt(samples: Samples, instantUs: InstantUs): number {
  let low = 0;
  let high = samples.atUs.length;
  while (low < high) {
    const half = (low + high) >>> 1;
    if (at(samples, half) < instantUs) low = half + 1;
    else high = half;
  }
  return low;
}

// Every failure after a fault is part of what it did. A single slow answer happens on any machine: slowness counts once it is more
// than the window rule lets pass.
function findDown(samples: Samples, search: Search, end: number): number | null {
  for (let index = indexAt(samples, search.fromUs); index < end && at(samples, index) < search.beginsBeforeUs; index += 1) {
    const state = samples.state[index];
    if (state === sampleStates.failed) return index;
    if (state === sampleStates.slow && isDegraded(samples, index, end)) return index;
  }
  return null;
}

/** When it is known to be back to normal; Infinity when it never is. */
function firstGoodWindowEndUs(samples: Samples, from: number, end: number): InstantUs {
  for (let first = from; first < end; first += 1) {
    if (samples.state[first] !== sampleStates.good || !opensWindow(samples, first, end)) continue;
    for (let last = first; last < end; last += 1) if (isFull(samples, first, last)) return at(samples, last);
  }
  return Infinity;
}

/**
 * A few slow answers without a failure. One pause of any machine holds up all that is under way, which at few requests a second is more than the window
 * lets pass: of what was back to normal after its healing, that is no time to recover.
 */
function isHiccup(samples: Samples, { downUs, upUs }: Outage): boolean {
  let slow = 0;
  const end = indexAt(samples, upUs ?? Infinity);
  for (let index = indexAt(samples, downUs); index < end; index += 1) {
    if (samples.state[index] === sampleStates.failed) return false;
    if (samples.state[index] === sampleStates.slow) slow += 1;
  }
  return slow <= hiccupSamples;
}

function isDegraded(samples: Samples, first: number, end: number): boolean {
  let bad = 0;
  for (let index = first; index < end; index += 1) {
    if (samples.state[index] !== sampleStates.good) bad += 1;
    if (isFull(samples, first, index)) return bad > badShare * (index - first + 1);
  }
  return bad > lastBadShare * (end - first);
}

function opensWindow(samples: Samples, first: number, end: number): boolean {
  let bad = 0;
  let failed = 0;
  for (let index = first; index < end; index += 1) {
    const state = samples.state[index];
    const count = index - first + 1;
    if (state !== sampleStates.good) bad += 1;
    if (state === sampleStates.failed) failed += 1;
    if (failed > failedShare * count || bad > badShare * Math.max(count, windowSamples)) return false;
    if (isFull(samples, first, index)) return true;
  }
  return false;
}

function isFull(samples: Samples, first: number, last: number): boolean {
  return last - first + 1 >= windowSamples && at(samples, last) - at(samples, first) >= windowUs;
}

function at(samples: Samples, index: number): number {
  return samples.atUs[index] ?? Infinity;
}
