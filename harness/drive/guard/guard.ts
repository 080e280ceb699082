/**
 * What load, probes, queries, proxies and undos may connect to: loopback, and what was allowed by address and port. Decided on literal
 * addresses only; a name is looked up first, and what it leads to is decided on, each time a connection is opened (R29).
 *
 *     host ──literal──▶ guard(address, port) ──yes──▶ connect to exactly this address
 *       └──name──▶ look-up ──▶ each address ──▶ guard …            anything else is refused before it is looked up
 */

import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { messageOf, RoadworthyError } from "../../base/error.ts";
import { formatAddress, isLoopbackAddress, parseAddress, type HostAndPort } from "../../base/loopback-address.ts";
import { isNeverAllowed } from "./never-allowed.ts";

/** Whether a connection to this literal address and port may be opened. */
export type Guard = (address: string, port: number) => boolean;

/** Gives the addresses behind a name. */
export type Resolve = (name: string) => Promise<readonly string[]>;

export const loopbackOnly: Guard = (address) => isLoopbackAddress(address);

/** Loopback, and the `address:port` pairs of `allowed` (literal addresses, as `pinAllowed` gives them). */
export function guardOf(allowed: readonly string[]): Guard {
  const extra = new Set(allowed.flatMap((pair) => parseAddress(pair) ?? []).map(({ host, port }) => `${canonicalAddress(host)} ${port}`));
  return (address, port) => {
    if (isLoopbackAddress(address)) return true;
    const literal = canonicalAddress(address);
    return literal !== null && !isNeverAllowed(literal) && extra.has(`${literal} ${port}`);
  };
}

/** Throws `not-allowed` unless `host` is a literal address that the guard lets through. Called right before a socket connects to it. */
export function assertPermitted({ host, port }: HostAndPort, guard: Guard): void {
  if (isIP(host) === 0 || !guard(host, port)) throw refusal({ host, port });
}

/** The literal address to connect to: `host` itself, or the first address behind the name that may be touched. Throws `not-allowed` when there is none. */
export async function permittedAddress({ host, port }: HostAndPort, guard: Guard, resolve?: Resolve): Promise<string> {
  if (isIP(host) !== 0) {
    assertPermitted({ host, port }, guard);
    return host;
  }
  const address = (await addressesOf({ host, port }, resolve)).find((candidate) => guard(candidate, port));
  if (address === undefined) throw refusal({ host, port });
  return address;
}

/** What is behind a name. Throws `not-allowed` for what is no plain host name, without looking it up, and for what is not known. */
export async function addressesOf({ host, port }: HostAndPort, resolve: Resolve = resolveByName): Promise<readonly string[]> {
  if (!isHostName(host)) throw refusal({ host, port });
  try {
    return await resolve(host);
  } catch (error) {
    throw new RoadworthyError("not-allowed", `${host} cannot be looked up: ${messageOf(error)}`, { hint: "write an address such as 127.0.0.1", where: host, cause: error });
  }
}

/**
 * Letters, digits, hyphens and underscores between single dots, and a last part that is no number: to the system's look-up `2130706433`,
 * `0x7f.1`, `0177.0.0.1` and `127.1` are addresses in disguise, and `name.` is the same as `name`, but not to a list.
 */
export function isHostName(host: string): boolean {
  const parts = host.split(".");
  const last = parts.at(-1) ?? "";
  return host.length <= 253 && parts.every((part) => /^[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?$/.test(part)) && !/^(\d+|0x[0-9a-f]*)$/i.test(last);
}

/** One spelling for each literal address; IPv4 inside IPv6 is the IPv4 address. null for what is none, and for one with a zone. */
export function canonicalAddress(address: string): string | null {
  const family = address.includes("%") ? 0 : isIP(address);
  if (family !== 6) return family === 0 ? null : address;
  const text = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(text) ?? [];
  if (high === undefined || low === undefined) return text;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join(".");
}

export function refusal({ host, port }: HostAndPort): RoadworthyError {
  const where = formatAddress({ host, port });
  return new RoadworthyError("not-allowed", `${where} is not allowed: it is not a loopback address`, {
    hint: "name it with --allow-target and in roadworthy.allow.yaml; metadata, link-local and multicast addresses stay refused",
    where,
  });
}

async function resolveByName(name: string): Promise<string[]> {
  return (await lookup(name, { all: true })).map(({ address }) => address);
}
