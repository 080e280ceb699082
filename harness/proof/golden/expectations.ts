/** What the kills of a known truth are held against. Each says why it does not hold, and nothing when it does. */

import { percentileOfSorted } from "../../sli/concepts/percentile.ts";
import type { KillOutcome } from "./kill-outcome.ts";

export type Expectation = (kills: readonly KillOutcome[]) => readonly string[];

export function all(...expectations: readonly Expectation[]): Expectation {
  return (kills) => expectations.flatMap((expectation) => expectation(kills));
}

export const losesNothing = each(({ lost }) => lost === 0, ({ lost }) => `${lost} were lost`);

export const losesSome = each(({ lost }) => lost > 0, () => "nothing was lost");

/** None but what came after the server was back: those were written to a new one. */
export const losesAll = each(({ lost, acknowledgedBefore }) => lost === acknowledgedBefore && lost > 0, ({ lost, acknowledgedBefore }) => `${lost} of ${acknowledgedBefore} were lost`);

export function losesAtMost(count: number): Expectation {
  return each(({ lost }) => lost <= count, ({ lost }) => `${lost} were lost, at most ${count} can be`);
}

/** The oldest that was lost is no older. */
export function reachesBackAtMost(ms: number): Expectation {
  return each(({ windowMs }) => windowMs <= ms, ({ windowMs }) => `what was acknowledged ${Math.round(windowMs)} ms before was lost, ${ms} ms is the limit`);
}

/** Give or take what the harness says it is right to. */
export function isBackWithin(fromMs: number, toMs: number): Expectation {
  return each(
    ({ recoveryMs, resolutionMs }) => recoveryMs !== null && recoveryMs + resolutionMs >= fromMs && recoveryMs - resolutionMs <= toMs,
    (kill) => `it was ${backText(kill)}, not within ${fromMs} to ${toMs} ms; its own log says ${saysText(kill)}`,
  );
}

/** Not before the server itself says that it takes connections. */
export const isBackOnceItSaysSo = each(
  ({ recoveryMs, resolutionMs, saysReadyMs }) => recoveryMs === null || (saysReadyMs !== null && recoveryMs + resolutionMs >= saysReadyMs),
  (kill) => `it was ${backText(kill)}, and its own log says ${saysText(kill)}`,
);

function backText({ recoveryMs, resolutionMs }: KillOutcome): string {
  return recoveryMs === null ? "not seen to be back" : `back after ${Math.round(recoveryMs)} ± ${Math.round(resolutionMs)} ms`;
}

function saysText({ saysReadyMs }: KillOutcome): string {
  return saysReadyMs === null ? "nothing" : `after ${Math.round(saysReadyMs)} ms`;
}

/** `of` so many kills; of fewer or more, the same share, rounded down. */
export function oftenEnough(what: string, test: (kill: KillOutcome) => boolean, { least, of }: { least: number; of: number }): Expectation {
  return (kills) => {
    const count = kills.filter(test).length;
    const needed = Math.floor((least * kills.length) / of);
    return count >= needed ? [] : [`${what} in ${count} of ${kills.length} kills, ${needed} are the least`];
  };
}

export function median(values: readonly number[]): number {
  return percentileOfSorted(values.toSorted((a, b) => a - b), 0.5) ?? 0;
}

function each(test: (kill: KillOutcome) => boolean, why: (kill: KillOutcome) => string): Expectation {
  return (kills) => kills.filter((kill) => !test(kill)).map((kill) => `${kill.name}: ${why(kill)}`);
}
