/**
 * Whether the load generator could do what it was asked to (MEASURES.md: event-loop delay p99 > 20 ms, CPU > 85 %, drops > 0.1 %, start
 * lag p99 > 10 ms), over the run without its warm-up.
 *
 * - Start lag is exact: intended against actual start of each request. Lag and drops are looked at in the phases without a fault only: a
 *   stalled target holds every connection, and what then waits or is dropped is the target's doing, which the judge must see as such.
 *   "p99 > 10 ms" is the claim "more than 1 % start over 10 ms late", so it is judged as every such claim, by the exact binomial rule: two
 *   late starts of a short baseline void nothing.
 * - The requests of a closed model are left out of both: they have no start but the actual one. k6 tells of drops, and not when a request was due.
 * - Event-loop delay and CPU come as one sample a second. The delay is a p99 of about a hundred ticks, so nearly the worst tick of its
 *   second, and the p99 of the run lies near the middle of these, not at their end. The run is void when more than a quarter of its seconds
 *   are over the limit: seconds of noise on a shared machine void nothing, a generator that cannot keep up does. The CPU is the mean.
 *   Where several processes send the load, the worst of them counts.
 * - The requests of a search are left out of lag and drops as well: it sends what is too much on purpose, and its steps are looked at one by one.
 * - autocannon is there to be at its limit: what was answered then is no more than the system can do, and may be less.
 * - Requests that this machine had no socket, port or memory for are its own doing in every phase.
 */

import { usToMs } from "../../base/duration.ts";
import type { LogEvent } from "../../log/event.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { isClosed, isSearch, isServiceTime } from "../../scenario/workload/workload.ts";
import { DurationHistogram, percentileOfSorted } from "../../sli/concepts/percentile.ts";
import { exhaustions, generatorLimits } from "../../sli/generator-limits.ts";
import type { PhaseWindows } from "../../sli/concepts/phase-window.ts";
import { ruleBinomial } from "../../base/binomial.ts";
import { formatDurationMs, formatPercent } from "../verdict/format.ts";

const shareOfSeconds = 0.75;
const leastKnownShare = 0.75;
/** Garbage collection that takes more of its time than this is named as the cause. */
const mostCollectionShare = 0.2;

const sendLess = "give its workload more `threads` where processors are free, or send less";

export interface GeneratorHealth {
  startLagP99Ms: number | null;
  /** The generator itself was too slow: nothing that hangs on the load can be believed. */
  overloaded: string | null;
  /** A closed model's generator was at its own limit: the system can do at least what it did. */
  atLimit: string | null;
  /** It was healthy, and requests waited or were dropped: no pass can be believed, a failure can. */
  starved: string | null;
  /** Its health was not recorded. */
  unknown: string | null;
}

export class GeneratorWatch {
  readonly #phases: PhaseWindows;
  readonly #unscheduled: ReadonlySet<string>;
  readonly #closed: ReadonlySet<string>;
  readonly #searches: ReadonlySet<string>;
  readonly #lag = new DurationHistogram();
  /** By the process that told, or by the workload that another tool sends. */
  readonly #told = new Map<string, Told>();
  readonly #exhausted = new Map<string, number>();
  #due = 0;
  #calmDue = 0;
  #calmDropped = 0;
  #calmLate = 0;

  constructor(phases: PhaseWindows, scenario: Scenario) {
    this.#phases = phases;
    this.#unscheduled = new Set(scenario.workloads.filter(isServiceTime).map(({ name }) => name));
    this.#closed = new Set(scenario.workloads.filter(isClosed).map(({ name }) => name));
    this.#searches = new Set(scenario.workloads.filter(isSearch).map(({ name }) => name));
  }

  step(event: LogEvent): void {
    if (event.type === "generator" && this.#phases.contains("all", event.at)) {
      // What is not a number is null in the log.
      if (!Number.isFinite(event.eventLoopDelayP99Ms) || !Number.isFinite(event.cpuPercent)) return;
      const key = event.of ?? `process ${event.process ?? 1}`;
      const told = this.#told.get(key) ?? { of: event.of ?? null, delaysMs: [], cpuSum: 0, collectionMs: 0 };
      this.#told.set(key, told);
      told.delaysMs.push(event.eventLoopDelayP99Ms);
      told.cpuSum += event.cpuPercent;
      told.collectionMs += event.collectionMs ?? 0;
    }
    if (event.type === "request-errors" && event.outcome === "dropped" && event.message in exhaustions) {
      this.#exhausted.set(event.message, (this.#exhausted.get(event.message) ?? 0) + event.count);
    }
    if (event.type === "request") this.#due += 1;
    if (event.type !== "request" || this.#closed.has(event.workload) || this.#searches.has(event.workload) || !this.#phases.contains("steady", event.intendedUs)) return;
    this.#calmDue += 1;
    if (event.outcome === "dropped") this.#calmDropped += 1;
    else if (!this.#unscheduled.has(event.workload)) {
      this.#lag.record(event.startUs - event.intendedUs);
      if (usToMs(event.startUs - event.intendedUs) > generatorLimits.lagMs) this.#calmLate += 1;
    }
  }

  read(): GeneratorHealth {
    const lagUs = this.#lag.quantileUs(0.99);
    const startLagP99Ms = lagUs === null ? null : usToMs(lagUs);
    const told = [...this.#told.values()];
    const isAtLimit = ({ of }: Told): boolean => of !== null && this.#closed.has(of);
    return {
      startLagP99Ms,
      overloaded: this.#exhaustion() ?? firstOverload(told.filter((each) => !isAtLimit(each))),
      atLimit: firstOverload(told.filter(isAtLimit)),
      starved: this.#starved(startLagP99Ms),
      unknown: firstUnknown(told, this.#phases.judgedSeconds("all")),
    };
  }

  /** Requests that this machine could not send for want of something that more of would have helped. They say nothing about the target. */
  #exhaustion(): string | null {
    const [worst] = [...this.#exhausted].toSorted(([, a], [, b]) => b - a);
    const count = [...this.#exhausted.values()].reduce((sum, each) => sum + each, 0);
    if (worst === undefined || ruleBinomial(Math.min(count, this.#due), this.#due, generatorLimits.droppedShare) !== "fail") return null;
    return `${count} of ${this.#due} due requests could not be sent: ${exhaustions[worst[0]] ?? worst[0]}`;
  }

  #starved(startLagP99Ms: number | null): string | null {
    if (ruleBinomial(this.#calmDropped, this.#calmDue, generatorLimits.droppedShare) === "fail") {
      return `${this.#calmDropped} of ${this.#calmDue} due requests could not be sent, with no fault in effect; 0.1 % is allowed: give the workload more \`connections\`, or send what the target can take`;
    }
    if (startLagP99Ms === null || ruleBinomial(this.#calmLate, this.#lag.count, generatorLimits.lateShare) !== "fail") return null;
    return `requests were sent late, with no fault in effect: p99 ${formatDurationMs(startLagP99Ms, "ms")}, ${generatorLimits.lagMs} ms are allowed`;
  }
}

/** What one process of the load said of itself. `of`: the workload that another tool sends. */
interface Told {
  readonly of: string | null;
  readonly delaysMs: number[];
  cpuSum: number;
  collectionMs: number;
}

/** Of each process that sent, its health must be known for most of the time. */
function firstUnknown(told: readonly Told[], judgedSeconds: number): string | null {
  if (told.length === 0) return "the load generator's own health was not recorded";
  const seconds = Math.floor(judgedSeconds);
  const worst = told.find(({ delaysMs }) => delaysMs.length < leastKnownShare * seconds);
  return worst === undefined ? null : `${whose(worst)}'s own health was recorded in ${worst.delaysMs.length} of ${seconds} seconds only`;
}

function firstOverload(told: readonly Told[]): string | null {
  return told.map((each) => lateness(each)).find((why) => why !== null) ?? told.map((each) => busyness(each)).find((why) => why !== null) ?? null;
}

function lateness(told: Told): string | null {
  const delayMs = percentileOfSorted(told.delaysMs.toSorted((a, b) => a - b), shareOfSeconds) ?? 0;
  if (delayMs <= generatorLimits.delayMs) return null;
  return `${whose(told)} was too busy: its event loop was ${formatDurationMs(delayMs, "ms")} late or more in a quarter of the seconds, ${generatorLimits.delayMs} ms are allowed; ${advice(told)}`;
}

function busyness(told: Told): string | null {
  const cpuPercent = told.cpuSum / told.delaysMs.length;
  return cpuPercent > generatorLimits.cpuPercent ? `${whose(told)} was too busy: ${formatPercent(cpuPercent)} of a CPU, ${generatorLimits.cpuPercent} % are allowed; ${advice(told)}` : null;
}

function whose({ of }: Told): string {
  return of === null ? "the load generator" : `the load generator of ${of}`;
}

function advice({ of, collectionMs, delaysMs }: Told): string {
  if (of !== null) return "give it a machine with more processors, or have it send less";
  const share = collectionMs / (1000 * delaysMs.length);
  return share > mostCollectionShare ? `${formatPercent(100 * share)} of its time went into collecting garbage: keep less of answers, or ${sendLess}` : sendLess;
}
