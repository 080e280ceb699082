/** What a report shows beside the verdict. Rebuilt from the log each time a report is rendered; never stored. */

import type { NodeOutput, NodeState } from "../log/node-evidence.ts";

export interface SeriesPoint {
  /** Start of the second, in seconds from the scenario's start. */
  second: number;
  p50Ms: number | null;
  p95Ms: number | null;
  p99Ms: number | null;
  requestsPerSecond: number;
  errorsPerSecond: number;
}

export interface GaugeSeries {
  gauge: string;
  unit: string;
  points: readonly { atMs: number; value: number | null }[];
}

export interface RequestSample {
  route: string;
  /** Intended start, from the scenario's start. */
  atMs: number;
  phase: string;
  responseMs: number;
  serviceMs: number;
  status: number;
  outcome: string;
}

export interface RouteSummary {
  route: string;
  phase: string;
  requests: number;
  failed: number;
  dropped: number;
  /** Response times of good answers in ms; a percentile is null when n(1−q) < 10. */
  p50Ms: number | null;
  p95Ms: number | null;
  p99Ms: number | null;
  maxMs: number | null;
  serviceP95Ms: number | null;
  availabilityPercent: number | null;
  slotAvailabilityPercent: number | null;
  /** Worst window of 1 s: share of good requests in %. */
  worstWindowPercent: number | null;
}

export interface CompletionSummary {
  completion: string;
  offeredPerSecond: number;
  finished: number;
  errors: number;
  unfinished: number;
  p50Ms: number | null;
  p95Ms: number | null;
  maxMs: number | null;
}

export interface CostSummary {
  /** Of one core, over the scenario; `mostPercent` in its busiest second. Most first; a process with all that it started. */
  processes: readonly { process: string; meanPercent: number; mostPercent: number; seconds: number }[];
  /** Median time of the same check through the proxy and past it, on a new connection each, while no fault was in effect. */
  links: readonly { link: string; throughMs: number; directMs: number; checks: number }[];
}

/** One process or container around a fault. */
export interface SceneProcess {
  node: string;
  process: string;
  /** At the last look before the fault, and after it; null when it was not there. */
  before: NodeState | null;
  after: NodeState | null;
  exits: readonly { atMs: number; ended: string }[];
  lines: readonly { atMs: number; stream: string; line: string }[];
  leftOut: NodeOutput["leftOut"];
  why: string | null;
}

/** The nodes around a fault, or around the end of the scenario when `fault` is null. */
export interface Scene {
  fault: string | null;
  fromMs: number;
  toMs: number;
  processes: readonly SceneProcess[];
}

export interface ScenarioEvidence {
  scenario: string;
  series: readonly SeriesPoint[];
  gauges: readonly GaugeSeries[];
  routes: readonly RouteSummary[];
  completions: readonly CompletionSummary[];
  slowest: readonly RequestSample[];
  firstFailing: readonly RequestSample[];
  /** Failures by message, most first. */
  errors: readonly { route: string; outcome: string; message: string; count: number }[];
  probes: readonly { probe: string; checks: number; failed: number; outages: readonly { fromMs: number; toMs: number; why: string }[] }[];
  cost: CostSummary;
  /** In the order of the looks; empty in logs of versions before it. */
  scenes: readonly Scene[];
  /** Lines of nodes around faults. */
  output: readonly { atMs: number; process: string; stream: string; line: string }[];
  processes: readonly { atMs: number; process: string; what: string; ended: string | null }[];
  /** Plan beside what happened. */
  planned: readonly { id: string; kind: string; on: string; injectAtMs: number; healAtMs: number }[];
  /** `ratePerSecond`: null where something else decides on it. `latency`: what its latency is; service time hides waiting (MEASURES.md). */
  workloads: readonly { name: string; shape: string; ratePerSecond: string | null; latency: "response time" | "service time" }[];
}
