/**
 * The closed model: each of N connections sends its next request as soon as the last one is answered. It answers "how fast can it go"
 * and hides waiting, because a slow answer puts off the requests after it: there is no schedule, and each request is due when it is sent.
 *
 *   running ──(time is up)──▶ draining ──(nothing under way)──▶ finished
 *      └──────(stop)──▶ draining, cut off after a short grace ──────▶
 */

import { msToUs } from "../../../base/duration.ts";
import { after, alarm, every, nowUs, type Alarm, type InstantUs } from "../../../base/time.ts";
import { requestOutcomes } from "../../../log/event.ts";
import type { RequestRecord } from "../../../log/record.ts";
import type { Guard } from "../../guard/guard.ts";
import { timeoutGrainMs, type Counts, type Engine } from "../engine.ts";
import { Destinations } from "../http/destinations.ts";
import type { Origin } from "../http/origin.ts";
import type { Exchange } from "../http/pool.ts";
import type { Journey, PreparedRequest, RequestResult } from "../prepared-request.ts";

/** How long requests under way may still take when the load is stopped before its time. */
const stopGraceMs = 1000;
/** Wait of a connection after a failure without an answer: a server that is away is not called thousands of times a second. */
const failurePauseMs = 100;

export interface ClosedModelOptions {
  readonly origin: Origin;
  readonly connections: number;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly guard: Guard;
  readonly startAtUs: InstantUs;
  readonly totalMs: number;
  /** Called for each request, n = 0, 1, 2, …, in the order of sending. */
  arrive(n: number): Journey;
  record(record: RequestRecord, message: string): void;
}

export function startClosedModel(options: ClosedModelOptions): Engine {
  return new ClosedModel(options);
}

class ClosedModel implements Engine {
  readonly finished: Promise<Counts>;
  readonly #options: ClosedModelOptions;
  readonly #destinations: Destinations;
  readonly #finish: (counts: Counts) => void;
  readonly #alarm: Alarm;
  readonly #sweeper: Disposable;
  readonly #counts: Counts = { offered: 0, started: 0, dropped: 0 };
  #grace: Disposable | null = null;
  #next = 0;
  #outstanding = 0;
  #hasBegun = false;
  #isOver = false;

  constructor(options: ClosedModelOptions) {
    const { promise, resolve } = Promise.withResolvers<Counts>();
    this.finished = promise;
    this.#finish = resolve;
    this.#options = options;
    const { origin, connections, timeoutMs, connectTimeoutMs, guard } = options;
    this.#destinations = new Destinations({ origins: [origin], connections, timeoutMs, connectTimeoutMs, guard });
    this.#alarm = alarm(() => this.#tick());
    this.#sweeper = every(timeoutGrainMs, () => this.#destinations.sweep(nowUs()));
    this.#alarm.set(options.startAtUs);
  }

  load(): { connections: number; inFlight: number } {
    return { connections: this.#destinations.connections, inFlight: this.#destinations.inFlight };
  }

  usage(): { opened: number; mostConnections: number } {
    return this.#destinations.usage;
  }

  stop(): void {
    if (this.#grace !== null) return;
    this.#grace = after(stopGraceMs, () => this.#destinations.abandonAll());
    this.#end();
  }

  #tick(): void {
    const { startAtUs, totalMs, connections } = this.#options;
    const now = nowUs();
    if (this.#isOver) return;
    if (now >= startAtUs + msToUs(totalMs)) {
      this.#end();
      return;
    }
    this.#alarm.set(now < startAtUs ? startAtUs : startAtUs + msToUs(totalMs));
    if (now < startAtUs || this.#hasBegun) return;
    this.#hasBegun = true;
    for (let each = 0; each < connections; each += 1) this.#send();
  }

  #send(): void {
    const request = this.#isOver ? null : this.#options.arrive(this.#next)();
    if (request === null) return;
    this.#next += 1;
    this.#counts.offered += 1;
    this.#outstanding += 1;
    this.#destinations.submit(this.#exchange(request, nowUs()));
  }

  #exchange(request: PreparedRequest, intendedUs: InstantUs): Exchange {
    const exchange: Exchange = {
      request,
      intendedUs,
      startUs: 0,
      onDrop: (at, message) => {
        this.#settle({ intendedUs, startUs: at, firstByteUs: at, endUs: at, outcome: "dropped", status: 0, bytes: 0, message });
        this.#sendLater();
      },
      onEnd: (ending) => {
        // Sent is when it is due: what lies between is the engine's own doing and belongs to no waiting.
        this.#settle({ ...ending, intendedUs: exchange.startUs, startUs: exchange.startUs });
        if (ending.status > 0) return () => this.#send();
        this.#sendLater();
        return null;
      },
    };
    return exchange;
  }

  #sendLater(): void {
    if (!this.#isOver) after(failurePauseMs, () => this.#send());
  }

  #settle(result: RequestResult): void {
    if (result.outcome === "dropped") this.#counts.dropped += 1;
    else this.#counts.started += 1;
    this.#options.record({ ...result, workload: 0, route: 0, outcome: requestOutcomes.indexOf(result.outcome) }, result.message);
    this.#outstanding -= 1;
    this.#finishWhenDone();
  }

  #end(): void {
    this.#isOver = true;
    this.#alarm[Symbol.dispose]();
    this.#finishWhenDone();
  }

  #finishWhenDone(): void {
    if (!this.#isOver || this.#outstanding > 0) return;
    this.#sweeper[Symbol.dispose]();
    this.#grace?.[Symbol.dispose]();
    this.#destinations.close();
    this.#finish({ ...this.#counts });
  }
}
