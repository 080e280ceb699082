/** Where requests go: a literal address, looked up and pinned before anything is sent, and whether TLS is spoken there. */

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
