/** Servers that this process opens for itself for a moment, on loopback: to warm up, and to be asked by tests and proofs. Those for others are `loopback-server`'s. */

import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { RoadworthyError } from "./error.ts";

export interface Listening extends AsyncDisposable {
  readonly port: number;
}

/** Lets it listen on 127.0.0.1, on a port of the system's choice. Disposing it cuts its connections. */
export async function listening(server: Server): Promise<Listening> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new RoadworthyError("internal", "a TCP server has no address");
  return {
    port: address.port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      if (!server.listening) return;
      server.close();
      await once(server, "close");
    },
  };
}

/** A port for a program that cannot choose one for itself. Somebody else may take it before the program does; then the program says so and ends. */
export async function freePort(): Promise<number> {
  await using server = await listening(createServer());
  return server.port;
}
