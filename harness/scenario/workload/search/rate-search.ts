/**
 * Where a search for the highest rate goes next: up by doubling (down by halving, when the first rate is too much already) until a rate
 * that keeps the limits and one that does not are known, then between the two until they are near enough. Pure.
 */

import type { Dice } from "../../../base/random.ts";

export type TriedOutcome = "pass" | "fail" | "inconclusive";

export interface TriedRate {
  ratePerSecond: number;
  outcome: TriedOutcome;
}

export interface SearchRange {
  from: number;
  to: number;
}

export type NextRate = { ratePerSecond: number } | { endedBy: "precision" | "range" | "steps" };

/** Most rates that are tried. */
const stepsLimit = 24;
/** How near the two bounds must be, as a share of the lower one. */
export const precision = 0.05;
/** A step that could not tell is repeated, and its samples are added. */
const triesPerRate = 3;
/** No rate below one in ten seconds is tried. */
const lowestRate = 0.1;

/** `roll` moves each step between the bounds a little, so that no rate is chosen which happens to beat with a timer of the target. */
export function nextRate(tried: readonly TriedRate[], range: SearchRange, roll: Dice): NextRate {
  const best = bestOf(tried);
  // What could not be shown to hold is treated as too much: the answer is a rate that was shown to hold.
  const tooMuch = tried.filter(({ outcome, ratePerSecond }) => outcome !== "pass" && ratePerSecond > (best ?? 0)).map(({ ratePerSecond }) => ratePerSecond);
  const worst = tooMuch.length === 0 ? null : Math.min(...tooMuch);
  if (tried.length >= stepsLimit) return { endedBy: "steps" };
  if (tried.length === 0) return { ratePerSecond: range.from };
  if (worst === null) return best === null || best >= range.to ? { endedBy: "range" } : { ratePerSecond: Math.min(range.to, best * 2) };
  if (best === null) return worst / 2 < lowestRate ? { endedBy: "range" } : { ratePerSecond: rounded(worst / 2) };
  const between = rounded(best * (worst / best) ** (0.4 + 0.2 * roll()));
  if (worst - best <= precision * best || between <= best || between >= worst) return { endedBy: "precision" };
  return { ratePerSecond: between };
}

/** Whether a rate that came to this is tried once more. `tries`: how often it was. */
export function triesAgain(outcome: TriedOutcome, tries: number): boolean {
  return outcome === "inconclusive" && tries < triesPerRate;
}

/** What a rate came to, of what each of its limits did: the worst. */
export function outcomeOfAll(outcomes: readonly TriedOutcome[]): TriedOutcome {
  return outcomes.includes("fail") ? "fail" : outcomes.includes("inconclusive") ? "inconclusive" : "pass";
}

/** The highest rate that was shown to keep the limits; null when there is none. */
export function bestOf(tried: readonly TriedRate[]): number | null {
  const passed = tried.filter(({ outcome }) => outcome === "pass").map(({ ratePerSecond }) => ratePerSecond);
  return passed.length === 0 ? null : Math.max(...passed);
}

/** The highest rate shown to keep the limits, and the lowest above it that was shown to break one. */
export function intervalOf(tried: readonly TriedRate[]): [number | null, number | null] {
  const best = bestOf(tried);
  const failed = tried.filter(({ outcome, ratePerSecond }) => outcome === "fail" && ratePerSecond > (best ?? 0)).map(({ ratePerSecond }) => ratePerSecond);
  return [best, failed.length === 0 ? null : Math.min(...failed)];
}

/** Three digits that say something. */
function rounded(rate: number): number {
  return Number(rate.toPrecision(3));
}
