/** Opens sockets, and only to what the guard lets through: the one door out of the harness. */

import type { LookupAddress } from "node:dns";
import { connect, isIP, Socket, type LookupFunction, type TcpNetConnectOpts } from "node:net";
import { connect as connectTls, createSecureContext, type ConnectionOptions, type SecureContext, type TLSSocket } from "node:tls";
import { callbackify } from "node:util";
import { messageOf } from "../../base/error.ts";
import type { HostAndPort } from "../../base/loopback-address.ts";
import { addressesOf, assertPermitted, isHostName, refusal, type Guard, type Resolve } from "./guard.ts";

/** How the socket behaves; where it goes is not among it. */
export type SocketOptions = Omit<TcpNetConnectOpts, "host" | "port" | "path" | "lookup" | "autoSelectFamily"> & {
  /** Node's socket takes it, the type of its options leaves it out. */
  readonly highWaterMark?: number;
  /** Instead of the system's look-up. */
  readonly resolve?: Resolve;
};

/** A socket that is connecting. A refusal comes as its `error` event, like one of the network, and nothing has been sent by then. */
export function connectGuarded({ host, port }: HostAndPort, guard: Guard, { resolve, ...options }: SocketOptions = {}): Socket {
  const isRefused = isIP(host) === 0 ? !isHostName(host) : !guard(host, port);
  if (isRefused) return new Socket().destroy(refusal({ host, port }));
  return connect({ ...options, host, port, lookup: guardedLookup(port, guard, resolve) });
}

/** How TLS is spoken. */
export interface TlsOptions {
  /** The name that is asked for, and that the certificate must be for; null: the address. */
  readonly serverName: string | null;
  /** Takes any certificate. */
  readonly insecure: boolean;
  readonly protocols: readonly string[];
  /** Of an earlier connection to the same place, to go on with. */
  readonly session: Buffer | undefined;
  readonly onread: NonNullable<TcpNetConnectOpts["onread"]>;
}

/** The same with TLS over it, to a literal address. Throws `not-allowed`. It is open at `secureConnect`: nothing is to be written before. */
export function connectTlsGuarded(place: HostAndPort, guard: Guard, { serverName, session, ...options }: TlsOptions): TLSSocket {
  assertPermitted(place, guard);
  // Made once: it reads the certificates of all authorities.
  secureContext ??= createSecureContext();
  const how: ConnectionOptions & Pick<TlsOptions, "onread"> = {
    host: place.host,
    port: place.port,
    secureContext,
    rejectUnauthorized: !options.insecure,
    ALPNProtocols: [...options.protocols],
    onread: options.onread,
    ...(serverName === null ? {} : { servername: serverName }),
    ...(session === undefined ? {} : { session }),
  };
  const socket = connectTls(how);
  socket.setNoDelay(true);
  return socket;
}

let secureContext: SecureContext | undefined;

/** A socket that its user connects to `place`, a literal address that is decided on here. Throws `not-allowed`. */
export function socketFor(place: HostAndPort, guard: Guard): Socket {
  assertPermitted(place, guard);
  return new ContainedSocket();
}

/**
 * A socket whose reader may throw: a client that cannot read what a fault has made of an answer has lost its connection, and not its process.
 * (pg throws out of the `data` event for messages that it does not know.)
 */
class ContainedSocket extends Socket {
  override emit(event: string | symbol, ...values: unknown[]): boolean {
    if (event !== "data") return super.emit(event, ...values);
    try {
      return super.emit(event, ...values);
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(messageOf(error)));
      return true;
    }
  }
}

/** Gives the socket those addresses of a name only that may be touched. Asked by each socket itself, so that a later connection is decided on anew. */
function guardedLookup(port: number, guard: Guard, resolve?: Resolve): LookupFunction {
  const decide = callbackify(async (host: string): Promise<LookupAddress[]> => {
    const open = (await addressesOf({ host, port }, resolve)).filter((address) => guard(address, port));
    if (open.length === 0) throw refusal({ host, port });
    return open.map((address) => ({ address, family: isIP(address) }));
  });
  return (host, options, callback) => {
    decide(host, (error, open) => {
      const [first] = open ?? [];
      if (error !== null || first === undefined) callback(error, "", 0);
      else if (options.all === true) callback(null, open);
      else callback(null, first.address, first.family);
    });
  };
}
