/** A port for a program that cannot choose one for itself. Somebody else may take it before the program does; then the program says so and ends. */

import { once } from "node:events";
import { createServer } from "node:net";
import { RoadworthyError } from "../../base/error.ts";

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new RoadworthyError("internal", "a TCP server has no address");
  return address.port;
}
