/**
 * A ramp → its stages. Pure.
 *
 *   delay       ┌──┐         stages share the hold equally; the first has `from`, the last has `to`
 *            ┌──┘  │
 *      ──────┘     └──────
 *         injected  healed
 */

import { parseDurationMs } from "../../base/duration.ts";
import { RoadworthyError } from "../../base/error.ts";
import type { DelayRamp, FaultSpec } from "../fault.ts";

export interface DelayStage {
  /** From the injection. The first one is 0: the fault begins with it. */
  afterMs: number;
  delayMs: number;
}

/** One stage for a delay that stays as it is. */
export function delayStages(delay: string | DelayRamp, holdMs: number): [first: DelayStage, ...later: DelayStage[]] {
  if (typeof delay === "string") return [{ afterMs: 0, delayMs: parseDurationMs(delay) }];
  const fromMs = parseDurationMs(delay.from);
  const riseMs = parseDurationMs(delay.to) - fromMs;
  const stage = (index: number): DelayStage => ({
    afterMs: Math.round((index * holdMs) / delay.stages),
    delayMs: Math.round(fromMs + (index * riseMs) / (delay.stages - 1)),
  });
  return [stage(0), ...Array.from({ length: delay.stages - 1 }, (_, index) => stage(index + 1))];
}

/** Throws `scenario-invalid` when a ramp changes faster than what it delays can pass. `path` is the step's in the definition. */
export function checkRamp({ fault, hold }: { fault: FaultSpec; hold: string }, path: string): void {
  if (fault.kind !== "link-latency" || typeof fault.delay === "string") return;
  const stages = delayStages(fault.delay, parseDurationMs(hold));
  const stageMs = parseDurationMs(hold) / stages.length;
  const longestMs = Math.max(...stages.map(({ delayMs }) => delayMs)) + parseDurationMs(fault.jitter);
  if (stageMs >= leastDelaysPerStage * longestMs) return;
  throw new RoadworthyError("scenario-invalid", `${path}.delay: a stage of ${Math.round(stageMs)} ms is too short for a delay of ${longestMs} ms`, {
    hint: "take fewer stages or a longer hold: a stage must last twice the longest delay",
  });
}

/** When a proxy changes a delay, what it holds at that moment goes on at once: in stages as short as the delay, nothing would be delayed by it. */
const leastDelaysPerStage = 2;

/** What is changed while the fault is held, for the plan. */
export function changesOf(fault: FaultSpec, holdMs: number): { afterMs: number; to: string }[] {
  if (!("delay" in fault)) return [];
  return delayStages(fault.delay, holdMs)
    .slice(1)
    .map(({ afterMs, delayMs }) => ({ afterMs, to: `delay ${delayMs} ms` }));
}
