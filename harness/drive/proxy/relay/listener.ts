/**
 * A port of a link. Node takes one connection a turn of its loop from a listening socket; under full load a turn is long, and new connections
 * would wait. Where the system can share a port between sockets, several listen on it, so that a turn takes several connections.
 */

import { once } from "node:events";
import { createServer, type ListenOptions, type Server, type Socket } from "node:net";
import { isLoopbackAddress, type HostAndPort } from "../../../base/loopback-address.ts";
import { HttpRefusal } from "../../../base/loopback-server.ts";
import { messageOf } from "../../../base/error.ts";
import { socketBufferBytes } from "./upstream.ts";

const backlogConnections = 4096;
const connectionsLimit = 20_000;
const sockets = process.platform === "linux" ? 4 : 1;

export interface Listener {
  readonly address: HostAndPort;
  /** Closes the port; resolves when every connection that came through it is closed. */
  close(): Promise<void>;
}

/** `HttpRefusal` 500 when the port cannot be had, 403 when it is not loopback. */
export async function listen(wanted: HostAndPort, accept: (client: Socket) => void): Promise<Listener> {
  if (sockets === 1) {
    const server = await open({ ...wanted }, accept);
    return { address: addressOf(server), close: () => closeAll([server]) };
  }
  // A port that is shared is given to whoever asks for a share. That nobody else has it is known once it was had alone.
  const probe = await open({ ...wanted }, (client) => client.destroy());
  const address = addressOf(probe);
  await closeAll([probe]);
  const servers: Server[] = [];
  try {
    while (servers.length < sockets) servers.push(await open({ ...address, reusePort: true }, accept));
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
  return { address, close: () => closeAll(servers) };
}

async function open(options: ListenOptions, accept: (client: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true, highWaterMark: socketBufferBytes }, accept);
  server.maxConnections = connectionsLimit;
  try {
    server.listen({ ...options, backlog: backlogConnections });
    await once(server, "listening");
  } catch (error) {
    throw new HttpRefusal(500, messageOf(error));
  }
  // Running out of file handles is reported here; the connection waits in the backlog.
  server.on("error", () => undefined);
  return server;
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  const closed = servers.map((server) => once(server, "close"));
  for (const server of servers) server.close();
  await Promise.all(closed);
}

function addressOf(server: Server): HostAndPort {
  const address = server.address();
  if (address === null || typeof address === "string") throw new HttpRefusal(500, "the link has no port");
  // A name may have led elsewhere than it seemed to.
  if (!isLoopbackAddress(address.address)) {
    server.close();
    throw new HttpRefusal(403, `${address.address} is not a loopback address`);
  }
  return { host: address.address, port: address.port };
}
