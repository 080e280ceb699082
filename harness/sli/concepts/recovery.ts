/**
 * Recovery time per fault (MEASURES.md):
 *
 *   injected ──── down ─────────── healed ──── up          fault clock: up − injected
 *     (act)        first bad         (act)      first good of W     heal clock:  up − healed
 *
 * Seen from outside: the requests of the load and the probes at the nodes that serve them.
 */

import { parseDurationMs, usToMs } from "../../base/duration.ts";
import type { InstantUs } from "../../base/time.ts";
import type { LogEvent, RunHeader } from "../../log/event.ts";
import { placeOfFault } from "../../scenario/fault.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import type { Target } from "../../scenario/target/target.ts";
import { routesOf } from "../../scenario/workload/workload.ts";
import { FaultLog, invalidFault, middle, unknownFault, type Act, type FaultTimes } from "./fault-times.ts";
import { findOutage, holdsWindow, indexAt, sampleStates, type Outage, type Samples } from "./outage.ts";
import { DurationHistogram } from "./percentile.ts";
import { PhaseWindows } from "./phase-window.ts";
import { SampleStore } from "./sample-store.ts";

/** Granularity of the timers behind every time-out. */
export const timerMs = 1;
const leastDegradedMs = 50;
const degradedFactor = 3;

export interface ClockTime {
  /** null: no outage was seen, or nothing can be said. */
  valueMs: number | null;
  resolutionMs: number;
}

export interface FaultRecovery {
  fault: FaultTimes;
  /** First bad sample; null when no outage was seen. */
  downUs: InstantUs | null;
  upUs: InstantUs | null;
  /** Not back to normal before the end: the clocks give a lower bound. */
  notRecovered: boolean;
  faultClock: ClockTime;
  healClock: ClockTime;
  failedRequests: number;
  degradedLimitMs: number | null;
  /** Why it cannot be believed, or null. */
  invalid: string | null;
}

export interface RecoveryView {
  header: Pick<RunHeader, "target">;
  scenario: Scenario;
  /** Only these routes, without the probes; all routes and the probes at their nodes when left out. */
  routes?: readonly string[] | undefined;
}

export class RecoveryTracker {
  readonly #view: RecoveryView;
  readonly #probes: ReadonlyMap<string, number>;
  readonly #phases = new PhaseWindows();
  readonly #faults = new FaultLog();
  readonly #baseline = new DurationHistogram();
  readonly #requests = new SampleStore();
  readonly #probed = new SampleStore();

  constructor(view: RecoveryView) {
    this.#view = view;
    this.#probes = view.routes === undefined ? entryProbes(view.scenario, view.header.target) : new Map();
  }

  step(event: LogEvent): void {
    this.#phases.step(event);
    this.#faults.step(event);
    if (event.type === "request") this.#request(event);
    else if (event.type === "probe" && this.#probes.has(event.probe)) this.#probe(event);
  }

  #request(event: LogEvent & { type: "request" }): void {
    if (this.#view.routes !== undefined && !this.#view.routes.includes(event.route)) return;
    const failed = event.outcome !== "ok";
    const phase = this.#phases.phaseAt(event.intendedUs);
    if (phase === "baseline" && !failed) this.#baseline.record(event.endUs - event.intendedUs);
    if (phase !== "baseline" && phase !== "warm-up") this.#requests.add(event.intendedUs, usToMs(event.endUs - event.intendedUs), failed);
  }

  #probe(event: LogEvent & { type: "probe" }): void {
    const phase = this.#phases.phaseAt(event.intendedUs);
    if (phase !== "baseline" && phase !== "warm-up") this.#probed.add(event.intendedUs, event.tookMs, !event.ok);
  }

  /** One entry for each fault that the scenario plans, in the order of its steps. */
  read(): FaultRecovery[] {
    const degradedLimitMs = this.#degradedLimitMs();
    const requests = this.#requests.samples(degradedLimitMs ?? Infinity);
    const all = merged(requests, this.#probed.samples(degradedLimitMs ?? Infinity));
    const known = this.#faults.all;
    return this.#view.scenario.steps.map((step) => {
      const fault = known.find((entry) => entry.id === step.id) ?? unknownFault({ id: step.id, kind: step.fault.kind, on: placeOfFault(step.fault) });
      return this.#recoveryOf(fault, { requests, all, degradedLimitMs });
    });
  }

  #degradedLimitMs(): number | null {
    const declared = this.#view.scenario.degradedLimit;
    if (declared !== undefined) return parseDurationMs(declared);
    return degradedLimitOf(this.#baseline);
  }

  #recoveryOf(fault: FaultTimes, seen: Seen): FaultRecovery {
    const unknown: ClockTime = { valueMs: null, resolutionMs: this.#resolutionMs(seen, fault, Infinity) };
    const blank = { fault, downUs: null, upUs: null, notRecovered: false, failedRequests: 0, degradedLimitMs: seen.degradedLimitMs };
    const invalid = invalidFault(fault) ?? (seen.degradedLimitMs === null ? "there is no good answer in the baseline to compare with" : null);
    const { injected } = fault;
    if (injected === null) return { ...blank, faultClock: unknown, healClock: unknown, invalid };
    const untilUs = this.#nextInjectionUs(fault);
    const search = { fromUs: injected.beganUs, beginsBeforeUs: Math.min(untilUs, this.#recoveryEndUs()), untilUs, healedUs: fault.healed?.endedUs ?? Infinity };
    const outage = unendedOutage(findOutage(seen.all, search), fault, () => findOutage(seen.all, { ...search, untilUs: fault.unrepaired?.beganUs ?? untilUs }));
    const resolutionMs = this.#resolutionMs(seen, fault, untilUs);
    return {
      ...blank,
      downUs: outage?.downUs ?? null,
      upUs: outage?.upUs ?? null,
      notRecovered: outage !== null && outage.upUs === null,
      failedRequests: outage === null ? 0 : failedBetween(seen.requests, search.fromUs, outage.upUs ?? untilUs),
      faultClock: clockTime(outage, injected, resolutionMs),
      healClock: fault.healed === null ? unknown : clockTime(outage, fault.healed, resolutionMs),
      invalid: invalid ?? (outage === null ? this.#whyNotSeen(fault, seen, untilUs) : null),
    };
  }

  /** "No outage seen" needs someone who looked, from the injection to beyond the healing. */
  #whyNotSeen(fault: FaultTimes, seen: Seen, untilUs: InstantUs): string | null {
    if (fault.injected === null || fault.healed === null) return `fault ${fault.id} was not healed before the log ends`;
    if (!holdsWindow(seen.all, fault.injected.beganUs, untilUs)) return `too few requests and probes after fault ${fault.id}`;
    const last = seen.all.atUs[indexAt(seen.all, untilUs) - 1] ?? 0;
    return last >= fault.healed.endedUs ? null : `no request or probe after fault ${fault.id} was healed`;
  }

  #resolutionMs(seen: Seen, fault: FaultTimes, untilUs: InstantUs): number {
    const probeMs = Math.max(0, ...this.#probes.values());
    const first = indexAt(seen.requests, fault.injected?.beganUs ?? -Infinity);
    const last = indexAt(seen.requests, untilUs) - 1;
    const spanUs = (seen.requests.atUs[last] ?? 0) - (seen.requests.atUs[first] ?? 0);
    const arrivalMs = last > first ? usToMs(spanUs / (last - first)) : 0;
    return Math.max(arrivalMs, probeMs) + timerMs;
  }

  /** The injection of the next fault that does not overlap with this one. */
  #nextInjectionUs(fault: FaultTimes): InstantUs {
    const overUs = fault.healed?.endedUs ?? fault.unrepaired?.endedUs ?? Infinity;
    return Math.min(Infinity, ...this.#faults.all.map((other) => other.injected?.beganUs ?? Infinity).filter((atUs) => atUs > overUs));
  }

  #recoveryEndUs(): InstantUs {
    return this.#phases.spans.findLast((span) => span.name === "recovery")?.endUs ?? Infinity;
  }
}

/** What is slow beside these good answers, in ms: three times their p95, and 50 ms more at least (MEASURES.md); null when there are none. */
export function degradedLimitOf(good: DurationHistogram): number | null {
  const p95Us = good.quantileUs(0.95);
  return p95Us === null ? null : Math.max(degradedFactor * usToMs(p95Us), usToMs(p95Us) + leastDegradedMs);
}

interface Seen {
  requests: Samples;
  all: Samples;
  degradedLimitMs: number | null;
}

/** Probes at the nodes that serve the load, or are written to by it, with their intervals in ms. */
export function entryProbes(scenario: Scenario, target: Target): Map<string, number> {
  const routes = scenario.workloads.flatMap((workload) => routesOf(workload, Object.keys(target.routes)));
  const stores = scenario.workloads.flatMap((workload) => (workload.engine === "ledger" ? (target.ledgers[workload.ledger]?.store?.at ?? []) : []));
  const nodes = new Set([...routes.map((route) => target.routes[route]?.node), ...stores.map((at) => ("node" in at ? at.node : target.links[at.link]?.to))]);
  const probes = Object.entries(target.probes).filter(([, probe]) => "node" in probe.at && nodes.has(probe.at.node));
  return new Map(probes.map(([name, probe]) => [name, parseDurationMs(probe.every)]));
}

/** What ended only because the run gave up on its repair had not ended until then. */
function unendedOutage(outage: Outage | null, { unrepaired }: FaultTimes, untilThen: () => Outage | null): Outage | null {
  const gaveUp = unrepaired !== null && outage?.upUs != null && outage.upUs > unrepaired.beganUs;
  return gaveUp ? untilThen() : outage;
}

function clockTime(outage: Outage | null, from: Act, resolutionMs: number): ClockTime {
  const { atUs, uncertaintyUs } = middle(from);
  const endUs = outage === null ? null : (outage.upUs ?? outage.lastBadUs);
  return { valueMs: endUs === null ? null : Math.max(0, usToMs(endUs - atUs)), resolutionMs: resolutionMs + usToMs(uncertaintyUs) };
}

function failedBetween(requests: Samples, fromUs: InstantUs, untilUs: InstantUs): number {
  let failed = 0;
  const end = indexAt(requests, untilUs);
  for (let index = indexAt(requests, fromUs); index < end; index += 1) {
    if (requests.state[index] === sampleStates.failed) failed += 1;
  }
  return failed;
}

function merged(left: Samples, right: Samples): Samples {
  const count = left.atUs.length + right.atUs.length;
  const both: Samples = { atUs: new Float64Array(count), state: new Uint8Array(count) };
  let l = 0;
  let r = 0;
  for (let position = 0; position < count; position += 1) {
    const fromLeft = (left.atUs[l] ?? Infinity) <= (right.atUs[r] ?? Infinity);
    const [source, index] = fromLeft ? [left, l] : [right, r];
    both.atUs[position] = source.atUs[index] ?? 0;
    both.state[position] = source.state[index] ?? 0;
    if (fromLeft) l += 1;
    else r += 1;
  }
  return both;
}
