/** What is loopback: 127.0.0.0/8 and ::1, also written as IPv4 inside IPv6. Pure; names are not resolved here. */

import { BlockList, isIP } from "node:net";

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");
loopback.addSubnet("::ffff:127.0.0.0", 104, "ipv6");

/** Whether `address` is a literal loopback address. A name, also `localhost`, is not: resolve it first. */
export function isLoopbackAddress(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && loopback.check(address, family === 4 ? "ipv4" : "ipv6");
}

/** `127.0.0.1:80`, `[::1]:80`, `name:80`, `:80` (empty host) → its parts; null for anything else. */
export function parseAddress(text: string): HostAndPort | null {
  const match = /^(?:\[([0-9a-fA-F:.%]+)\]|([^:[\]\s/@]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3] ?? Number.NaN);
  if (match === null || !(port <= 65_535)) return null;
  return { host: match[1] ?? match[2] ?? "", port };
}

/** The reverse of `parseAddress`. */
export function formatAddress({ host, port }: HostAndPort): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
