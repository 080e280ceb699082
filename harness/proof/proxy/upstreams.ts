/** Servers for the proof of the proxy, as a process: one that echoes, and bad ones. Says its ports (`ports.ts`); ends with its input. */

import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { runSpawned } from "../../base/spawned.ts";
import { every } from "../../base/time.ts";
import type { Ports } from "./ports.ts";

const backlogConnections = 4096;
const block = Buffer.alloc(65_536, "f");
const slowEveryMs = 100;

const behaviours: Readonly<Record<keyof Ports, (socket: Socket) => void>> = {
  echo: (socket) => void socket.pipe(socket),
  // One byte at a time, and nothing is read.
  slow: (socket) => {
    const ticks = every(slowEveryMs, () => socket.write("s"));
    socket.on("close", () => ticks[Symbol.dispose]());
  },
  resets: (socket) => void socket.once("data", () => socket.resetAndDestroy()),
  // As much as the other side takes.
  floods: (socket) => {
    const more = (): void => {
      while (!socket.destroyed && socket.write(block));
    };
    socket.on("drain", more);
    more();
  },
};

await runSpawned(async (parent) => {
  const ports = { echo: 0, slow: 0, resets: 0, floods: 0 };
  for (const name of ["echo", "slow", "resets", "floods"] as const) {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      socket.on("error", () => socket.destroy());
      behaviours[name](socket);
      parent.ended.addEventListener("abort", () => socket.destroy());
    });
    parent.ended.addEventListener("abort", () => server.close());
    server.listen({ port: 0, host: "127.0.0.1", backlog: backlogConnections });
    await once(server, "listening");
    const address = server.address();
    if (address !== null && typeof address !== "string") ports[name] = address.port;
  }
  parent.say(JSON.stringify(ports));
  await parent.next();
});
