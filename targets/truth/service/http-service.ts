/** `GET /work`, `POST /writes/<store>` with an id as its body, and `GET /health`. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Desk } from "./desk.ts";
import type { Outages } from "./outages.ts";
import { Port } from "./port.ts";
import type { Stores } from "./store/stores.ts";

export interface ServiceParts {
  readonly desk: Desk;
  readonly outages: Outages;
  readonly stores: Stores;
  readonly lyingHealth: boolean;
}

export function httpService({ desk, outages, stores, lyingHealth }: ServiceParts, port: number): Port {
  const server = createServer((request, response) => {
    const { socket } = request;
    void bodyOf(request).then((body) => {
      if (request.url === "/health" && lyingHealth) return void response.end("ok");
      return desk.receive({
        serve: () => serve(request.url ?? "/", response, { body, stores }),
        fail: (by) => (by === "5xx" ? void response.writeHead(503).end("down") : void socket.resetAndDestroy()),
        isGone: () => socket.destroyed,
      });
    }, () => socket.destroy());
  });
  server.keepAliveTimeout = 60_000;
  const place = new Port(server, port);
  outages.listen(listenerOf(place, desk));
  return place;
}

/** What an outage does to a port and to those who wait at the desk. */
export function listenerOf(place: Port, desk: Desk): Parameters<Outages["listen"]>[0] {
  let closed = false;
  return {
    down: (by) => {
      if (by === "refusal") place.close();
      if (by === "reset") place.reset();
      closed = by === "refusal";
    },
    up: async () => {
      if (closed) await place.open();
      closed = false;
      // After the change itself: whoever is answered now is answered by a service that is up.
      setImmediate(() => desk.release());
    },
  };
}

function serve(url: string, response: ServerResponse, { body, stores }: { body: string; stores: Stores }): void {
  const [, word, kind = ""] = url.split("/");
  if (word !== "writes") return void response.end("ok");
  const answer = stores.of(kind)?.write(body);
  if (answer === undefined) return void response.writeHead(404).end();
  if (answer === null) return void response.socket?.destroy();
  return void response.writeHead(answer).end();
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString();
}
