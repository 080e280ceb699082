/** What the run recorded of the state before its first fault and of the return after its last one. */

import type { LogEvent, ReturnReading, SteadyReading } from "../../log/event.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { gateOf, returnOf, timelineOf } from "../../scenario/timeline.ts";
import type { FaultTimes } from "../../sli/concepts/fault-times.ts";
import { roundMs, roundMsOrNull } from "../verdict/round.ts";
import type { SteadyRecord } from "../verdict/schema.ts";

const usualAvailability = 0.99;

/** Least share of good requests of a steady baseline. Logs of before it could be chosen, and scenarios that choose none, have the usual one. */
export function leastAvailability({ steadyState }: Scenario): number {
  return typeof steadyState === "object" ? steadyState.availability : usualAvailability;
}

export class SteadyFold {
  #before: (SteadyReading & { at: number }) | null = null;
  #back: (ReturnReading & { at: number }) | null = null;

  step(event: LogEvent): void {
    if (event.type === "steady-state") this.#before = event;
    else if (event.type === "return-to-baseline") this.#back = event;
  }

  /** Why the system is not known to have come back in time after the last fault, or null; also null when the run did not ask. */
  notReturned(): string | null {
    return this.#back === null || this.#back.returned ? null : (this.#back.why ?? "the system was not back to its baseline after the last fault");
  }

  /**
   * What the log must say of a run that was not ended early, and does not: that the system was steady before the first fault, and whether it had returned after
   * the last one. What tells it at the wrong time does not tell it. Logs of before there was a gate ask for neither.
   */
  missing(scenario: Scenario, faults: readonly FaultTimes[]): string[] {
    if (typeof scenario.steadyState !== "object") return [];
    const timeline = timelineOf(scenario);
    const firstUs = Math.min(...faults.map(({ injected }) => injected?.beganUs ?? Infinity));
    const lastUs = Math.max(...faults.map(({ healed }) => healed?.endedUs ?? -Infinity));
    const wasSteady = this.#before !== null && this.#before.steady && this.#before.at <= firstUs;
    const wasAsked = this.#back !== null && this.#back.at >= lastUs;
    return [
      ...(gateOf(scenario, timeline) === null || wasSteady ? [] : ["nothing says that the system was steady before the first fault"]),
      ...(returnOf(scenario, timeline) === null || wasAsked ? [] : ["nothing says whether the system returned to its baseline after the last fault"]),
    ];
  }

  /** null when the run recorded neither. */
  read(): SteadyRecord | null {
    return this.#before === null && this.#back === null ? null : { before: this.#before === null ? null : beforeRecord(this.#before), back: this.#back === null ? null : backRecord(this.#back) };
  }
}

function beforeRecord({ steady, why, window, p95Ms, p95LimitMs }: SteadyReading): SteadyRecord["before"] {
  const { requests, good, unanswered } = window;
  return { steady, why, windowMs: roundMs((window.toUs - window.fromUs) / 1000), requests, good, unanswered, p95Ms: roundMsOrNull(p95Ms), p95LimitMs: roundMsOrNull(p95LimitMs) };
}

function backRecord({ returned, why, tookMs, resolutionMs, withinMs }: ReturnReading): SteadyRecord["back"] {
  return { returned, why, tookMs: roundMsOrNull(tookMs), resolutionMs: roundMs(resolutionMs), withinMs: roundMs(withinMs) };
}
