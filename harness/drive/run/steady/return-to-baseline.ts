/**
 * Whether the system came back after the last fault, and how long that took: the recovery time of the fault that is healed last, by the definition that
 * the judge uses (MEASURES.md) and with its fold, on the clock of the healing. The deadline is the end of the recovery phase.
 *
 * It is read when the last answer is in, because nothing is decided by it while the load lasts: a request that hangs tells its end late.
 */

import { msToUs, usToMs } from "../../../base/duration.ts";
import type { InstantUs } from "../../../base/time.ts";
import type { LogEvent, ReturnReading, RunHeader } from "../../../log/event.ts";
import type { Scenario } from "../../../scenario/scenario.ts";
import { returnOf, type PlannedReturn, type Timeline } from "../../../scenario/timeline.ts";
import { invalidFault } from "../../../sli/concepts/fault-times.ts";
import { RecoveryTracker, type FaultRecovery } from "../../../sli/concepts/recovery.ts";

export class ReturnToBaseline {
  readonly #tracker: RecoveryTracker;
  readonly #planned: PlannedReturn;
  readonly #startUs: InstantUs;

  private constructor(tracker: RecoveryTracker, planned: PlannedReturn, startUs: InstantUs) {
    this.#tracker = tracker;
    this.#planned = planned;
    this.#startUs = startUs;
  }

  /** null when the scenario asks for no return, or leaves it no time. */
  static of(scenario: Scenario, header: Pick<RunHeader, "target">, { timeline, startUs }: { timeline: Timeline; startUs: InstantUs }): ReturnToBaseline | null {
    const planned = returnOf(scenario, timeline);
    if (planned === null) return null;
    const tracker = new RecoveryTracker({ header, scenario });
    // The segments of a log are followed one after the other, so an answer may be read before the phase that it belongs to; the plan knows them all.
    for (const { name, startMs, endMs } of timeline.phases) {
      tracker.step({ type: "phase", at: startUs + msToUs(startMs), name, edge: "begin" });
      tracker.step({ type: "phase", at: startUs + msToUs(endMs), name, edge: "end" });
    }
    return new ReturnToBaseline(tracker, planned, startUs);
  }

  take(event: LogEvent): void {
    if (event.type === "fault" || ((event.type === "request" || event.type === "probe") && this.#isWanted(event.intendedUs))) this.#tracker.step(event);
  }

  read(): ReturnReading {
    const { step, healAtMs, deadlineMs } = this.#planned;
    const recoveries = this.#tracker.read();
    const last = recoveries.find(({ fault }) => fault.id === step.id);
    // A healing may take longer than planned.
    const healedUs = Math.max(...recoveries.map(({ fault }) => fault.healed?.endedUs ?? -Infinity));
    const withinMs = deadlineMs - healAtMs;
    const resolutionMs = last?.healClock.resolutionMs ?? 0;
    const why = last === undefined ? `nothing is known of fault ${step.id}` : this.#whyNot(last, withinMs);
    if (why !== null || last === undefined) return { returned: false, why, tookMs: null, resolutionMs, withinMs };
    return { returned: true, why: null, tookMs: last.upUs === null ? 0 : Math.max(0, usToMs(last.upUs - healedUs)), resolutionMs, withinMs };
  }

  /** Between the baseline and the last fault nothing is of use here, and a long scenario has much of it. */
  #isWanted(intendedUs: InstantUs): boolean {
    const { faultsFromMs, injectAtMs } = this.#planned;
    return intendedUs < this.#startUs + msToUs(faultsFromMs) || intendedUs >= this.#startUs + msToUs(injectAtMs);
  }

  #whyNot({ fault, downUs, upUs, notRecovered, invalid, degradedLimitMs }: FaultRecovery, withinMs: number): string | null {
    const within = `within ${withinMs / 1000} s of the last healing`;
    if (fault.unrepaired !== null) return `fault ${fault.id} was not repaired: ${fault.unrepaired.why}`;
    if (notRecovered) return `requests or probes still failed, or took longer than ${Math.round(degradedLimitMs ?? 0)} ms, when the load ended: not back to its baseline ${within}`;
    if (upUs !== null && upUs > this.#startUs + msToUs(this.#planned.deadlineMs)) return `back to its baseline only ${Math.round(usToMs(upUs - (fault.healed?.endedUs ?? upUs)))} ms after the last healing, not ${within}`;
    // Nothing bad was seen, which says something only when there was enough to see.
    return downUs === null && invalidFault(fault) === null && invalid !== null ? `${invalid}: not known to be back to its baseline ${within}` : null;
  }
}
