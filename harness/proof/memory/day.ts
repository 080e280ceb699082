/** A simulated day of load: its header, its requests, and its other events, all made from their number alone. */

import { syntheticRun } from "../../judge/corpus/synthetic.fixture.ts";
import { requestOutcomes, type JsonEvent, type LoadEvent, type RunHeader } from "../../log/event.ts";
import type { RequestRecord } from "../../log/record.ts";
import { request } from "../bench/log/records.ts";
import { scriptedHeader, scriptedScenario, scriptedStartUs } from "../../sli/scripted/header.fixture.ts";

export interface Day {
  samples: number;
  hours: number;
}

export const dayRoutes = ["place", "list"];
export const dayWorkloads = ["orders"];

export function dayEndUs({ hours }: Day): number {
  return scriptedStartUs + hours * 3_600_000_000;
}

export function dayHeader(): RunHeader {
  const scenario = scriptedScenario({
    name: "day",
    title: "A day of load",
    target: "orders",
    workloads: [{ name: "orders", profile: { shape: "constant", rate: 100 }, journeys: [{ steps: ["place"] }] }],
    phases: { baseline: "1h" },
    stop: "none",
    rules: ["ORD-01", "ORD-02"],
  });
  const run = syntheticRun();
  // Only requests are looked at: what would be missing of the rest makes a log incomplete.
  return scriptedHeader({ ...run, target: { ...run.target, ledgers: {}, facts: {}, probes: {}, gauges: {} } }, scenario);
}

/** What the harness writes. */
export function dayFrame(day: Day): JsonEvent[] {
  const endUs = dayEndUs(day);
  return [
    dayHeader(),
    { type: "phase", at: scriptedStartUs, name: "baseline", edge: "begin" },
    { type: "phase", at: endUs, name: "baseline", edge: "end" },
    { type: "cleanup", at: endUs + 2_000_000, complete: true, left: [] },
    { type: "end", at: endUs + 3_000_000 },
  ];
}

const failed = requestOutcomes.indexOf("status");

/** One in a thousand fails. */
export function dayRequest(day: Day, number: number): RequestRecord {
  const intendedUs = scriptedStartUs + Math.round((number * day.hours * 3_600_000_000) / day.samples);
  const isBad = number % 1000 === 999;
  const good = request(number, intendedUs);
  return isBad ? { ...good, status: 500 + ((number / 1000) % 5), outcome: failed } : good;
}

export function atSecond(second: number): number {
  return scriptedStartUs + second * 1_000_000;
}

/** The generator's sample of a second of the day. */
export function daySecond(second: number): LoadEvent {
  return { type: "generator", at: atSecond(second), startLagP99Ms: 0.4, eventLoopDelayP99Ms: 1.5 + (second % 3), cpuPercent: 12, connections: 8, inFlight: 3, collectionMs: 2, longestCollectionMs: 1, clockStepMs: 0 };
}
