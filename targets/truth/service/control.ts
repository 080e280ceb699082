/**
 * The port that no outage closes: `POST /outage` with an order, `POST /fault` (what was not safe is lost), `GET /contents/<store>/<place>`
 * as a JSON list, `GET /log/<store>` and `GET /log/service` as text.
 */

import { createServer, type IncomingMessage } from "node:http";
import type { Outages } from "./outages.ts";
import { Port } from "./port.ts";
import { checkOutage, type OutageOrder } from "./script.ts";
import type { Stores } from "./store/stores.ts";
import type { TruthLog } from "./truth-log.ts";

export interface ControlParts {
  readonly outages: Outages;
  readonly stores: Stores;
  readonly logs: ReadonlyMap<string, TruthLog>;
}

interface Answer {
  status: number;
  text: string;
}

export function controlService(parts: ControlParts, port: number): Port {
  const server = createServer((request, response) => {
    answer(parts, request).then(
      ({ status, text }) => response.writeHead(status).end(text),
      (error: unknown) => response.writeHead(400).end(String(error)),
    );
  });
  return new Port(server, port);
}

async function answer({ outages, stores, logs }: ControlParts, request: IncomingMessage): Promise<Answer> {
  const [, word = "", kind = "", place = ""] = (request.url ?? "/").split("/");
  switch (word) {
    case "outage": {
      const order = await orderOf(request);
      outages.order(order);
      return { status: 204, text: "" };
    }
    case "fault":
      stores.fault();
      return { status: 204, text: "" };
    case "contents": {
      const ids = stores.of(kind)?.contents(place);
      return ids === undefined ? { status: 404, text: "no such place" } : { status: 200, text: JSON.stringify(ids) };
    }
    case "log":
      stores.of(kind)?.close();
      return { status: logs.has(kind) ? 200 : 404, text: logs.get(kind)?.text ?? "no such log" };
    default:
      return { status: 404, text: "no such word" };
  }
}

async function orderOf(request: IncomingMessage): Promise<OutageOrder> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(Buffer.from(piece));
  const order: OutageOrder = JSON.parse(Buffer.concat(pieces).toString());
  checkOutage(order);
  return order;
}
