/** Where requests go: a literal address, looked up and pinned before anything is sent, and whether TLS is spoken there. */

import { isIP } from "node:net";
import type { Route } from "../../../scenario/route.ts";
import { permittedAddress, type Guard, type Resolve } from "../../guard/guard.ts";
import type { Address } from "../../stack/address.ts";

export interface Origin {
  /** Its host is a literal address: names are looked up once, before the load starts. */
  readonly address: Address;
  /** The name that led to the address, for requests to call it by; left out where there was none. */
  readonly name?: string;
  /** null: plain HTTP. */
  readonly tls: OriginTls | null;
}

export interface OriginTls {
  /** The name that is asked for (SNI) and that the certificate must be for; null for an address without a name. */
  readonly serverName: string | null;
  /** Takes any certificate. */
  readonly insecure: boolean;
}

/** A plain origin. */
export function plainOrigin(address: Address): Origin {
  return { address, tls: null };
}

/** Routes of one name go to one origin: a node may speak TLS on some of its routes, under several names. */
export function originName({ node, tls }: Pick<Route, "node" | "tls">): string {
  return tls === undefined ? node : `${node} over TLS as ${tls.serverName ?? "itself"}${tls.insecure ? ", unchecked" : ""}`;
}

/** Where a route goes. Its host is looked up here, once, so that a run cannot be led elsewhere. Throws `not-allowed`. */
export async function originOf({ tls }: Pick<Route, "tls">, { host, port }: Address, { guard, resolve }: { guard: Guard; resolve?: Resolve }): Promise<Origin> {
  const address = { host: await permittedAddress({ host, port }, guard, resolve), port };
  const called = isIP(host) === 0 ? { name: host } : {};
  if (tls === undefined) return { ...plainOrigin(address), ...called };
  return { address, ...called, tls: { serverName: tls.serverName ?? called.name ?? null, insecure: tls.insecure } };
}
