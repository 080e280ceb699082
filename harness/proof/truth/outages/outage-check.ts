/** Compares what was measured of an outage with its script. */

import type { FaultRecovery } from "../../../sli/concepts/recovery.ts";
import { leastFeltMs, toleratedWaitMs, type OutageCell, type OutageScript, type Stretch } from "./outage-script.ts";

export interface OutageResult {
  readonly cell: OutageCell;
  readonly seed: number;
  /** From the injection to the end of the last stretch; 0 without an outage. */
  readonly trueMs: number;
  /** null: no outage seen. */
  readonly measuredMs: number | null;
  readonly errorMs: number;
  /** One arrival interval and the probe interval (MEASURES.md). */
  readonly allowedMs: number;
  /** null where the baseline gives none. */
  readonly degradedLimitMs: number | null;
  /** What does not hold, in words. */
  readonly misses: readonly string[];
}

/** One result for each fault of the script. `strictly`: also by the definition, which asks for a clock that nobody else uses. */
export function compareOutages(script: OutageScript, recoveries: readonly FaultRecovery[], strictly = true): OutageResult[] {
  return script.outages.map((stretches, index) => {
    const result = compareOne(script, stretches, recoveries[index]);
    const recovery = recoveries[index];
    return recovery === undefined || !strictly ? result : { ...result, misses: [...result.misses, ...definitionMisses(script, stretches, recovery)] };
  });
}

function compareOne(script: OutageScript, stretches: readonly Stretch[], recovery: FaultRecovery | undefined): OutageResult {
  const { cell, seed, probeEveryMs } = script;
  const trueMs = stretches.at(-1)?.toMs ?? 0;
  const measuredMs = recovery?.faultClock.valueMs ?? null;
  const errorMs = (measuredMs ?? 0) - lastingMs(stretches, measuredMs);
  const allowedMs = 1000 / cell.ratePerSecond + probeEveryMs;
  const misses: string[] = [];
  if (recovery === undefined) misses.push("not measured at all");
  else {
    if (recovery.invalid !== null) misses.push(recovery.invalid);
    if (recovery.notRecovered) misses.push("said not to have recovered");
    if (Math.abs(errorMs) > allowedMs) misses.push(`off by ${errorMs.toFixed(2)} ms, allowed are ${allowedMs.toFixed(2)} ms`);
    if (cell.lengthMs === 0 && measuredMs !== null) misses.push("an outage was seen that never was");
  }
  return { cell, seed, trueMs, measuredMs, errorMs, allowedMs, degradedLimitMs: recovery?.degradedLimitMs ?? null, misses };
}

/** An outage that nobody saw is measured as none: it is off by its own length, whenever it began. */
function lastingMs(stretches: readonly Stretch[], measuredMs: number | null): number {
  const endMs = stretches.at(-1)?.toMs ?? 0;
  return measuredMs === null ? endMs - (stretches[0]?.fromMs ?? endMs) : endMs;
}

/**
 * Stricter than what is promised: by the definition's own truth (a stall is over for whoever waits no longer than the degraded limit) the
 * end is found within one arrival, never early, and the precision that is printed with the number covers it.
 */
function definitionMisses(script: OutageScript, stretches: readonly Stretch[], { faultClock, downUs, fault }: FaultRecovery): string[] {
  const { valueMs, resolutionMs } = faultClock;
  const waitMs = toleratedWaitMs(script);
  const arrivalMs = 1000 / script.cell.ratePerSecond;
  const felt = stretches.filter(({ fromMs, toMs }) => toMs - fromMs - waitMs >= leastFeltMs(script.cell) - grainMs);
  const first = felt[0];
  const endMs = (felt.at(-1)?.toMs ?? 0) - waitMs;
  if (first === undefined) return [];
  if (valueMs === null || downUs === null) return [`an outage that arrivals met for ${(endMs - first.fromMs).toFixed(1)} ms was not seen`];
  const misses: string[] = [];
  const afterMs = valueMs - endMs;
  if (afterMs < -grainMs || afterMs > arrivalMs + grainMs) misses.push(`its end was found ${afterMs.toFixed(2)} ms after it, arrivals are ${arrivalMs} ms apart`);
  if (Math.abs(afterMs) > resolutionMs) misses.push(`off by ${afterMs.toFixed(2)} ms by the definition, printed is ± ${resolutionMs.toFixed(2)} ms`);
  const gapMs = (downUs - (fault.injected?.beganUs ?? downUs)) / 1000;
  if (gapMs > first.fromMs + arrivalMs + grainMs) misses.push(`noticed after ${gapMs.toFixed(2)} ms, it began after ${first.fromMs.toFixed(2)} ms`);
  return misses;
}

/** Of the scripted stamps of an injection, which are 1 ms apart, and of the histogram that the degraded limit comes from. */
const grainMs = 0.6;
