/** `--limit "p95<=200ms"`, `--limit "errors<=1%"`: what a load must keep, judged by the exact binomial rule. */

import { msToUs, parseDurationMs } from "../../base/duration.ts";
import { RoadworthyError } from "../../base/error.ts";
import { cleanSamplesNeeded, ruleBinomial } from "../../base/binomial.ts";
import type { LimitResult } from "../../../reports/load/result.ts";

export interface Limit {
  /** As it was written. */
  text: string;
  /** Share of requests that may be bad. */
  allowedShare: number;
  /** A response time of so much or more is bad; infinite when only failures are. */
  badFromUs: number;
}

/** Throws `usage`. */
export function parseLimit(text: string): Limit {
  const [, name = "", operator = "", value = ""] = /^\s*(p\d{2}|p9\d{1,4}|p\d{1,2}\.\d{1,3}|errors)\s*(<=?)\s*(.+?)\s*$/.exec(text) ?? [];
  // Rounded: 1 − 0.95 is 0.05 and a little more in binary arithmetic.
  const allowedShare = name === "errors" ? percentOf(value) : Number((1 - quantileOf(name)).toFixed(9));
  if (name === "" || !(allowedShare > 0 && allowedShare < 1)) throw unreadable(text);
  // Whole microseconds: over X is from X + 1 on.
  const badFromUs = name === "errors" ? Number.POSITIVE_INFINITY : msToUs(parseDurationMs(value)) + (operator === "<=" ? 1 : 0);
  return { text: text.trim(), allowedShare, badFromUs };
}

/** Rules on `bad` of `of` requests. */
export function ruleLimit(limit: Limit, bad: number, of: number): LimitResult {
  return { limit: limit.text, bad, of, outcome: ruleBinomial(bad, of, limit.allowedShare) };
}

/** The least number of requests, all of them good, with which every limit can be shown to hold. */
export function samplesNeeded(limits: readonly Limit[]): number {
  return Math.max(1, ...limits.map(({ allowedShare }) => cleanSamplesNeeded(0, 0, allowedShare) ?? 1));
}

/** "p95" → 0.95, "p999" and "p99.9" → 0.999. */
function quantileOf(name: string): number {
  const digits = name.slice(1);
  const [whole = "", fraction = ""] = digits.includes(".") ? digits.split(".") : [digits.slice(0, 2), digits.slice(2)];
  return Number(`${whole}.${fraction}`) / 100;
}

function percentOf(text: string): number {
  const [, amount] = /^(\d+(?:\.\d+)?)\s*%$/.exec(text) ?? [];
  return amount === undefined ? Number.NaN : Number(amount) / 100;
}

function unreadable(text: string): RoadworthyError {
  return new RoadworthyError("usage", `--limit "${text}" is not understood`, { hint: 'write a percentile of the response time, "p95<=200ms" or "p99.9<1s", or "errors<=1%" (more than 0 %)' });
}
