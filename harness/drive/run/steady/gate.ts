/**
 * The steady-state gate: a moment before the first fault is due, the system must have shown a steady state under load, or nothing is injected and the
 * scenario ends inconclusive.
 *
 * It neither holds the clock nor waits. Load and faults stand on one time line that is fixed before the run, so that the same seed gives the same schedule and
 * the same fault times; a fault put off would meet another part of the load. So the deadline is the planned time of the first fault.
 */

import { msToUs, parseDurationMs } from "../../../base/duration.ts";
import { RoadworthyError } from "../../../base/error.ts";
import { nowUs, waitUntil, type InstantUs } from "../../../base/time.ts";
import type { LogEvent } from "../../../log/event.ts";
import type { EventWriter } from "../../../log/writer.ts";
import type { Scenario } from "../../../scenario/scenario.ts";
import type { Target } from "../../../scenario/target/target.ts";
import { gateOf, type PlannedGate, type Timeline } from "../../../scenario/timeline.ts";
import { dueRequests } from "./due-requests.ts";
import { SteadyState } from "./steady-state.ts";

export interface GateOptions {
  target: Target;
  seed: number;
  timeline: Timeline;
  startUs: InstantUs;
}

export class SteadyGate {
  readonly #state: SteadyState;
  readonly #lookAtUs: InstantUs;
  readonly #scenario: string;

  private constructor(state: SteadyState, lookAtUs: InstantUs, scenario: string) {
    this.#state = state;
    this.#lookAtUs = lookAtUs;
    this.#scenario = scenario;
  }

  /** null when the scenario has no fault, or asks for no steady state. */
  static of(scenario: Scenario, options: GateOptions): SteadyGate | null {
    const planned = gateOf(scenario, options.timeline);
    if (planned === null || scenario.steadyState === "none") return null;
    const state = new SteadyState(scenario.steadyState, placeOf(scenario, planned, options));
    return new SteadyGate(state, options.startUs + msToUs(planned.lookAtMs), scenario.name);
  }

  take(event: LogEvent): void {
    this.#state.take(event);
  }

  /** Resolves when the first fault may be injected. Writes what was seen; rejects with `not-steady` when that was no steady state. */
  async pass({ log, readLog, signal }: { log: EventWriter; readLog: () => void; signal: AbortSignal }): Promise<void> {
    await waitUntil(this.#lookAtUs, signal);
    readLog();
    const at = nowUs();
    const reading = this.#state.read(at);
    log.write({ type: "steady-state", at, ...reading });
    if (reading.why === null) return;
    throw new RoadworthyError("not-steady", `there was no steady state before the first fault: ${reading.why}`, {
      hint: "look at the baseline; a system that takes longer to settle needs a longer warmUp or baseline, and other limits stand in the scenario's steadyState",
      where: this.#scenario,
    });
  }
}

function placeOf(scenario: Scenario, { baselineMs, window }: PlannedGate, { target, seed, startUs }: GateOptions): ConstructorParameters<typeof SteadyState>[1] {
  const at = (ms: number): InstantUs => startUs + msToUs(ms);
  return {
    baselineUs: at(baselineMs),
    window: { fromUs: at(window.fromMs), toUs: at(window.untilMs) },
    startUs,
    due: dueRequests(scenario.workloads, seed, window),
    probes: Object.keys(target.probes),
    degradedLimitMs: scenario.degradedLimit === undefined ? null : parseDurationMs(scenario.degradedLimit),
  };
}
