/**
 * Outages whose truth is known: when the service is down, to the microsecond, before anything runs.
 *
 *   injected          ┌─ stretch ─┐ pause ┌─ last stretch ─┐
 *   ────┼─────────────┴───────────┴───────┴────────────────┼──────────── up
 *       └──────────────── true recovery time ──────────────┘
 */

import { dice, integerBetween, type Dice } from "../../../base/random.ts";

export const outageLengthsMs = [0, 50, 250, 1000, 5000] as const;
export const outageRates = [20, 200, 2000] as const;
export const outageManners = ["refusal", "reset", "5xx", "stall"] as const;

export type OutageManner = (typeof outageManners)[number];

export interface OutageCell {
  readonly lengthMs: number;
  readonly flapping: boolean;
  readonly ratePerSecond: number;
  readonly by: OutageManner;
}

/** A time in which the service is down, in ms from the injection: `fromMs` included, `toMs` not. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface OutageScript {
  readonly cell: OutageCell;
  readonly seed: number;
  readonly probeEveryMs: number;
  /** As the scenario declares it; null leaves it to the baseline. */
  readonly degradedLimitMs: number | null;
  /** One list for each fault of the run, in order of time; empty lists for outages of 0 ms. */
  readonly outages: readonly (readonly Stretch[])[];
}

/** How long a good answer takes. */
export const serviceMs = 5;
/** Baseline + 50 ms (MEASURES.md), where the scenario declares none. */
const defaultLimitMs = serviceMs + 50;
const tightLimitMs = 10;

const shortLimitMs = 250;
const manyAtATime = 5;
const latestStartMs = 40;
const probeIntervalsMs = [50, 100, 200];

/** Every combination of the grid. */
export function outageCells(): OutageCell[] {
  return outageLengthsMs.flatMap((lengthMs) =>
    outageRates.flatMap((ratePerSecond) => outageManners.flatMap((by) => [false, true].map((flapping): OutageCell => ({ lengthMs, flapping, ratePerSecond, by })))),
  );
}

/** `runs` seeded scripts, spread evenly over the grid. Short outages come many to a run. */
export function outageScripts(runs: number, seed: number): OutageScript[] {
  const cells = outageCells();
  // A step that shares no divisor with the number of cells: the first few runs already touch every length, rate and manner.
  const step = 49;
  return Array.from({ length: runs }, (_, run): OutageScript => {
    const cell = cells[(run * step) % cells.length];
    if (cell === undefined) throw new RangeError("the grid is empty");
    return outageScript(cell, seed + run);
  });
}

/** What is left out is rolled. */
export function outageScript(cell: OutageCell, seed: number, fixed: Partial<Pick<OutageScript, "degradedLimitMs" | "probeEveryMs">> = {}): OutageScript {
  const roll = dice(seed, "outage");
  const rolledLimitMs = roll() < 0.5 ? null : tightLimitMs;
  const { degradedLimitMs = rolledLimitMs } = fixed;
  const waitMs = toleratedWaitMs({ cell, degradedLimitMs });
  const faults = cell.lengthMs <= shortLimitMs ? manyAtATime : 1;
  const rolledProbeMs = probeIntervalsMs[integerBetween(roll, 0, probeIntervalsMs.length - 1)] ?? 100;
  return { cell, seed, probeEveryMs: fixed.probeEveryMs ?? rolledProbeMs, degradedLimitMs, outages: Array.from({ length: faults }, () => stretchesOf(cell, waitMs, roll)) };
}

/** A stalled service is up, by the definition of the degraded limit, so much before its stall ends: whoever comes then waits no longer than the limit. */
export function toleratedWaitMs({ cell, degradedLimitMs }: Pick<OutageScript, "cell" | "degradedLimitMs">): number {
  return cell.by === "stall" ? (degradedLimitMs ?? defaultLimitMs) - serviceMs : 0;
}

/** How long a stretch must be felt so that the window rule cannot let it pass: it lets one answer in twenty be slow, and one in a hundred fail. */
export function leastFeltMs({ by, ratePerSecond }: OutageCell): number {
  const arrivalMs = 1000 / ratePerSecond;
  return by === "stall" ? Math.max(100, 5 * arrivalMs) : 1.1 * arrivalMs;
}

/** Down for the whole length, or with short pauses. The last stretch is long enough for an arrival to meet it: else nobody could know of it. */
function stretchesOf(cell: OutageCell, waitMs: number, roll: Dice): Stretch[] {
  if (cell.lengthMs === 0) return [];
  const arrivalMs = 1000 / cell.ratePerSecond;
  const startMs = roll() * latestStartMs;
  const endMs = startMs + cell.lengthMs;
  const lastMs = waitMs + leastFeltMs(cell);
  const stretches: Stretch[] = [];
  let fromMs = startMs;
  while (cell.flapping) {
    const toMs = fromMs + arrivalMs * (1.2 + roll()) + 20 * roll();
    const againMs = toMs + arrivalMs * (0.5 + roll()) + 20 * roll();
    if (againMs + lastMs > endMs) break;
    stretches.push({ fromMs, toMs });
    fromMs = againMs;
  }
  return [...stretches, { fromMs, toMs: endMs }];
}
