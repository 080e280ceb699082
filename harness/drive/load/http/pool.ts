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
import { Connection, type ConnectionOwner } from "./connection.ts";
import type { Ending, Exchange } from "./exchange.ts";
import type { Origin } from "./origin.ts";

/** A bound on memory, far beyond what can be worked off within a timeout of some seconds. */
export const waitingLimit = 50_000;

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
  /** All that are not gone. */
  readonly #all = new Set<Connection>();
  readonly #idle: Connection[] = [];
  #waiting: Exchange[] = [];
  #waitingFrom = 0;
  #isClosed = false;
  #opened = 0;
  #mostConnections = 0;
  readonly #owner: ConnectionOwner = {
    onEnd: (connection, exchange, ending) => this.#onEnd(connection, exchange, ending),
    onIdleClosed: (connection) => this.#forget(connection),
  };

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#timeoutUs = msToUs(options.timeoutMs);
    this.#connectTimeoutUs = msToUs(options.connectTimeoutMs);
  }

  get connections(): number {
    return this.#all.size;
  }

  get inFlight(): number {
    return this.#all.size - this.#idle.length;
  }

  /** Connections opened so far, and the most that were open at once. */
  get usage(): { opened: number; mostConnections: number } {
    return { opened: this.#opened, mostConnections: this.#mostConnections };
  }

  get #waitingCount(): number {
    return this.#waiting.length - this.#waitingFrom;
  }

  /** Sends the request now if there is a connection for it, else lets it wait. */
  submit(exchange: Exchange, now: InstantUs): void {
    const connection = this.#waitingCount === 0 ? this.#take(now) : null;
    if (connection !== null) this.#send(connection, exchange, now);
    else if (this.#waitingCount < waitingLimit) this.#waiting.push(exchange);
    else exchange.onDrop(now, `more than ${waitingLimit} requests waited for a connection`);
  }

  /** Ends what is over time. To be called every few milliseconds: that is how exact a timeout is. */
  sweep(now: InstantUs): void {
    for (const connection of this.#all) {
      const limitUs = connection.isOpen ? this.#timeoutUs : this.#connectTimeoutUs;
      if (connection.exchange !== null && now - connection.exchange.startUs >= limitUs) connection.abandon("in time");
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
    for (const connection of this.#all) if (connection.exchange !== null) connection.abandon("before the run was ended");
  }

  /** Closes all idle connections now, and one that is busy when its exchange is over. */
  close(): void {
    this.#isClosed = true;
    for (const connection of this.#idle.splice(0)) this.#close(connection);
  }

  /** The connection used last is taken first: few stay warm and the others go stale and are closed. */
  #take(now: InstantUs): Connection | null {
    for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop()) {
      if (connection.isFresh(now)) return connection;
      this.#close(connection);
    }
    return this.connections < this.#options.connections ? this.#open() : null;
  }

  #open(): Connection {
    this.#opened += 1;
    const connection = new Connection(this.#options.origin, this.#owner, this.#options.guard);
    this.#all.add(connection);
    this.#mostConnections = Math.max(this.#mostConnections, this.connections);
    return connection;
  }

  #send(connection: Connection, exchange: Exchange, startUs: InstantUs): void {
    exchange.startUs = startUs;
    exchange.request.onSend?.(exchange.intendedUs, startUs);
    connection.send(exchange);
  }

  #onEnd(connection: Connection, exchange: Exchange, ending: Ending): void {
    if (!connection.isReusable) this.#all.delete(connection);
    const proceeds = exchange.onEnd(ending);
    if (connection.isReusable && this.#isClosed) this.#close(connection);
    else if (connection.isReusable) this.#idle.push(connection);
    this.#sendWaiting();
    if (proceeds) exchange.proceed();
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

  #close(connection: Connection): void {
    this.#all.delete(connection);
    connection.close();
  }

  #forget(connection: Connection): void {
    this.#all.delete(connection);
    const index = this.#idle.indexOf(connection);
    if (index >= 0) this.#idle.splice(index, 1);
  }
}
