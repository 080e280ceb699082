/** The steady state that a plan asks for before its first fault, and its return after the last, as text. */

import type { Scenario } from "../../scenario/scenario.ts";
import { gateOf, returnOf, timelineOf } from "../../scenario/timeline.ts";
import { seconds } from "./time-line.ts";

/** None without a fault: there is nothing to ask. */
export function steadyLines(scenario: Scenario): string[] {
  const { steadyState } = scenario;
  const timeline = timelineOf(scenario);
  if (timeline.steps.length === 0) return [];
  const gate = gateOf(scenario, timeline);
  if (steadyState === "none" || gate === null) return ["  steady  none: neither a steady state before the faults nor a return to it is asked for"];
  const { fromMs, untilMs } = gate.window;
  const limit = steadyState.p95 ?? scenario.degradedLimit ?? "the degraded limit of the baseline";
  const probes = steadyState.probes === undefined ? ", all probes good" : steadyState.probes.length === 0 ? "" : `, ${steadyState.probes.join(", ")} good`;
  const gauges = steadyState.gauges.map(({ gauge, above }) => `, ${gauge} not above ${above}`).join("");
  const planned = returnOf(scenario, timeline);
  const back = planned === null ? "too little load after the last fault to see a return" : `back to its baseline by ${seconds(planned.deadlineMs)}, or no pass`;
  return [
    `  steady  ${Number((100 * steadyState.availability).toFixed(4))} % good and p95 within ${limit} from ${seconds(fromMs)} to ${seconds(untilMs)}${probes}${gauges}; else nothing is injected`,
    `  return  ${back}`,
  ];
}
