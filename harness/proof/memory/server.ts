/** Answers every piece of bytes with the same answer, and prints its port: requests of the load engine arrive in one piece. */

import { createServer } from "node:net";

const answer = Buffer.from("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello");

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("data", () => socket.write(answer));
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(typeof address === "object" && address !== null ? address.port : 0);
});
process.once("SIGTERM", () => process.exit());
