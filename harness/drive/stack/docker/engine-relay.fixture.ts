/** A container engine's socket by TCP, as engines are met that listen on a port: on an address that is this machine's and still not loopback, so that it counts as another machine's. */

import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export interface EngineRelay extends AsyncDisposable {
  /** As DOCKER_HOST names it. */
  readonly endpoint: string;
  readonly at: { readonly host: string; readonly port: number };
}

/** Of a socket, at the address of a network that only the engine's own machine and that network's containers can reach. */
export async function relayEngine(endpoint: string, host: string): Promise<EngineRelay> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (incoming) => {
    const outgoing = connect({ path: endpoint.slice("unix://".length), allowHalfOpen: true });
    for (const [socket, other] of [[incoming, outgoing], [outgoing, incoming]] as const) {
      open.add(socket);
      socket.pipe(other);
      socket.once("error", () => other.destroy());
      socket.once("close", () => open.delete(socket));
    }
  });
  server.listen(0, host);
  await once(server, "listening");
  const place = server.address();
  const port = typeof place === "object" && place !== null ? place.port : 0;
  return {
    endpoint: `tcp://${host}:${port}`,
    at: { host, port },
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
