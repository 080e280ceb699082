/** All that the engine knows of a request. It knows no targets, routes or ledgers: whoever prepares a request keeps those to himself. */

import type { InstantUs } from "../../base/time.ts";
import type { RequestOutcome } from "../../log/event.ts";

export interface PreparedRequest {
  /** Number of its route in the table of the request log. */
  readonly route: number;
  /** Number of its place in the source's `origins`. */
  readonly origin: number;
  /** Head and body as they are sent; a string is sent as UTF-8. */
  readonly bytes: Buffer | string;
  readonly isHead: boolean;
  /** Whether `fault` wants to see the body. */
  readonly keepBody: boolean;
  /** Why an answer is not good, or null. */
  fault(status: number, body: string): "status" | "body" | null;
  /** Names of headers, in lower case, that `capture` wants to see. */
  readonly headers?: readonly string[];
  /** Takes what later requests need from a good answer. Returns what is missing, in words, or null. */
  capture?(body: string, headers: ReadonlyMap<string, string>): string | null;
  /** How many redirects are followed; none when left out. */
  readonly redirects?: number;
  /** Called right before it is sent; never for one that is dropped. */
  onSend?(intendedUs: InstantUs, at: InstantUs): void;
  /** Called once for each that was sent. */
  onEnd?(result: RequestResult): void;
}

/** How a request went. */
export interface RequestResult {
  readonly intendedUs: InstantUs;
  readonly startUs: InstantUs;
  readonly firstByteUs: InstantUs;
  readonly endUs: InstantUs;
  readonly outcome: RequestOutcome;
  /** 0 without an answer. */
  readonly status: number;
  readonly bytes: number;
  /** What went wrong, in a few words of a limited vocabulary; empty when nothing did. */
  readonly message: string;
}

/** The requests of one arrival, one after the other; null after the last. The next one is asked for only when the one before went well. */
export type Journey = () => PreparedRequest | null;
