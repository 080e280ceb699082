/**
 * The server of the load bench where there is no nginx, as a process: a small JSON answer to every request, made once. Says its port;
 * answers each line with how many requests it has answered; ends with its input.
 */

import { once } from "node:events";
import { createServer } from "node:net";
import { runSpawned } from "../../base/spawned.ts";
import { answerBody } from "./answer.ts";

const answer = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(answerBody)}\r\n\r\n${answerBody}`;
const headEnd = "\r\n\r\n";

await runSpawned(async (parent) => {
  let served = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    parent.ended.addEventListener("abort", () => socket.destroy());
    // Requests here have no body, and none arrives in two pieces: each end of a head is a request.
    socket.on("data", (bytes: Buffer) => {
      let count = 0;
      for (let at = bytes.indexOf(headEnd); at >= 0; at = bytes.indexOf(headEnd, at + headEnd.length)) count += 1;
      served += count;
      socket.write(answer.repeat(count));
    });
  });
  server.listen({ port: 0, host: "127.0.0.1", backlog: 1024 });
  await once(server, "listening");
  parent.say(JSON.stringify(server.address()));
  for (let order = await parent.next(); order !== undefined; order = await parent.next()) parent.say(JSON.stringify({ served }));
  server.close();
});
