/** What load and probes may be sent to: loopback addresses. Decided on the resolved address, each time a connection is opened (R29). */

import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { messageOf, RoadworthyError } from "../../base/error.ts";
import { isLoopbackAddress } from "../../base/loopback-address.ts";

/** Throws `not-allowed` unless `address` is a literal loopback address. Called with what the socket is about to connect to. */
export function assertAllowed(address: string): void {
  if (isLoopbackAddress(address)) return;
  throw new RoadworthyError("not-allowed", `${address} is not a loopback address`, {
    hint: "Roadworthy sends load and faults to this machine only, unless a host is allowed with --allow-target",
    where: address,
  });
}

/** The address of `host`, looked up once and pinned. Throws `not-allowed` when it may not be touched, or has no address. */
export async function resolveAllowed(host: string): Promise<string> {
  const address = isIP(host) === 0 ? await addressOf(host) : host;
  assertAllowed(address);
  return address;
}

async function addressOf(host: string): Promise<string> {
  try {
    return (await lookup(host)).address;
  } catch (error) {
    throw new RoadworthyError("not-allowed", `${host} cannot be looked up: ${messageOf(error)}`, { hint: "write an address such as 127.0.0.1", where: host, cause: error });
  }
}
