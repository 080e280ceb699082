/** One look at a place, on a fresh connection: null when it is well, else why not. Rejects for any failure; the caller turns that into words. */

import { once } from "node:events";
import type { Socket } from "node:net";
import { RoadworthyError } from "../../../base/error.ts";
import type { ProbeSpec } from "../../../scenario/target/probe.ts";
import { socketFor } from "../../guard/connect.ts";
import { loopbackOnly, type Guard } from "../../guard/guard.ts";
import { fromOwnSource } from "../../proxy/own-source.ts";
import { nodeAccess, nodeAddress, type Address, type Addresses, type NodeAccess } from "../../stack/address.ts";

/** Where a probe looks and what it needs to know of the node behind it. */
export interface ProbePlace {
  /** A literal address. */
  address: Address;
  access: NodeAccess;
  guard: Guard;
}

export type Check<Spec> = (spec: Spec, place: ProbePlace, signal: AbortSignal) => Promise<string | null>;

export function placeOf(spec: ProbeSpec, addresses: Addresses, guard: Guard = loopbackOnly): ProbePlace {
  if ("node" in spec.at) return { address: nodeAddress(addresses, spec.at.node, spec.at.port), access: nodeAccess(addresses, spec.at.node), guard };
  const link = addresses.links[spec.at.link];
  if (link === undefined) {
    throw new RoadworthyError("target-invalid", `there is no link "${spec.at.link}"`, { hint: `links are: ${Object.keys(addresses.links).join(", ")}` });
  }
  return { address: { host: link.host, port: link.port, from: link.from }, access: nodeAccess(addresses, link.to), guard };
}

/** A socket that may be connected to the place, which the guard is asked about here, and is destroyed when the signal is aborted. */
export function guardedSocket({ address, guard }: ProbePlace, signal: AbortSignal): Socket {
  signal.throwIfAborted();
  const socket = fromOwnSource(socketFor(address, guard), address);
  const abort = (): void => void socket.destroy(signal.reason instanceof Error ? signal.reason : undefined);
  signal.addEventListener("abort", abort, { once: true });
  socket.once("close", () => signal.removeEventListener("abort", abort));
  // Whoever waits for something listens for errors himself; one that comes when nobody waits any more is of no interest.
  socket.on("error", () => {});
  return socket;
}

/** A socket that is connected. Rejects when it cannot be, or the signal is aborted first. */
export async function connectedSocket(place: ProbePlace, signal: AbortSignal): Promise<Socket> {
  const socket = guardedSocket(place, signal);
  const connected = once(socket, "connect");
  socket.connect({ host: place.address.host, port: place.address.port });
  await connected;
  return socket;
}
