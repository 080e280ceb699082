/** Addresses that no allow-list opens. Pure. */

import { BlockList, isIP } from "node:net";
import { isLoopbackAddress } from "../../base/loopback-address.ts";

/** [network, prefix length] */
const never4: readonly (readonly [string, number])[] = [
  // "This host": a connection to 0.0.0.0 arrives at whatever listens here, whoever started it.
  ["0.0.0.0", 8],
  // Link-local; 169.254.169.254 is where most clouds serve credentials to whoever asks.
  ["169.254.0.0", 16],
  // The same of Alibaba, Oracle and Azure, outside of the link-local range.
  ["100.100.100.200", 32],
  ["192.0.0.192", 32],
  ["168.63.129.16", 32],
  // Multicast, reserved, broadcast.
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

const never6: readonly (readonly [string, number])[] = [
  ["::", 128],
  ["fe80::", 10],
  // Metadata of AWS, of Google and of Scaleway over IPv6.
  ["fd00:ec2::254", 128],
  ["fd20:ce::254", 128],
  ["fd00:42::42", 128],
  ["ff00::", 8],
];

/** Ways to write an IPv4 address into an IPv6 one: mapped, compatible, NAT64; 6to4 carries it further up. */
const carriers = ["::ffff:", "::", "64:ff9b::"];

const never = new BlockList();
for (const [network, bits] of never6) never.addSubnet(network, bits, "ipv6");
for (const [network, bits] of never4) {
  never.addSubnet(network, bits, "ipv4");
  for (const carrier of carriers) never.addSubnet(`${carrier}${network}`, 96 + bits, "ipv6");
  never.addSubnet(`2002:${hexPair(network)}::`, 16 + bits, "ipv6");
}

/** Whether this literal address is never connected to. False for what is no literal address. */
export function isNeverAllowed(address: string): boolean {
  const family = isIP(address);
  // `::1` lies where 0.0.0.1 would, written the old way.
  return family !== 0 && !isLoopbackAddress(address) && never.check(address, family === 4 ? "ipv4" : "ipv6");
}

/** `169.254.0.0` → `a9fe:0`. */
function hexPair(network: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = network.split(".").map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}
