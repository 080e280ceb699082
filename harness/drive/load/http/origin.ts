/** Where requests go: a literal address, looked up and pinned before anything is sent, and whether TLS is spoken there. */

import { isIP } from "node:net";
import type { Route } from "../../../scenario/route.ts";
import { permittedAddress, type Guard } from "../../guard/guard.ts";
import type { Address } from "../../stack/address.ts";

export interface Origin {
  /** Its host is a literal address: names are looked up once, before the load starts. */
  readonly address: Address;
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
export async function originOf({ tls }: Pick<Route, "tls">, { host, port }: Address, guard: Guard): Promise<Origin> {
  const address = { host: await permittedAddress({ host, port }, guard), port };
  if (tls === undefined) return plainOrigin(address);
  return { address, tls: { serverName: tls.serverName ?? (isIP(host) === 0 ? host : null), insecure: tls.insecure } };
}
