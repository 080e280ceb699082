/** Turns what a user allowed into what the guard decides by: literal addresses with ports, looked up once, when the run begins. */

import { isIP } from "node:net";
import { RoadworthyError } from "../../base/error.ts";
import { formatAddress, type HostAndPort } from "../../base/loopback-address.ts";
import { addressesOf, canonicalAddress, type Resolve } from "./guard.ts";
import { isNeverAllowed } from "./never-allowed.ts";

/**
 * `address:port` pairs. A name stands for the addresses that it has now: should it lead elsewhere later (DNS rebinding), that is refused.
 * Throws `not-allowed` when any of them may never be touched, or a name is not known.
 */
export async function pinAllowed(places: readonly HostAndPort[], resolve?: Resolve): Promise<string[]> {
  const pinned = await Promise.all(places.map(async (place) => await pinOne(place, resolve)));
  return [...new Set(pinned.flat())];
}

async function pinOne(place: HostAndPort, resolve?: Resolve): Promise<string[]> {
  const found = isIP(place.host) === 0 ? await addressesOf(place, resolve) : [place.host];
  return found.map((address) => {
    const literal = canonicalAddress(address);
    if (literal === null || isNeverAllowed(literal)) {
      throw new RoadworthyError("not-allowed", `${formatAddress(place)} leads to ${address}, which may never be touched`, {
        hint: "metadata, link-local, multicast and unspecified addresses cannot be allowed",
        where: formatAddress(place),
      });
    }
    return formatAddress({ host: literal, port: place.port });
  });
}
