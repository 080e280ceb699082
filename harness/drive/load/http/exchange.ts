/** A due request on its way through a pool, and how it ended. */

import type { InstantUs } from "../../../base/time.ts";
import type { RequestOutcome } from "../../../log/event.ts";
import type { PreparedRequest } from "../prepared-request.ts";

/** Exactly one of `onDrop` and `onEnd` is called, once. */
export interface Exchange {
  readonly request: PreparedRequest;
  readonly intendedUs: InstantUs;
  /** Set when it is sent. */
  startUs: InstantUs;
  /** It could not be sent. */
  onDrop(at: InstantUs, message: string): void;
  /** It was sent and is over. True: `proceed` is to be called once the connection has been taken back. */
  onEnd(ending: Ending): boolean;
  proceed(): void;
}

/** `dropped`: this machine had no socket or port left, so that nothing was sent. */
export interface Ending {
  readonly outcome: RequestOutcome;
  readonly status: number;
  readonly firstByteUs: InstantUs;
  readonly endUs: InstantUs;
  readonly bytes: number;
  readonly message: string;
  /** The answer's Location; empty when there is none, or nobody asked for it. */
  readonly location: string;
}
