/** Opens connections to upstreams, and only to those that may be reached. Decided on the address that a name resolves to, each time. */

import { lookup } from "node:dns";
import { BlockList, connect, isIP, Socket, type LookupFunction } from "node:net";
import { RoadworthyError } from "../../../base/error.ts";
import { formatAddress, isLoopbackAddress, type HostAndPort } from "../../../base/loopback-address.ts";

/** Bytes that a socket takes before it asks the sender to wait. */
export const socketBufferBytes = 262_144;

/** Whether a connection to this address (a literal) and port may be made. */
export type UpstreamGuard = (address: string, port: number) => boolean;

/** Where clouds serve credentials to whoever asks: no allow-list opens these. */
const neverAllowed = new BlockList();
neverAllowed.addSubnet("169.254.0.0", 16, "ipv4");
neverAllowed.addSubnet("fe80::", 10, "ipv6");
neverAllowed.addAddress("fd00:ec2::254", "ipv6");

/** Loopback, and the literal `address:port` pairs of `allowed`. */
export function upstreamGuard(allowed: readonly string[] = []): UpstreamGuard {
  const extra = new Set(allowed);
  return (address, port) => {
    const family = isIP(address);
    if (family === 0 || neverAllowed.check(address, family === 4 ? "ipv4" : "ipv6")) return false;
    return isLoopbackAddress(address) || extra.has(formatAddress({ host: address, port }));
  };
}

/** The socket, still connecting. A refusal by the guard comes as its `error` event, like one of the network. */
export function connectUpstream({ host, port }: HostAndPort, guard: UpstreamGuard): Socket {
  // A literal address is connected to without a look-up, so it is judged here; nothing is sent.
  if (isIP(host) !== 0 && !guard(host, port)) return new Socket().destroy(refusal(formatAddress({ host, port })));
  // The type of Node's options leaves the high-water mark out, although every socket takes it.
  const options = { host, port, allowHalfOpen: true, noDelay: true, highWaterMark: socketBufferBytes, lookup: guardedLookup(port, guard) };
  return connect(options);
}

function guardedLookup(port: number, guard: UpstreamGuard): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { all: true, hints: options.hints ?? 0 }, (error, addresses) => {
      const open = error === null ? addresses.filter(({ address }) => guard(address, port)) : [];
      const [first] = open;
      if (first === undefined) callback(error ?? refusal(formatAddress({ host: hostname, port })), "", 0);
      else if (options.all === true) callback(null, open);
      else callback(null, first.address, first.family);
    });
  };
}

function refusal(where: string): RoadworthyError {
  return new RoadworthyError("not-allowed", `${where} is not allowed as an upstream`, { hint: "upstreams are loopback addresses, or named by --allow address:port", where });
}
