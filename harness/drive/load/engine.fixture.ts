/** Servers and sources for tests of the engine. */

import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer, type Socket } from "node:net";
import { listening, type Listening } from "../../base/listening.ts";
import { nowUs } from "../../base/time.ts";
import { requestOutcomes, type RequestOutcome } from "../../log/event.ts";
import type { RequestRecord } from "../../log/record.ts";
import { loopbackOnly, type Guard } from "../guard/guard.ts";
import { startEngine, type Counts, type Engine, type Source } from "./engine.ts";
import { plainOrigin, type Origin } from "./http/origin.ts";
import type { Schedule } from "./pace/schedule.ts";
import type { PreparedRequest } from "./prepared-request.ts";

export const http = async (listener: RequestListener): Promise<Listening> => await listening(createHttpServer(listener));

/** A server that answers each piece of bytes that arrives on a socket; requests of these tests arrive in one piece. */
export const raw = async (answer: (socket: Socket, bytes: Buffer) => void): Promise<Listening> =>
  await listening(createServer((socket) => socket.on("data", (bytes: Buffer) => answer(socket, bytes))));

export interface Made extends RequestRecord {
  name: RequestOutcome;
  message: string;
}

export interface Order {
  port: number;
  ratePerSecond: number;
  totalMs: number;
  connections?: number;
  timeoutMs?: number;
  connectTimeoutMs?: number;
  origin?: Origin;
  guard?: Guard;
  /** The steps of every arrival, or of arrival n. */
  requests?: Partial<PreparedRequest>[] | ((n: number) => Partial<PreparedRequest>[]);
  /** In place of the rate. */
  schedule?: Schedule;
}

export interface Running {
  engine: Engine;
  made: Made[];
  done: Promise<{ counts: Counts; made: Made[]; outcomes: Record<string, number> }>;
}

export const plain: PreparedRequest = {
  route: 0,
  origin: 0,
  bytes: "GET / HTTP/1.1\r\nhost: test\r\n\r\n",
  isHead: false,
  keepBody: false,
  fault: (status) => (status === 200 ? null : "status"),
};

export function start(order: Order): Running {
  const made: Made[] = [];
  const source: Source = {
    workload: 0,
    pace: (n) => (1000 * n) / order.ratePerSecond,
    origins: [order.origin ?? plainOrigin({ host: "127.0.0.1", port: order.port })],
    connections: order.connections ?? 64,
    timeoutMs: order.timeoutMs ?? 5000,
    ...order.schedule,
    ...(order.connectTimeoutMs === undefined ? {} : { connectTimeoutMs: order.connectTimeoutMs }),
    arrive: (n) => {
      const steps = [...(typeof order.requests === "function" ? order.requests(n) : (order.requests ?? [{}]))];
      return () => {
        const step = steps.shift();
        return step === undefined ? null : { ...plain, ...step };
      };
    },
  };
  const engine = startEngine({
    sources: [source],
    startAtUs: nowUs(),
    totalMs: order.totalMs,
    guard: order.guard ?? loopbackOnly,
    record: (record, message) => made.push({ ...record, name: requestOutcomes[record.outcome] ?? "ok", message }),
  });
  const done = engine.finished.then((counts) => {
    const outcomes: Record<string, number> = {};
    for (const { name } of made) outcomes[name] = (outcomes[name] ?? 0) + 1;
    return { counts, made, outcomes };
  });
  return { engine, made, done };
}

export const run = async (order: Order): ReturnType<typeof start>["done"] => await start(order).done;

export const ok: RequestListener = (_request, response) => {
  response.end("hello");
};
