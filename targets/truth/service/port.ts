/** A server on a port of loopback that can be closed and opened again, with its connections. */

import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";

const backlogConnections = 4096;

export class Port {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port: number;

  constructor(server: Server, port: number) {
    this.#server = server;
    this.#port = port;
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => {});
      socket.once("close", () => this.#sockets.delete(socket));
    });
  }

  get number(): number {
    return this.#port;
  }

  /** Takes the same port as before. */
  async open(): Promise<void> {
    this.#server.listen({ host: "127.0.0.1", port: this.#port, backlog: backlogConnections });
    await once(this.#server, "listening");
    const address = this.#server.address();
    if (isAddress(address)) this.#port = address.port;
  }

  /** From now on connections are refused. */
  close(): void {
    this.#server.close();
    this.reset();
  }

  /** Every connection that there is gets a reset. */
  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }
}

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return address !== null && typeof address === "object";
}
