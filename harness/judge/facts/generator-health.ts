/**
 * Whether the load generator could do what it was asked to (MEASURES.md: event-loop delay p99 > 20 ms, CPU > 85 %, drops > 0.1 %, start
 * lag p99 > 10 ms), over the run without its warm-up.
 *
 * - Start lag is exact: intended against actual start of each request. Lag and drops are looked at in the phases without a fault only: a
 *   stalled target holds every connection, and what then waits or is dropped is the target's doing, which the judge must see as such.
 *   "p99 > 10 ms" is the claim "more than 1 % start over 10 ms late", so it is judged as every such claim, by the exact binomial rule: two
 *   late starts of a short baseline void nothing.
 * - Event-loop delay and CPU come as one sample a second. The delay is a p99 of about a hundred ticks, so nearly the worst tick of its
 *   second, and the p99 of the run lies near the middle of these, not at their end. The run is void when more than a quarter of its seconds
 *   are over the limit: seconds of noise on a shared machine void nothing, a generator that cannot keep up does. The CPU is the mean.
 */

import { usToMs } from "../../base/duration.ts";
import type { LogEvent } from "../../log/event.ts";
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
const leastKnownShare = 0.75;

export interface GeneratorHealth {
  startLagP99Ms: number | null;
  /** The generator itself was too slow: nothing that hangs on the load can be believed. */
  overloaded: string | null;
  /** It was healthy, and requests waited or were dropped: no pass can be believed, a failure can. */
  starved: string | null;
  /** Its health was not recorded. */
  unknown: string | null;
}

export class GeneratorWatch {
  readonly #phases: PhaseWindows;
  readonly #lag = new DurationHistogram();
  readonly #delaysMs: number[] = [];
  #cpuSum = 0;
  #calmDue = 0;
  #calmDropped = 0;
  #calmLate = 0;

  constructor(phases: PhaseWindows) {
    this.#phases = phases;
  }

  step(event: LogEvent): void {
    if (event.type === "generator" && this.#phases.contains("all", event.at)) {
      // What is not a number is null in the log.
      if (!Number.isFinite(event.eventLoopDelayP99Ms) || !Number.isFinite(event.cpuPercent)) return;
      this.#delaysMs.push(event.eventLoopDelayP99Ms);
      this.#cpuSum += event.cpuPercent;
    }
    if (event.type !== "request" || !this.#phases.contains("steady", event.intendedUs)) return;
    this.#calmDue += 1;
    if (event.outcome === "dropped") this.#calmDropped += 1;
    else {
      this.#lag.record(event.startUs - event.intendedUs);
      if (usToMs(event.startUs - event.intendedUs) > mostLagMs) this.#calmLate += 1;
    }
  }

  read(): GeneratorHealth {
    const lagUs = this.#lag.quantileUs(0.99);
    const startLagP99Ms = lagUs === null ? null : usToMs(lagUs);
    return { startLagP99Ms, overloaded: this.#overloaded(), starved: this.#starved(startLagP99Ms), unknown: this.#unknown() };
  }

  #unknown(): string | null {
    const seconds = Math.floor(this.#phases.judgedSeconds("all"));
    const known = this.#delaysMs.length;
    if (known > 0 && known >= leastKnownShare * seconds) return null;
    return known === 0 ? "the load generator's own health was not recorded" : `the load generator's own health was recorded in ${known} of ${seconds} seconds only`;
  }

  #overloaded(): string | null {
    const count = this.#delaysMs.length;
    if (count === 0) return null;
    const sorted = this.#delaysMs.toSorted((a, b) => a - b);
    const delayMs = percentileOfSorted(sorted, shareOfSeconds) ?? 0;
    if (delayMs > mostDelayMs) return `the load generator was too busy: its event loop was ${formatDurationMs(delayMs, "ms")} late or more in a quarter of the seconds, ${mostDelayMs} ms are allowed`;
    const cpuPercent = this.#cpuSum / count;
    return cpuPercent > mostCpuPercent ? `the load generator was too busy: ${formatPercent(cpuPercent)} of a CPU, ${mostCpuPercent} % are allowed` : null;
  }

  #starved(startLagP99Ms: number | null): string | null {
    if (ruleBinomial(this.#calmDropped, this.#calmDue, mostDroppedShare) === "fail") {
      return `${this.#calmDropped} of ${this.#calmDue} due requests could not be sent, with no fault in effect; 0.1 % is allowed`;
    }
    if (startLagP99Ms === null || ruleBinomial(this.#calmLate, this.#lag.count, mostLateShare) !== "fail") return null;
    return `requests were sent late, with no fault in effect: p99 ${formatDurationMs(startLagP99Ms, "ms")}, ${mostLagMs} ms are allowed`;
  }
}
