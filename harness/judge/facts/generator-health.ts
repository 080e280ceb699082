/**
 * Whether the load generator could do what it was asked to (MEASURES.md: event-loop delay p99 > 20 ms, CPU > 85 %, drops > 0.1 %, start
 * lag p99 > 10 ms), over the run without its warm-up.
 *
 * - Start lag is exact: intended against actual start of each request. Lag and drops are looked at in the phases without a fault only: a
 *   stalled target holds every connection, and what then waits or is dropped is the target's doing, which the judge must see as such.
 *   "p99 > 10 ms" is the claim "more than 1 % start over 10 ms late", so it is judged as every such claim, by the exact binomial rule: two
 *   late starts of a short baseline void nothing.
 * - Lag is that of the requests of a schedule: k6 does not tell when one was due, and in a closed model none is.
 * - Event-loop delay and CPU come as one sample a second. The delay is a p99 of about a hundred ticks, so nearly the worst tick of its
 *   second, and the p99 of the run lies near the middle of these, not at their end. The run is void when more than a quarter of its seconds
 *   are over the limit: seconds of noise on a shared machine void nothing, a generator that cannot keep up does. The CPU is the mean.
 * - autocannon is there to be at its limit: what was answered then is no more than the system can do, and may be less.
 */

import { usToMs } from "../../base/duration.ts";
import type { LogEvent } from "../../log/event.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { isClosed, isServiceTime } from "../../scenario/workload/workload.ts";
import { DurationHistogram, percentileOfSorted } from "../../sli/concepts/percentile.ts";
import type { PhaseWindows } from "../../sli/concepts/phase-window.ts";
import { ruleBinomial } from "../verdict/binomial.ts";
import { formatDurationMs, formatPercent } from "../verdict/format.ts";

const mostDelayMs = 20;
const mostCpuPercent = 85;
const mostDroppedShare = 0.001;
const mostLagMs = 10;
const mostLateShare = 0.01;
const shareOfSeconds = 0.75;

export interface GeneratorHealth {
  startLagP99Ms: number | null;
  /** The generator itself was too slow: nothing that hangs on the load can be believed. */
  overloaded: string | null;
  /** A closed model's generator was at its own limit: the system can do at least what it did. */
  exhausted: string | null;
  /** It was healthy, and requests waited or were dropped: no pass can be believed, a failure can. */
  starved: string | null;
  /** Its health was not recorded. */
  unknown: string | null;
}

export class GeneratorWatch {
  readonly #phases: PhaseWindows;
  readonly #unscheduled: ReadonlySet<string>;
  readonly #closed: ReadonlySet<string>;
  readonly #lag = new DurationHistogram();
  /** By who sent: Roadworthy's own engine, or the name of another tool's workload. */
  readonly #samples = new Map<string, { delaysMs: number[]; cpuSum: number }>();
  #calmDue = 0;
  #calmDropped = 0;
  #calmLate = 0;

  constructor(phases: PhaseWindows, scenario: Scenario) {
    this.#phases = phases;
    this.#unscheduled = new Set(scenario.workloads.filter(isServiceTime).map(({ name }) => name));
    this.#closed = new Set(scenario.workloads.filter(isClosed).map(({ name }) => name));
  }

  step(event: LogEvent): void {
    if (event.type === "generator" && this.#phases.contains("all", event.at)) {
      const samples = this.#samples.get(event.of ?? "") ?? { delaysMs: [], cpuSum: 0 };
      samples.delaysMs.push(event.eventLoopDelayP99Ms);
      samples.cpuSum += event.cpuPercent;
      this.#samples.set(event.of ?? "", samples);
    }
    if (event.type !== "request" || this.#closed.has(event.workload) || !this.#phases.contains("steady", event.intendedUs)) return;
    this.#calmDue += 1;
    if (event.outcome === "dropped") this.#calmDropped += 1;
    else if (!this.#unscheduled.has(event.workload)) {
      this.#lag.record(event.startUs - event.intendedUs);
      if (usToMs(event.startUs - event.intendedUs) > mostLagMs) this.#calmLate += 1;
    }
  }

  read(): GeneratorHealth {
    const lagUs = this.#lag.quantileUs(0.99);
    const startLagP99Ms = lagUs === null ? null : usToMs(lagUs);
    const samples = [...this.#samples];
    return {
      startLagP99Ms,
      overloaded: firstOverload(samples.filter(([of]) => !this.#closed.has(of))),
      exhausted: firstOverload(samples.filter(([of]) => this.#closed.has(of))),
      starved: this.#starved(startLagP99Ms),
      unknown: this.#samples.size === 0 ? "the load generator's own health was not recorded" : null,
    };
  }

  #starved(startLagP99Ms: number | null): string | null {
    if (ruleBinomial(this.#calmDropped, this.#calmDue, mostDroppedShare) === "fail") {
      return `${this.#calmDropped} of ${this.#calmDue} due requests could not be sent, with no fault in effect; 0.1 % is allowed`;
    }
    if (startLagP99Ms === null || ruleBinomial(this.#calmLate, this.#lag.count, mostLateShare) !== "fail") return null;
    return `requests were sent late, with no fault in effect: p99 ${formatDurationMs(startLagP99Ms, "ms")}, ${mostLagMs} ms are allowed`;
  }
}

/** What one process of the load said of itself: whose it is ("" for Roadworthy's own), and its samples. */
type Told = [of: string, samples: { delaysMs: readonly number[]; cpuSum: number }];

function firstOverload(told: readonly Told[]): string | null {
  return told.map(overloadOf).find((why) => why !== null) ?? null;
}

function overloadOf([of, { delaysMs, cpuSum }]: Told): string | null {
  const who = of === "" ? "the load generator" : `the load generator of ${of}`;
  const delayMs = percentileOfSorted(delaysMs.toSorted((a, b) => a - b), shareOfSeconds) ?? 0;
  if (delayMs > mostDelayMs) return `${who} was too busy: its event loop was ${formatDurationMs(delayMs, "ms")} late or more in a quarter of the seconds, ${mostDelayMs} ms are allowed`;
  const cpuPercent = cpuSum / delaysMs.length;
  return cpuPercent > mostCpuPercent ? `${who} was too busy: ${formatPercent(cpuPercent)} of a CPU, ${mostCpuPercent} % are allowed` : null;
}
