/** The front of the tiny system: keeps orders in the store behind it, and says 503 when it cannot. */

import { createServer, request, type ServerResponse } from "node:http";

const store = new URL(process.env["STORE_URL"] ?? "");

createServer((ask, answer) => {
  if (ask.url === "/health") return void answer.writeHead(200, { "content-type": "application/json" }).end('{"status":"ok"}');
  const onward = request({ host: store.hostname, port: store.port, path: ask.url, method: ask.method, timeout: 1000 }, (response) => {
    answer.writeHead(response.statusCode ?? 500, { "content-type": "application/json" });
    response.pipe(answer);
  });
  onward.on("error", () => refuse(answer));
  onward.on("timeout", () => onward.destroy(new Error("timeout")));
  ask.pipe(onward);
}).listen(Number(process.env["PORT"]), "127.0.0.1");

function refuse(answer: ServerResponse): void {
  if (answer.headersSent) answer.destroy();
  else answer.writeHead(503, { "content-type": "application/json" }).end('{"status":"unavailable"}');
}
