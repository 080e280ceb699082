/** What the run recorded of the state before its first fault and of the return after its last one. */

import type { LogEvent, ReturnReading, SteadyReading } from "../../log/event.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { roundMs, roundMsOrNull } from "../verdict/round.ts";
import type { SteadyRecord } from "../verdict/schema.ts";

const usualAvailability = 0.99;

/** Least share of good requests of a steady baseline. Logs of before it could be chosen, and scenarios that choose none, have the usual one. */
export function leastAvailability({ steadyState }: Scenario): number {
  return typeof steadyState === "object" ? steadyState.availability : usualAvailability;
}

export class SteadyFold {
  #before: SteadyReading | null = null;
  #back: ReturnReading | null = null;

  step(event: LogEvent): void {
    if (event.type === "steady-state") this.#before = event;
    else if (event.type === "return-to-baseline") this.#back = event;
  }

  /** Why the system is not known to have come back in time after the last fault, or null; also null when the run did not ask. */
  notReturned(): string | null {
    return this.#back === null || this.#back.returned ? null : (this.#back.why ?? "the system was not back to its baseline after the last fault");
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
