/** Opens connections to upstreams, and only to those that the guard lets through. Decided on the address that a name resolves to, each time. */

import type { Socket } from "node:net";
import type { HostAndPort } from "../../../base/loopback-address.ts";
import { connectGuarded } from "../../guard/connect.ts";
import { guardOf, type Guard } from "../../guard/guard.ts";

/** Bytes that a socket takes before it asks the sender to wait. */
export const socketBufferBytes = 262_144;

export type UpstreamGuard = Guard;

/** Loopback, and the literal `address:port` pairs of `allowed`. */
export function upstreamGuard(allowed: readonly string[] = []): UpstreamGuard {
  return guardOf(allowed);
}

/** The socket, still connecting. A refusal by the guard comes as its `error` event, like one of the network. */
export function connectUpstream(upstream: HostAndPort, guard: UpstreamGuard): Socket {
  return connectGuarded(upstream, guard, { allowHalfOpen: true, noDelay: true, highWaterMark: socketBufferBytes });
}
