/** A server for the proxy bench, as a process: for every request of so many bytes one answer of as many. Says its port; ends with its input. */

import { once } from "node:events";
import { createServer } from "node:net";
import { runSpawned } from "../../../base/spawned.ts";
import { payloadBytes } from "./exchange-size.ts";

await runSpawned(async (parent) => {
  const answer = Buffer.alloc(payloadBytes, "a");
  const server = createServer({ noDelay: true }, (socket) => {
    let receivedBytes = 0;
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      receivedBytes += chunk.length;
      for (; receivedBytes >= payloadBytes; receivedBytes -= payloadBytes) socket.write(answer);
    });
    parent.ended.addEventListener("abort", () => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  parent.say(JSON.stringify(server.address()));
  await parent.next();
  server.close();
});
