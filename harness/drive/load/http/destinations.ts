/**
 * All that the requests of one workload go to: a pool for each of its origins, and for each place that a redirect has led to.
 *
 * A request that follows redirects is one request still: it has started with its first sending, and its answer is the last one. Each of
 * its ways has the time limits of a request of its own. Where a redirect leads is decided by the guard, on the address behind its name,
 * which is looked up once.
 */

import { msToUs } from "../../../base/duration.ts";
import { messageOf } from "../../../base/error.ts";
import { formatAddress } from "../../../base/loopback-address.ts";
import { nowUs, type InstantUs } from "../../../base/time.ts";
import { permittedAddress, type Guard } from "../../guard/guard.ts";
import type { PreparedRequest } from "../prepared-request.ts";
import type { Ending, Exchange } from "./exchange.ts";
import type { Origin } from "./origin.ts";
import { Pool } from "./pool.ts";
import { hopOf, serverNameOf, type Hop } from "./redirect.ts";

/** A server that sends every request somewhere else must not open pools without end. */
const foundPlacesLimit = 32;

export interface DestinationOptions {
  origins: readonly Origin[];
  /** At most, to each place. */
  connections: number;
  timeoutMs: number;
  connectTimeoutMs: number;
  guard: Guard;
}

/** A request on its way through redirects. */
interface Walk {
  readonly exchange: Exchange;
  readonly redirects: number;
  /** How many were followed so far. */
  hops: number;
  bytes: number;
  pool: Pool;
  origin: Origin;
}

export class Destinations {
  readonly #options: DestinationOptions;
  readonly #pools: Pool[];
  /** By scheme, name and address. */
  readonly #found = new Map<string, { pool: Pool; origin: Origin }>();
  readonly #addresses = new Map<string, Promise<string>>();
  /** Walks whose next place is being looked up, and since when. */
  readonly #lookingUp = new Map<Walk, InstantUs>();
  #isOver = false;

  constructor(options: DestinationOptions) {
    this.#options = options;
    this.#pools = options.origins.map((origin) => this.#poolOf(origin));
  }

  get connections(): number {
    return this.#pools.reduce((sum, pool) => sum + pool.connections, 0);
  }

  get inFlight(): number {
    return this.#pools.reduce((sum, pool) => sum + pool.inFlight, this.#lookingUp.size);
  }

  /** Connections opened so far, and the most that were open at once. */
  get usage(): { opened: number; mostConnections: number } {
    const all = this.#pools.map((pool) => pool.usage);
    return { opened: all.reduce((sum, { opened }) => sum + opened, 0), mostConnections: all.reduce((sum, { mostConnections }) => sum + mostConnections, 0) };
  }

  /** Sends the request, lets it wait, or drops it. */
  submit(exchange: Exchange, now: InstantUs): void {
    const { request } = exchange;
    const pool = this.#pools[request.origin];
    const origin = this.#options.origins[request.origin];
    if (pool === undefined || origin === undefined) exchange.onDrop(now, `it has no origin ${request.origin}`);
    else if (request.redirects === undefined || request.redirects === 0) pool.submit(exchange, now);
    else pool.submit(this.#leg({ exchange, redirects: request.redirects, hops: 0, bytes: 0, pool, origin }, withLocation(request), exchange.intendedUs), now);
  }

  /** Ends what is over time; to be called every few milliseconds. */
  sweep(now: InstantUs): void {
    for (const pool of this.#pools) pool.sweep(now);
    for (const [walk, sinceUs] of this.#lookingUp) {
      if (now - sinceUs >= msToUs(this.#options.timeoutMs)) this.#giveUp(walk, { outcome: "timeout", message: "no address for a redirect in time" });
    }
  }

  /** Gives up everything that is waiting or under way. */
  abandonAll(): void {
    this.#isOver = true;
    for (const pool of this.#pools) pool.abandonAll();
    for (const walk of this.#lookingUp.keys()) this.#giveUp(walk, { outcome: "timeout", message: "no answer before the run was ended" });
  }

  close(): void {
    for (const pool of this.#pools) pool.close();
  }

  #poolOf(origin: Origin): Pool {
    const { connections, timeoutMs, connectTimeoutMs, guard } = this.#options;
    return new Pool({ origin, connections, timeoutMs, connectTimeoutMs, guard });
  }

  /** One sending of a walk, from which the next one may follow. */
  #leg(walk: Walk, request: PreparedRequest, intendedUs: InstantUs): Exchange {
    const { hops } = walk;
    let next: (() => void) | null = null;
    const leg: Exchange = {
      request,
      intendedUs,
      startUs: 0,
      onDrop: (at, message) => {
        if (hops === 0) walk.exchange.onDrop(at, message);
        else this.#end(walk, { outcome: "timeout", message: `${message} after a redirect` });
      },
      onEnd: (ending) => {
        if (hops === 0) walk.exchange.startUs = leg.startUs;
        walk.bytes += ending.bytes;
        next = this.#arrive(walk, request, ending);
        return next !== null;
      },
      proceed: () => next?.(),
    };
    return leg;
  }

  /** What is to be done next, if anything. */
  #arrive(walk: Walk, request: PreparedRequest, ending: Ending): (() => void) | null {
    const whole = { ...ending, bytes: walk.bytes };
    const hop = hopOf({ bytes: request.bytes, isSecure: walk.origin.tls !== null }, ending);
    // The first sending went well: this machine's want of sockets is no reason to say now that the request was never sent.
    if (hop === null) return given(walk, walk.hops > 0 && ending.outcome === "dropped" ? { ...whole, outcome: "refused", message: `${ending.message} after a redirect` } : whole);
    if (hop === "unreadable") return given(walk, { ...whole, outcome: "malformed", message: "a redirect to what is no address of HTTP" });
    if (walk.hops >= walk.redirects) return given(walk, { ...whole, outcome: "status", message: `status ${ending.status} after ${walk.redirects} redirects` });
    walk.hops += 1;
    const next = hopRequest(request, hop);
    return () => {
      if (hop.isSamePlace) this.#send(walk, next);
      else void this.#goOn(walk, next, hop);
    };
  }

  async #goOn(walk: Walk, next: PreparedRequest, hop: Hop): Promise<void> {
    this.#lookingUp.set(walk, nowUs());
    try {
      const host = await this.#addressOf(hop);
      if (!this.#lookingUp.has(walk)) return;
      const { serverName, insecure } = { serverName: serverNameOf(hop.place), insecure: walk.origin.tls?.insecure ?? false };
      const found = this.#foundPlace({ address: { host, port: hop.place.port }, tls: hop.isSecure ? { serverName, insecure } : null });
      walk.pool = found.pool;
      walk.origin = found.origin;
      // Only now: until here it may fail, and whoever gives a walk up has to find it.
      this.#lookingUp.delete(walk);
      this.#send(walk, next);
    } catch (error) {
      this.#giveUp(walk, { outcome: "refused", message: `redirect: ${messageOf(error)}` });
    }
  }

  #send(walk: Walk, next: PreparedRequest): void {
    if (this.#isOver) this.#end(walk, { outcome: "timeout", message: "no answer before the run was ended" });
    else this.#submit(walk, next, nowUs());
  }

  /** Looked up once; a refusal is remembered as well. */
  async #addressOf({ place }: Hop): Promise<string> {
    const name = formatAddress(place);
    const address = this.#addresses.get(name) ?? permittedAddress(place, this.#options.guard);
    this.#addresses.set(name, address);
    return await address;
  }

  #foundPlace(origin: Origin): { pool: Pool; origin: Origin } {
    const key = JSON.stringify([origin.tls, formatAddress(origin.address)]);
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    if (this.#found.size >= foundPlacesLimit) throw new RangeError(`more than ${foundPlacesLimit} places`);
    const found = { pool: this.#poolOf(origin), origin };
    this.#found.set(key, found);
    this.#pools.push(found.pool);
    return found;
  }

  #giveUp(walk: Walk, why: Pick<Ending, "outcome" | "message">): void {
    if (this.#lookingUp.delete(walk)) this.#end(walk, why);
  }

  #submit(walk: Walk, next: PreparedRequest, now: InstantUs): void {
    walk.pool.submit(this.#leg(walk, next, now), now);
  }

  #end(walk: Walk, why: Pick<Ending, "outcome" | "message">): void {
    const now = nowUs();
    given(walk, { ...why, status: 0, firstByteUs: now, endUs: now, bytes: walk.bytes, location: "" })?.();
  }
}

/** Tells whoever waits for a walk how it ended; gives what is to be done then. */
function given({ exchange }: Walk, ending: Ending): (() => void) | null {
  return exchange.onEnd(ending) ? () => exchange.proceed() : null;
}

function withLocation(request: PreparedRequest): PreparedRequest {
  return { ...request, headers: [...(request.headers ?? []), "location"] };
}

/** The same request somewhere else; it has been announced as sent already. */
function hopRequest(request: PreparedRequest, hop: Hop): PreparedRequest {
  return { ...request, bytes: hop.bytes, isHead: hop.isHead, onSend: () => {} };
}
