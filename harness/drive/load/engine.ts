/**
 * The open-model engine. What is due is submitted when it is due, whatever became of the requests before it; every due request is
 * recorded exactly once, so that started + dropped = offered whenever the engine is ended.
 *
 *   running ──(end of the schedule)──▶ draining ──(nothing under way)──▶ finished
 *      └──────────(stop)──▶ draining, cut off after a short grace ──────────▶
 */

import { msToUs } from "../../base/duration.ts";
import { after, alarm, every, nowUs, type Alarm, type InstantUs } from "../../base/time.ts";
import { requestOutcomes } from "../../log/event.ts";
import type { RequestRecord } from "../../log/record.ts";
import { loopbackOnly, type Guard } from "../guard/guard.ts";
import type { Pace } from "./pace.ts";
import { Destinations } from "./http/destinations.ts";
import type { Origin } from "./http/origin.ts";
import type { Exchange } from "./http/pool.ts";
import type { Journey, PreparedRequest, RequestResult } from "./prepared-request.ts";

/** How exact a timeout is. */
export const timeoutGrainMs = 5;
const defaultConnectTimeoutMs = 5000;
/** How long requests under way may still take when the engine is stopped before its time. */
const stopGraceMs = 1000;

/** One workload, ready to be sent. */
export interface Source {
  /** Its number in the table of the request log. */
  readonly workload: number;
  readonly pace: Pace;
  /** Where its requests go; each has a pool of its own with `connections` connections. */
  readonly origins: readonly Origin[];
  readonly connections: number;
  readonly timeoutMs: number;
  /** Of its timeout, the part that connecting may take; 5 s or its timeout, whatever is less, when left out. */
  readonly connectTimeoutMs?: number;
  /** What arrival n sends; called once for each n = 0, 1, 2, … that is due. */
  arrive(n: number): Journey;
}

export interface EngineOptions {
  readonly sources: readonly Source[];
  readonly startAtUs: InstantUs;
  readonly totalMs: number;
  /** What may be connected to; loopback when left out. */
  readonly guard?: Guard;
  record(record: RequestRecord, message: string): void;
  /** How late the engine itself was to submit a due request, in µs; waiting for a connection is not part of it. */
  onLag?(lagUs: number): void;
}

export interface Counts {
  /** Requests that were due: arrivals, and later steps of journeys whose steps before went well. */
  offered: number;
  started: number;
  dropped: number;
}

export interface Engine {
  /** Resolves when nothing is due or under way any more. */
  readonly finished: Promise<Counts>;
  /** Ends the schedule now: what is under way gets a moment to end, what waits is dropped. */
  stop(): void;
  load(): { connections: number; inFlight: number };
  /** Connections opened so far, and the most that were open at once. */
  usage(): { opened: number; mostConnections: number };
}

export function startEngine(options: EngineOptions): Engine {
  return new OpenModel(options);
}

interface Lane {
  readonly source: Source;
  readonly destinations: Destinations;
  nextArrival: number;
  nextDueMs: number;
}

type Submit = (exchange: Exchange, destinations: Destinations) => void;

function destinationsOf({ origins, connections, timeoutMs, connectTimeoutMs = defaultConnectTimeoutMs }: Source, guard: Guard): Destinations {
  return new Destinations({ origins, connections, timeoutMs, connectTimeoutMs: Math.min(timeoutMs, connectTimeoutMs), guard });
}

class OpenModel implements Engine {
  readonly finished: Promise<Counts>;
  readonly #options: EngineOptions;
  readonly #lanes: readonly Lane[];
  readonly #finish: (counts: Counts) => void;
  readonly #alarm: Alarm;
  readonly #sweeper: Disposable;
  readonly #counts: Counts = { offered: 0, started: 0, dropped: 0 };
  #grace: Disposable | null = null;
  #outstanding = 0;
  #isOver = false;

  constructor(options: EngineOptions) {
    const { promise, resolve } = Promise.withResolvers<Counts>();
    this.finished = promise;
    this.#finish = resolve;
    this.#options = options;
    this.#lanes = options.sources.map((source) => ({
      source,
      destinations: destinationsOf(source, options.guard ?? loopbackOnly),
      nextArrival: 0,
      nextDueMs: source.pace(0),
    }));
    this.#alarm = alarm(() => this.#tick());
    this.#sweeper = every(timeoutGrainMs, () => this.#sweep());
    this.#arm();
  }

  load(): { connections: number; inFlight: number } {
    const all = this.#lanes.map(({ destinations }) => destinations);
    return { connections: all.reduce((sum, { connections }) => sum + connections, 0), inFlight: all.reduce((sum, { inFlight }) => sum + inFlight, 0) };
  }

  usage(): { opened: number; mostConnections: number } {
    const all = this.#lanes.map(({ destinations }) => destinations.usage);
    return { opened: all.reduce((sum, { opened }) => sum + opened, 0), mostConnections: all.reduce((sum, { mostConnections }) => sum + mostConnections, 0) };
  }

  stop(): void {
    if (this.#grace !== null) return;
    // What was due by now and not submitted yet belongs to the offer, and can only be dropped.
    if (!this.#isOver) this.#submitDue(this.#nowMs(), (exchange) => exchange.onDrop(nowUs(), "not sent before the run was ended"));
    this.#grace = after(stopGraceMs, () => this.#abandonAll());
    this.#endSchedule();
  }

  #arm(): void {
    const lane = this.#nextLane();
    this.#alarm.set(this.#options.startAtUs + msToUs(Math.min(lane?.nextDueMs ?? Number.POSITIVE_INFINITY, this.#options.totalMs)));
  }

  #tick(): void {
    if (this.#isOver) return;
    // One look at the clock for both: what falls due between two looks would be lost at the end.
    const nowMs = this.#nowMs();
    this.#submitDue(nowMs, (exchange, destinations) => destinations.submit(exchange));
    if (nowMs >= this.#options.totalMs) this.#endSchedule();
    else this.#arm();
  }

  /** Hands over everything that is due, in the order of its due time over all workloads, so that ids do not depend on when ticks fall. */
  #submitDue(untilMs: number, submit: Submit): void {
    for (let lane = this.#nextLane(); lane !== undefined && lane.nextDueMs <= untilMs; lane = this.#nextLane()) {
      const intendedUs = this.#options.startAtUs + msToUs(lane.nextDueMs);
      const journey = lane.source.arrive(lane.nextArrival);
      lane.nextArrival += 1;
      lane.nextDueMs = lane.source.pace(lane.nextArrival);
      this.#options.onLag?.(nowUs() - intendedUs);
      this.#offer(lane, journey, { intendedUs, submit });
    }
  }

  /** The workload that is due next; undefined when no schedule holds anything more. */
  #nextLane(): Lane | undefined {
    let next: Lane | undefined;
    for (const lane of this.#lanes) {
      if (lane.nextDueMs < this.#options.totalMs && (next === undefined || lane.nextDueMs < next.nextDueMs)) next = lane;
    }
    return next;
  }

  #offer(lane: Lane, journey: Journey, how: { intendedUs: InstantUs; submit: Submit }): void {
    const request = journey();
    if (request === null) return;
    this.#counts.offered += 1;
    this.#outstanding += 1;
    how.submit(this.#exchange(lane, journey, { request, intendedUs: how.intendedUs }), lane.destinations);
  }

  #exchange(lane: Lane, journey: Journey, due: { request: PreparedRequest; intendedUs: InstantUs }): Exchange {
    const exchange: Exchange = {
      ...due,
      startUs: 0,
      onDrop: (at, message) => {
        this.#settle(lane, due.request, { ...due, startUs: at, firstByteUs: at, endUs: at, outcome: "dropped", status: 0, bytes: 0, message });
      },
      onEnd: (ending) => {
        // One that this machine had no socket for was not sent: it has no time between start and end.
        const startUs = ending.outcome === "dropped" ? ending.endUs : exchange.startUs;
        const result: RequestResult = { ...ending, intendedUs: due.intendedUs, startUs };
        due.request.onEnd?.(result);
        const isLast = ending.outcome !== "ok" || this.#isOver;
        if (!isLast) this.#outstanding += 1;
        this.#settle(lane, due.request, result);
        if (isLast) return null;
        return () => {
          if (!this.#isOver) this.#offer(lane, journey, { intendedUs: ending.endUs, submit: (next, destinations) => destinations.submit(next) });
          this.#release();
        };
      },
    };
    return exchange;
  }

  #settle(lane: Lane, request: PreparedRequest, result: RequestResult): void {
    if (result.outcome === "dropped") this.#counts.dropped += 1;
    else this.#counts.started += 1;
    this.#options.record({ ...result, workload: lane.source.workload, route: request.route, outcome: requestOutcomes.indexOf(result.outcome) }, result.message);
    this.#release();
  }

  #release(): void {
    this.#outstanding -= 1;
    this.#finishWhenDone();
  }

  #sweep(): void {
    const now = nowUs();
    for (const lane of this.#lanes) lane.destinations.sweep(now);
  }

  #abandonAll(): void {
    for (const lane of this.#lanes) lane.destinations.abandonAll();
  }

  #endSchedule(): void {
    this.#isOver = true;
    this.#alarm[Symbol.dispose]();
    this.#finishWhenDone();
  }

  #finishWhenDone(): void {
    if (!this.#isOver || this.#outstanding > 0) return;
    this.#sweeper[Symbol.dispose]();
    this.#grace?.[Symbol.dispose]();
    for (const lane of this.#lanes) lane.destinations.close();
    this.#finish({ ...this.#counts });
  }

  #nowMs(): number {
    return (nowUs() - this.#options.startAtUs) / 1000;
  }
}
