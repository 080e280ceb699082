/**
 * The load engine. In the open model, what is due is submitted when it is due, whatever became of the requests before it. In the closed
 * one, a user's next journey is due once the last one has ended and the user has thought; its requests have no intended start but the
 * actual one. Every due request is recorded exactly once, so that started + dropped = offered whenever the engine is ended.
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
import { arrivalsOf, type ClosedModel } from "./pace/arrivals.ts";
import { Destinations } from "./http/destinations.ts";
import type { Origin } from "./http/origin.ts";
import type { Ending } from "./http/exchange.ts";
import type { Journey } from "./prepared-request.ts";
import { Trip, type Lane, type TripOwner } from "./trip.ts";

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
  /** Set for a closed model; `pace` then says when each of its users begins. */
  readonly closed?: ClosedModel;
  /** Where its requests go; each has a pool of its own with `connections` connections. */
  readonly origins: readonly Origin[];
  readonly connections: number;
  readonly timeoutMs: number;
  /** Of its timeout, the part that connecting may take; 5 s or its timeout, whatever is less, when left out. */
  readonly connectTimeoutMs?: number;
  /** What arrival n sends; called once for each n = 0, 1, 2, … that is due. In a closed model, journey k of user u is arrival k × users + u. */
  arrive(n: number): Journey;
}

export interface EngineOptions {
  readonly sources: readonly Source[];
  readonly startAtUs: InstantUs;
  readonly totalMs: number;
  /** What may be connected to; loopback when left out. */
  readonly guard?: Guard;
  record(record: RequestRecord, message: string): void;
  /** How late the engine itself was to submit a due request, in µs; waiting for a connection is not part of it. Not asked of a closed model. */
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
  return new LoadEngine(options);
}

type Submit = (trip: Trip, now: InstantUs) => void;

const submitNow: Submit = (trip, now) => trip.lane.destinations.submit(trip, now);

function destinationsOf({ origins, connections, timeoutMs, connectTimeoutMs = defaultConnectTimeoutMs }: Source, guard: Guard): Destinations {
  return new Destinations({ origins, connections, timeoutMs, connectTimeoutMs: Math.min(timeoutMs, connectTimeoutMs), guard });
}

class LoadEngine implements Engine {
  readonly finished: Promise<Counts>;
  readonly #options: EngineOptions;
  readonly #lanes: readonly Lane[];
  readonly #finish: (counts: Counts) => void;
  readonly #alarm: Alarm;
  readonly #sweeper: Disposable;
  readonly #counts: Counts = { offered: 0, started: 0, dropped: 0 };
  readonly #owner: TripOwner = {
    onDrop: (trip, at, message) => this.#drop(trip, at, message),
    onEnd: (trip, ending) => this.#end(trip, ending),
    proceed: (trip) => {
      this.#proceed(trip);
      this.#release();
    },
  };
  #grace: Disposable | null = null;
  #outstanding = 0;
  #isOver = false;
  /** When the alarm goes off. */
  #armedMs = Number.POSITIVE_INFINITY;

  constructor(options: EngineOptions) {
    const { promise, resolve } = Promise.withResolvers<Counts>();
    this.finished = promise;
    this.#finish = resolve;
    this.#options = options;
    this.#lanes = options.sources.map((source) => ({
      source,
      destinations: destinationsOf(source, options.guard ?? loopbackOnly),
      arrivals: arrivalsOf(source),
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
    // What was due by now and not submitted yet belongs to the offer of an open model, and can only be dropped.
    const open = this.#lanes.filter(({ source }) => source.closed === undefined);
    if (!this.#isOver) this.#submitDue(this.#nowMs(), (trip, now) => trip.onDrop(now, "not sent before the run was ended"), open);
    this.#grace = after(stopGraceMs, () => this.#abandonAll());
    this.#endSchedule();
  }

  #arm(): void {
    const lane = this.#nextLane(this.#lanes);
    this.#armedMs = Math.min(lane?.arrivals.nextDueMs ?? Number.POSITIVE_INFINITY, this.#options.totalMs);
    this.#alarm.set(this.#options.startAtUs + msToUs(this.#armedMs));
  }

  #tick(): void {
    if (this.#isOver) return;
    // One look at the clock for both: what falls due between two looks would be lost at the end.
    const nowMs = this.#nowMs();
    this.#submitDue(nowMs, submitNow);
    if (nowMs >= this.#options.totalMs) this.#endSchedule();
    else this.#arm();
  }

  /** Hands over everything that is due, in the order of its due time over all workloads, so that ids do not depend on when ticks fall. */
  #submitDue(untilMs: number, submit: Submit, lanes = this.#lanes): void {
    for (let lane = this.#nextLane(lanes); lane !== undefined && lane.arrivals.nextDueMs <= untilMs; lane = this.#nextLane(lanes)) {
      const dueUs = this.#options.startAtUs + msToUs(lane.arrivals.nextDueMs);
      const n = lane.arrivals.take();
      const journey = lane.source.arrive(n);
      const request = journey();
      // After the request was made: making one takes time as well.
      const now = nowUs();
      if (lane.source.closed === undefined) this.#options.onLag?.(now - dueUs);
      if (request === null) this.#endTrip({ n, lane }, { isAnswered: false });
      else this.#offer(new Trip(this.#owner, { n, lane, journey, request, intendedUs: dueUs }), submit, now);
    }
  }

  /** The workload that is due next; undefined when no schedule holds anything more. */
  #nextLane(lanes: readonly Lane[]): Lane | undefined {
    let next: Lane | undefined;
    for (const lane of lanes) {
      if (lane.arrivals.nextDueMs < this.#options.totalMs && (next === undefined || lane.arrivals.nextDueMs < next.arrivals.nextDueMs)) next = lane;
    }
    return next;
  }

  #offer(trip: Trip, submit: Submit, now: InstantUs): void {
    this.#counts.offered += 1;
    this.#outstanding += 1;
    submit(trip, now);
  }

  /** The next step of a journey, or the end of it; a user who does not think begins the next one at once. */
  #proceed(trip: Trip): void {
    if (this.#isOver) return;
    if (trip.next()) {
      this.#offer(trip, submitNow, nowUs());
      return;
    }
    if (trip.lane.source.closed === undefined) return;
    const nowMs = this.#nowMs();
    trip.lane.arrivals.over(trip.n, { atMs: nowMs, isAnswered: true });
    if (nowMs < this.#options.totalMs) this.#submitDue(nowMs, submitNow, [trip.lane]);
    this.#armFor(trip.lane);
  }

  /** Of a journey that failed or held nothing: its user goes on with the next tick at the earliest, so that failures cannot call one another. */
  #endTrip({ n, lane }: Pick<Trip, "n" | "lane">, { isAnswered }: { isAnswered: boolean }): void {
    if (this.#isOver || lane.source.closed === undefined) return;
    lane.arrivals.over(n, { atMs: this.#nowMs(), isAnswered });
    this.#armFor(lane);
  }

  #armFor(lane: Lane): void {
    if (lane.arrivals.nextDueMs < this.#armedMs) this.#arm();
  }

  #drop(trip: Trip, at: InstantUs, message: string): void {
    this.#settle(trip, { intendedUs: trip.intendedUs, startUs: at }, { outcome: "dropped", status: 0, firstByteUs: at, endUs: at, bytes: 0, message });
    this.#endTrip(trip, { isAnswered: false });
  }

  #end(trip: Trip, ending: Ending): boolean {
    // One that this machine had no socket for was not sent: it has no time between start and end.
    const startUs = ending.outcome === "dropped" ? ending.endUs : trip.startUs;
    const intendedUs = trip.lane.source.closed === undefined ? trip.intendedUs : startUs;
    const { outcome, status, firstByteUs, endUs, bytes, message } = ending;
    trip.request.onEnd?.({ intendedUs, startUs, firstByteUs, endUs, outcome, status, bytes, message });
    const isLast = outcome !== "ok" || this.#isOver;
    if (!isLast) this.#outstanding += 1;
    this.#settle(trip, { intendedUs, startUs }, ending);
    if (isLast) this.#endTrip(trip, { isAnswered: status > 0 });
    return !isLast;
  }

  #settle({ lane, request }: Trip, { intendedUs, startUs }: { intendedUs: InstantUs; startUs: InstantUs }, ending: Omit<Ending, "location">): void {
    const { outcome, status, firstByteUs, endUs, bytes, message } = ending;
    if (outcome === "dropped") this.#counts.dropped += 1;
    else this.#counts.started += 1;
    const record = { workload: lane.source.workload, route: request.route, intendedUs, startUs, firstByteUs, endUs, status, outcome: requestOutcomes.indexOf(outcome), bytes };
    this.#options.record(record, message);
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
