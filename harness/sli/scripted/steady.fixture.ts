/** What a run with faults records of the state before the first and of the return after the last, for scripted logs. */

import { msToUs } from "../../base/duration.ts";
import type { JsonEvent, LogEvent, ReturnReading, SteadyReading } from "../../log/event.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { gateOf, returnOf, type Timeline } from "../../scenario/timeline.ts";

/** What is left out went well; null: the record is missing. */
export interface SteadyConduct {
  before?: Partial<SteadyReading> | null;
  back?: Partial<ReturnReading> | null;
}

/** Nothing where the scenario asks for none. */
export function gated(scenario: Scenario, { timeline, startUs }: { timeline: Timeline; startUs: number }, { before = {} }: SteadyConduct): JsonEvent[] {
  const planned = gateOf(scenario, timeline);
  if (planned === null || before === null) return [];
  const { fromMs, untilMs } = planned.window;
  const window = { fromUs: startUs + msToUs(fromMs), toUs: startUs + msToUs(untilMs), requests: 250, good: 250, unanswered: 0 };
  return [{ type: "steady-state", at: startUs + msToUs(planned.lookAtMs), steady: true, why: null, baseline: { requests: 250, good: 250 }, window, p95Ms: 38.5, p95LimitMs: 115.5, ...before }];
}

/** `at`: when the load has ended. */
export function returned(scenario: Scenario, { timeline, at }: { timeline: Timeline; at: LogEvent["at"] }, { back = {} }: SteadyConduct): JsonEvent[] {
  const planned = returnOf(scenario, timeline);
  if (planned === null || back === null) return [];
  return [{ type: "return-to-baseline", at, returned: true, why: null, tookMs: 0, resolutionMs: 20, withinMs: planned.deadlineMs - planned.healAtMs, ...back }];
}
