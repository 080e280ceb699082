/** For tests: a proxy in this process with its client, upstreams of real sockets, and the few things that tests do with sockets. */

import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { connectProxy, type LinkAddress, type ProxyClient, type ToxicRequest } from "./client.ts";
import { startProxyServer } from "./server.ts";

export interface ProxyUnderTest extends AsyncDisposable {
  readonly address: string;
  readonly client: ProxyClient;
  /** A link to the upstream, with these toxics. */
  link(upstream: Upstream, ...toxics: ToxicRequest[]): Promise<LinkAddress>;
}

export async function startProxy(): Promise<ProxyUnderTest> {
  const server = await startProxyServer({ listen: "127.0.0.1", port: 0, seed: 7, allowed: [] });
  const address = `127.0.0.1:${server.port}`;
  const client = connectProxy(address);
  let count = 0;
  return {
    address,
    client,
    async link(upstream, ...toxics) {
      count += 1;
      const link = await client.createLink({ name: `link${count}`, upstream: `127.0.0.1:${upstream.port}`, enabled: true });
      for (const toxic of toxics) await client.addToxic(link.name, toxic);
      return link;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

export interface Upstream extends AsyncDisposable {
  readonly port: number;
  readonly sockets: ReadonlySet<Socket>;
}

/** A server that gives each connection to `serve`; half-open, so that `serve` sees the client's end and decides itself. */
export async function startUpstream(serve: (socket: Socket) => void): Promise<Upstream> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    serve(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: portOf(server),
    sockets,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("not listening on a port");
  return address.port;
}

export function echo(socket: Socket): void {
  socket.pipe(socket);
}

/** Connected; half-open, errors are left to whoever listens for them. */
export async function dial({ host, port }: { host: string; port: number }): Promise<Socket> {
  const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
  await once(socket, "connect");
  return socket;
}

/** The next `byteCount` bytes. */
export async function receive(socket: Socket, byteCount: number): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  while (sizeBytes < byteCount) {
    const [chunk]: unknown[] = await once(socket, "data");
    if (!Buffer.isBuffer(chunk)) throw new TypeError("not bytes");
    chunks.push(chunk);
    sizeBytes += chunk.length;
  }
  return Buffer.concat(chunks).toString();
}

/** How the connection ends: with the code of an error, or "closed". */
export async function fateOf(socket: Socket): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  socket.once("close", () => resolve("closed"));
  socket.once("end", () => socket.end());
  socket.resume();
  return await promise;
}
