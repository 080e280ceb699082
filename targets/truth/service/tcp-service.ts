/** Lines over TCP: `ping` is answered with `pong`, `put <store> <id>` with 201, 409 or 500, or the connection is ended. While the service is down by "5xx", with `down`. */

import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { listenerOf, type ServiceParts } from "./http-service.ts";
import { Port } from "./port.ts";

export function tcpService({ desk, outages, stores }: ServiceParts, port: number): Port {
  const server = createServer((socket) => {
    createInterface({ input: socket }).on("line", (line) => {
      desk.receive({
        serve: () => {
          const [word, kind = "", id = ""] = line.split(" ");
          const answer = word === "put" ? stores.of(kind)?.write(id) : undefined;
          if (answer === null) socket.destroy();
          else socket.write(`${word === "ping" ? "pong" : (answer ?? 404)}\n`);
        },
        fail: (by) => (by === "5xx" ? void socket.write("down\n") : void socket.resetAndDestroy()),
        isGone: () => socket.destroyed,
      });
    });
  });
  const place = new Port(server, port);
  outages.listen(listenerOf(place, desk));
  return place;
}
