/**
 * The reverse of the guard, for engines that take forbidden networks only: `k6 run --blacklist-ip <CIDR>`, which looks at the resolved
 * address at connect time and after redirects. Pure.
 */

import { isIP } from "node:net";
import { parseAddress } from "../../base/loopback-address.ts";
import { canonicalAddress } from "./guard.ts";
import { isNeverAllowed } from "./never-allowed.ts";

/** A network as a number: its first address, and how many leading bits are fixed. */
interface Network {
  readonly first: bigint;
  readonly bits: number;
}

/**
 * CIDRs that together hold every address but loopback and those of `allowed` (`address:port` pairs), each address once, lowest first, IPv4 before
 * IPv6. A CIDR has no ports: an allowed address is open on all of its ports here, so whoever uses this checks the ports of the script's URLs too.
 * IPv4 inside IPv6 (`::ffff:127.0.0.1`) is IPv4 to k6, and here.
 */
export function blacklistOf(allowed: readonly string[]): string[] {
  const open = allowed.flatMap((pair) => canonicalAddress(parseAddress(pair)?.host ?? "") ?? []).filter((address) => !isNeverAllowed(address));
  const open4 = open.filter((address) => isIP(address) === 4).map((address) => ({ first: numberOf4(address), bits: 32 }));
  const open6 = open.filter((address) => isIP(address) === 6).map((address) => ({ first: numberOf6(address), bits: 128 }));
  const closed4 = complement([{ first: 127n << 24n, bits: 8 }, ...open4], { first: 0n, bits: 0 }, 32);
  const closed6 = complement([{ first: 1n, bits: 128 }, ...open6], { first: 0n, bits: 0 }, 128);
  return [...closed4.map(({ first, bits }) => `${text4(first)}/${bits}`), ...closed6.map(({ first, bits }) => `${text6(first)}/${bits}`)];
}

/** What is left of `whole` without the holes, in the fewest networks: it is halved until each part is all closed or all open. */
function complement(holes: readonly Network[], whole: Network, width: number): Network[] {
  const inside = holes.filter((hole) => overlaps(hole, whole, width));
  if (inside.length === 0) return [whole];
  if (inside.some((hole) => hole.bits <= whole.bits)) return [];
  const bits = whole.bits + 1;
  const low = { first: whole.first, bits };
  const high = { first: whole.first + (1n << BigInt(width - bits)), bits };
  return [...complement(inside, low, width), ...complement(inside, high, width)];
}

function overlaps(one: Network, other: Network, width: number): boolean {
  const shift = BigInt(width - Math.min(one.bits, other.bits));
  return one.first >> shift === other.first >> shift;
}

function numberOf4(address: string): bigint {
  return address.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

/** Of the canonical spelling, which has at most one `::` and no dots. */
function numberOf6(address: string): bigint {
  const [before = [], behind = []] = address.split("::").map((half) => half.split(":").filter((part) => part !== ""));
  const zeros = Array.from({ length: 8 - before.length - behind.length }, () => "0");
  return [...before, ...zeros, ...behind].reduce((sum, part) => sum * 65_536n + BigInt(`0x${part}`), 0n);
}

function text4(first: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (first >> shift) & 255n).join(".");
}

/** Eight groups, nothing left out: the shortest spelling could be one that looks like IPv4 to somebody. */
function text6(first: bigint): string {
  return Array.from({ length: 8 }, (_, index) => ((first >> BigInt(112 - 16 * index)) & 0xffffn).toString(16)).join(":");
}
