/** Where a URL leads: names are looked up once, the guard decides on the address, and somebody must be listening there. */

import { isIP } from "node:net";
import { messageOf, RoadworthyError, systemErrorCode } from "../../base/error.ts";
import { formatAddress, type HostAndPort } from "../../base/loopback-address.ts";
import { after } from "../../base/time.ts";
import { connectGuarded } from "../../drive/guard/connect.ts";
import { addressesOf, assertPermitted, guardOf, refusal, type Guard } from "../../drive/guard/guard.ts";
import type { Origin } from "../../drive/load/http/origin.ts";
import type { LoadOptions } from "./options.ts";

const connectLimitMs = 5000;

/** Throws `not-allowed` for what may not be touched, `target-not-ready` when no address behind the name takes a connection. */
export async function findOrigin({ url, insecure }: Pick<LoadOptions, "url" | "insecure">, allowed: readonly string[]): Promise<Origin> {
  const isTls = url.protocol === "https:";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = url.port === "" ? (isTls ? 443 : 80) : Number(url.port);
  const guard = guardOf(allowed);
  const address = await firstThatListens(await permitted({ host, port }, guard), guard);
  return { address, tls: isTls ? { serverName: isIP(host) === 0 ? host : null, insecure } : null };
}

async function permitted(place: HostAndPort, guard: Guard): Promise<HostAndPort[]> {
  if (isIP(place.host) !== 0) {
    assertPermitted(place, guard);
    return [place];
  }
  const addresses = (await addressesOf(place)).filter((address) => guard(address, place.port));
  if (addresses.length === 0) throw refusal(place);
  return addresses.map((address) => ({ host: address, port: place.port }));
}

/** `localhost` is often two addresses, of which a server listens on one. */
async function firstThatListens(places: readonly HostAndPort[], guard: Guard): Promise<HostAndPort> {
  const problems: string[] = [];
  for (const place of places) {
    // One after the other on purpose: the first that answers is taken.
    const problem = await problemOfConnecting(place, guard);
    if (problem === null) return place;
    problems.push(`${formatAddress(place)}: ${problem}`);
  }
  throw new RoadworthyError("target-not-ready", `nobody takes a connection at ${problems.join(", ")}`, { hint: "start the target, or correct --url" });
}

/** Opens one connection, sends nothing, and closes it. */
async function problemOfConnecting(place: HostAndPort, guard: Guard): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const socket = connectGuarded(place, guard);
  using _limit = after(connectLimitMs, () => resolve(`no connection within ${connectLimitMs / 1000} s`));
  socket.once("connect", () => resolve(null));
  socket.on("error", (error) => resolve(systemErrorCode(error) ?? messageOf(error)));
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}
