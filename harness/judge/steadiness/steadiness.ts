/**
 * Whether a phase that is called steady was steady, block by block. A pass of the binomial rule says something about the system only when the phase stands
 * for more than itself: a response time that doubled halfway is within the limit on average and will not be tomorrow. A failure stands either
 * way: chances that differ from request to request let the count vary less than the rule allows for (Hoeffding 1956).
 *
 * Two conditions, or every run on a busy machine would be inconclusive: it is no chance, and it matters. It matters when a level
 * differs from the other by half of the lower one and by a quarter of the limit (our choice), or when the worse part alone would be over the limit.
 */

import { formatDurationMs, formatPercent } from "../verdict/format.ts";
import type { TimeBlock } from "../../sli/time-blocks.ts";
import { levelShift, trend, type Drift } from "./drift.ts";

/** Fewer blocks tell no trend from chance. */
const leastBlocks = 12;
const doubt = 0.005;
const leastFactor = 1.5;
const leastShareOfLimit = 0.25;

export type SteadyClaim =
  /** Of durations: levels are percentiles. */
  | { kind: "durations"; limitMs: number; percentile: string }
  /** Levels are shares of bad ones, of which at most `allowed` may be. */
  | { kind: "shares"; allowed: number };

/** Why the blocks are not those of a steady phase, or null. */
export function whyUnsteady(blocks: readonly TimeBlock[], claim: SteadyClaim): string | null {
  const whole = wholeBlocks(blocks);
  if (whole.length < leastBlocks) return null;
  const levels = whole.map(({ level }) => level);
  return drifted("it shifted", { drift: levelShift(levels), whole, claim }) ?? drifted("it kept moving", { drift: trend(levels), whole, claim });
}

function drifted(what: string, { drift, whole, claim }: { drift: Drift; whole: readonly TimeBlock[]; claim: SteadyClaim }): string | null {
  if (drift.chance > doubt) return null;
  const [before, after] = [levelOf(whole.slice(0, drift.splitAt), claim), levelOf(whole.slice(drift.splitAt), claim)];
  if (!matters(Math.min(before, after), Math.max(before, after), claim)) return null;
  const percent = Math.round((100 * drift.splitAt) / whole.length);
  return `the phase was not steady: ${what}, ${nameOf(claim)} ${shown(before, claim)} in its first ${percent} %, ${shown(after, claim)} after that`;
}

/** The blocks at the ends of a phase may be pieces of one. */
function wholeBlocks(blocks: readonly TimeBlock[]): TimeBlock[] {
  const totals = blocks.map(({ total }) => total).toSorted((a, b) => a - b);
  const usual = totals[Math.floor(totals.length / 2)] ?? 0;
  return blocks.filter(({ total }) => total >= usual / 2);
}

function levelOf(blocks: readonly TimeBlock[], claim: SteadyClaim): number {
  if (claim.kind === "shares") return blocks.reduce((sum, { bad }) => sum + bad, 0) / blocks.reduce((sum, { total }) => sum + total, 0);
  const levels = blocks.map(({ level }) => level).toSorted((a, b) => a - b);
  return levels[Math.floor(levels.length / 2)] ?? 0;
}

function matters(low: number, high: number, claim: SteadyClaim): boolean {
  if (claim.kind === "shares") return high > claim.allowed;
  return high > claim.limitMs || (high >= leastFactor * low && high - low >= leastShareOfLimit * claim.limitMs);
}

function nameOf(claim: SteadyClaim): string {
  return claim.kind === "shares" ? "failed" : claim.percentile;
}

function shown(level: number, claim: SteadyClaim): string {
  if (claim.kind === "shares") return formatPercent(100 * level);
  return level === Infinity ? "failed" : formatDurationMs(level, "ms");
}
