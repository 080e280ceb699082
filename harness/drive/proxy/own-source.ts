/**
 * How the harness's own connections over a link, probes and witnesses, are told from the service's: they come from an address of loopback
 * that nobody else has a reason to use. So a link knows whether the service used it at all, or walked past it.
 */

import type { Socket, TcpSocketConnectOpts } from "node:net";

/** On Linux all of 127.0.0.0/8 is there; elsewhere only 127.0.0.1 is without being set up, and the two cannot be told apart. */
export const ownSource = process.platform === "linux" ? "127.82.87.1" : null;

export function isOwnSource(remoteAddress: string | undefined): boolean {
  return ownSource !== null && remoteAddress === ownSource;
}

/** The same socket, which now connects to `place` from the place's own source, whatever way its user connects it. Nothing changes without one. */
export function fromOwnSource(socket: Socket, place: { host: string; port: number; from?: string | undefined }): Socket {
  const { host, port, from } = place;
  if (from === undefined) return socket;
  const connect = socket.connect.bind(socket);
  const options: TcpSocketConnectOpts = { host, port, localAddress: from };
  return Object.assign(socket, { connect: () => connect(options) });
}
