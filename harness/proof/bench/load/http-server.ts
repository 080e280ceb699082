/** The server of the load bench, as a process: a small JSON answer to every request. Says its port; ends with its input. */

import { once } from "node:events";
import { createServer } from "node:http";
import { runSpawned } from "../../../base/spawned.ts";

await runSpawned(async (parent) => {
  const body = JSON.stringify({ status: "ok", items: [1, 2, 3], note: "a small answer, as an API gives it" });
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  const server = createServer((_request, response) => response.writeHead(200, headers).end(body));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  parent.say(JSON.stringify(server.address()));
  await parent.next();
  server.close();
  server.closeAllConnections();
});
