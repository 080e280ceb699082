/** One arrival on its way through the steps of its journey, one request after the other. */

import type { InstantUs } from "../../base/time.ts";
import type { Source } from "./engine.ts";
import type { Destinations } from "./http/destinations.ts";
import type { Ending, Exchange } from "./http/exchange.ts";
import type { Arrivals } from "./pace/arrivals.ts";
import type { Journey, PreparedRequest } from "./prepared-request.ts";

/** A workload on its way. */
export interface Lane {
  readonly source: Source;
  readonly destinations: Destinations;
  readonly arrivals: Arrivals;
}

/** What a trip tells. */
export interface TripOwner {
  onDrop(trip: Trip, at: InstantUs, message: string): void;
  onEnd(trip: Trip, ending: Ending): boolean;
  proceed(trip: Trip): void;
}

/** One object for all that engine and pool must know of a request: each one more is seen at tens of thousands a second. */
export class Trip implements Exchange {
  readonly n: number;
  readonly lane: Lane;
  request: PreparedRequest;
  intendedUs: InstantUs;
  startUs: InstantUs = 0;
  #endUs: InstantUs = 0;
  readonly #journey: Journey;
  readonly #owner: TripOwner;

  constructor(owner: TripOwner, { n, lane, journey, request, intendedUs }: { n: number; lane: Lane; journey: Journey; request: PreparedRequest; intendedUs: InstantUs }) {
    this.#owner = owner;
    this.n = n;
    this.lane = lane;
    this.request = request;
    this.intendedUs = intendedUs;
    this.#journey = journey;
  }

  /** Goes on to the next step, which is due at the end of the last one. False when there is none. */
  next(): boolean {
    const request = this.#journey();
    if (request === null) return false;
    this.request = request;
    this.intendedUs = this.#endUs;
    return true;
  }

  onDrop(at: InstantUs, message: string): void {
    this.#owner.onDrop(this, at, message);
  }

  onEnd(ending: Ending): boolean {
    this.#endUs = ending.endUs;
    return this.#owner.onEnd(this, ending);
  }

  proceed(): void {
    this.#owner.proceed(this);
  }
}
