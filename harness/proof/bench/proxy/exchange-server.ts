/** A server for the proxy bench, as a process: gives each request the answer it asks for (`message.ts`). Says its port; ends with its input. */

import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { runSpawned } from "../../../base/spawned.ts";
import { headBytes } from "./message.ts";

const block: Buffer = Buffer.alloc(1_048_576, "a");
const backlogConnections = 1024;

await runSpawned(async (parent) => {
  const server = createServer({ noDelay: true }, (socket) => {
    serve(socket);
    parent.ended.addEventListener("abort", () => socket.destroy());
  });
  server.listen({ port: 0, host: "127.0.0.1", backlog: backlogConnections });
  await once(server, "listening");
  parent.say(JSON.stringify(server.address()));
  await parent.next();
  server.close();
});

function serve(socket: Socket): void {
  let rest: Buffer = Buffer.alloc(0);
  /** Of the request whose head was read: how much of it is still to come, and what it wants. */
  let missingBytes = 0;
  let answerBytes = 0;
  let owedBytes = 0;
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: Buffer) => {
    let data: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (missingBytes > 0 ? data.length > 0 : data.length >= headBytes) {
      if (missingBytes === 0) {
        missingBytes = data.readUInt32LE(0);
        answerBytes = data.readUInt32LE(4);
      }
      const taken = Math.min(missingBytes, data.length);
      missingBytes -= taken;
      data = data.subarray(taken);
      if (missingBytes === 0) owedBytes += answerBytes;
    }
    rest = data;
    // The answers to all that came together are one write.
    answer(socket, owedBytes);
    owedBytes = 0;
  });
}

function answer(socket: Socket, answerBytes: number): void {
  for (let sent = 0; sent < answerBytes; sent += block.length) socket.write(block.subarray(0, answerBytes - sent));
}
