/**
 * A door in front of an engine's socket that can be shut in three ways: an engine that is lost, without touching the engine, which others may be using.
 * Whoever came in before is treated as the engine would treat him.
 */

import { once } from "node:events";
import { linkSync, renameSync, rmSync } from "node:fs";
import { createConnection, createServer, type Server, type Socket } from "node:net";

export interface Relay extends AsyncDisposable {
  /** For DOCKER_HOST. */
  readonly endpoint: string;
  /** Connections break, and nobody listens any more: the socket's file stays, as that of an engine that was killed. */
  refuse(): Promise<void>;
  /** The file is gone as well: an engine that ended in an orderly way. */
  remove(): Promise<void>;
  /** Connections are accepted, and what comes waits until the engine goes on. */
  pause(): void;
  /** As if nothing had been; what waited is delivered. */
  back(): Promise<void>;
}

/** `path`: of the relay's own socket; `engine`: of the real one's. */
export async function startRelay(path: string, engine: string): Promise<Relay> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let isPaused = false;
  const accept = (client: Socket): void => {
    const upstream = createConnection(engine);
    const pair = [client, upstream] as const;
    pairs.add(pair);
    for (const [one, other] of [pair, pair.toReversed()]) join(one, other, () => pairs.delete(pair));
    if (isPaused) hold(pair);
  };
  let server = await listen(path, accept);
  const close = async (): Promise<void> => {
    const closed = once(server, "close");
    server.close();
    for (const socket of [...pairs].flat()) socket.destroy();
    await closed;
  };
  return {
    endpoint: `unix://${path}`,
    refuse: async () => {
      // Whoever closes a socket takes its file away: another name of it stays.
      linkSync(path, `${path}.kept`);
      await close();
      renameSync(`${path}.kept`, path);
    },
    remove: close,
    pause: () => {
      isPaused = true;
      for (const pair of pairs) hold(pair);
    },
    back: async () => {
      isPaused = false;
      for (const socket of [...pairs].flat()) socket.resume();
      if (server.listening) return;
      rmSync(path, { force: true });
      server = await listen(path, accept);
    },
    [Symbol.asyncDispose]: async () => {
      if (server.listening) await close();
      rmSync(path, { force: true });
    },
  };
}

function hold(pair: readonly Socket[]): void {
  for (const socket of pair) socket.pause();
}

async function listen(path: string, accept: (client: Socket) => void): Promise<Server> {
  const server = createServer(accept).listen(path);
  await once(server, "listening");
  return server;
}

/** What `one` says goes to `other`, its end as well. */
function join(one: Socket | undefined, other: Socket | undefined, ended: () => void): void {
  one?.on("data", (chunk) => other?.write(chunk));
  // How it ended is seen at its close.
  one?.on("error", () => {});
  one?.once("close", () => {
    other?.end();
    ended();
  });
}
