/**
 * The connections of one workload to one address, and the queue of requests that wait for one. It grows to its limit, one connection
 * for each request that finds none idle.
 *
 * A request waits at most `timeoutMs` for a connection, then it is dropped: it was due and could not be sent. So is one that finds the
 * queue full, at once. From its sending it has `timeoutMs` again for connection and answer, and of that at most `connectTimeoutMs` for the
 * connection with its TLS handshake. Waiting counts as response time.
 */

import { nowUs, type InstantUs } from "../../../base/time.ts";
import { msToUs } from "../../../base/duration.ts";
import type { Guard } from "../../guard/guard.ts";
import { Connection, type ConnectionOwner, type Ending } from "./connection.ts";
import type { Origin } from "./origin.ts";
import type { PreparedRequest } from "../prepared-request.ts";

/** A bound on memory, far beyond what can be worked off within a timeout of some seconds. */
export const waitingLimit = 50_000;

/** A due request on its way through the pool. Exactly one of the last two is called, once. */
export interface Exchange {
  readonly request: PreparedRequest;
  readonly intendedUs: InstantUs;
  /** Set when it is sent. */
  startUs: InstantUs;
  /** It could not be sent. */
  onDrop(at: InstantUs, message: string): void;
  /** It was sent and is over. Returns what to do once the connection has been taken back. */
  onEnd(ending: Ending): (() => void) | null;
}

export interface PoolOptions {
  origin: Origin;
  connections: number;
  timeoutMs: number;
  connectTimeoutMs: number;
  /** Asked for each connection. */
  guard: Guard;
}

export class Pool {
  readonly #options: PoolOptions;
  readonly #timeoutUs: number;
  readonly #connectTimeoutUs: number;
  readonly #idle: Connection[] = [];
  /** In the order of sending, so that the first one is the first to time out. */
  readonly #busy = new Map<Connection, Exchange>();
  /** Those of them that are not open yet, in the same order. */
  readonly #opening = new Set<Connection>();
  #waiting: Exchange[] = [];
  #waitingFrom = 0;
  #isClosed = false;
  #opened = 0;
  #mostConnections = 0;
  readonly #owner: ConnectionOwner = {
    onOpen: (connection) => this.#opening.delete(connection),
    onEnd: (connection, ending) => this.#onEnd(connection, ending),
    onIdleClosed: (connection) => this.#forget(connection),
  };

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#timeoutUs = msToUs(options.timeoutMs);
    this.#connectTimeoutUs = msToUs(options.connectTimeoutMs);
  }

  get connections(): number {
    return this.#busy.size + this.#idle.length;
  }

  get inFlight(): number {
    return this.#busy.size;
  }

  /** Connections opened so far, and the most that were open at once. */
  get usage(): { opened: number; mostConnections: number } {
    return { opened: this.#opened, mostConnections: this.#mostConnections };
  }

  get #waitingCount(): number {
    return this.#waiting.length - this.#waitingFrom;
  }

  /** Sends the request now if there is a connection for it, else lets it wait. */
  submit(exchange: Exchange): void {
    const now = nowUs();
    const connection = this.#waitingCount === 0 ? this.#take(now) : null;
    if (connection !== null) this.#send(connection, exchange, now);
    else if (this.#waitingCount < waitingLimit) this.#waiting.push(exchange);
    else exchange.onDrop(now, `more than ${waitingLimit} requests waited for a connection`);
  }

  /** Ends what is over time. To be called every few milliseconds: that is how exact a timeout is. */
  sweep(now: InstantUs): void {
    for (const connection of this.#opening) {
      if (now - connection.startUs < this.#connectTimeoutUs) break;
      connection.abandon("in time");
    }
    for (const connection of this.#busy.keys()) {
      if (now - connection.startUs < this.#timeoutUs) break;
      connection.abandon("in time");
    }
    for (let first = this.#waiting[this.#waitingFrom]; first !== undefined && now - first.intendedUs >= this.#timeoutUs; first = this.#waiting[this.#waitingFrom]) {
      this.#leaveQueue();
      first.onDrop(now, "no free connection in time");
    }
  }

  /** Gives up everything that is waiting or under way. */
  abandonAll(): void {
    const waiting = this.#waiting.slice(this.#waitingFrom);
    this.#waiting = [];
    this.#waitingFrom = 0;
    for (const exchange of waiting) exchange.onDrop(nowUs(), "not sent before the run was ended");
    for (const connection of this.#busy.keys()) connection.abandon("before the run was ended");
  }

  /** Closes all idle connections now, and one that is busy when its exchange is over. */
  close(): void {
    this.#isClosed = true;
    for (const connection of this.#idle.splice(0)) connection.close();
  }

  /** The connection used last is taken first: few stay warm and the others go stale and are closed. */
  #take(now: InstantUs): Connection | null {
    for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop()) {
      if (connection.isFresh(now)) return connection;
      connection.close();
    }
    return this.connections < this.#options.connections ? this.#open() : null;
  }

  #open(): Connection {
    this.#opened += 1;
    this.#mostConnections = Math.max(this.#mostConnections, this.connections + 1);
    const connection = new Connection(this.#options.origin, this.#owner, this.#options.guard);
    this.#opening.add(connection);
    return connection;
  }

  #send(connection: Connection, exchange: Exchange, startUs: InstantUs): void {
    exchange.startUs = startUs;
    this.#busy.set(connection, exchange);
    exchange.request.onSend?.(exchange.intendedUs, startUs);
    connection.send(exchange.request, startUs);
  }

  #onEnd(connection: Connection, ending: Ending): void {
    const exchange = this.#busy.get(connection);
    this.#busy.delete(connection);
    if (!connection.isReusable) this.#opening.delete(connection);
    const proceed = exchange?.onEnd(ending) ?? null;
    if (connection.isReusable && this.#isClosed) connection.close();
    else if (connection.isReusable) this.#idle.push(connection);
    this.#sendWaiting();
    proceed?.();
  }

  #sendWaiting(): void {
    const next = this.#waiting[this.#waitingFrom];
    if (next === undefined) return;
    const now = nowUs();
    const connection = this.#take(now);
    if (connection === null) return;
    this.#leaveQueue();
    this.#send(connection, next, now);
  }

  /** The first one waits no longer. The front of the queue is cut off now and then, not each time: a shift would move all that wait. What is not cut off is kept in memory. */
  #leaveQueue(): void {
    this.#waitingFrom += 1;
    if (this.#waitingFrom <= 1000 || this.#waitingFrom * 4 <= this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#waitingFrom);
    this.#waitingFrom = 0;
  }

  #forget(connection: Connection): void {
    const index = this.#idle.indexOf(connection);
    if (index >= 0) this.#idle.splice(index, 1);
  }
}
