/** A small HTTP server over a table of routes. Every request has a time limit, and an outage of a dependency is an honest 503. */

import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { withDeadline } from "./deadline.ts";
import type { Address } from "./environment.ts";
import { BadRequest, Unavailable, messageOf } from "./failure.ts";
import { logTrouble } from "./log-line.ts";
import { findRoute } from "./route-table.ts";
import type { Ask, Answer, Route } from "./route-table.ts";

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

interface ServerOptions extends Address {
  readonly routes: readonly Route[];
  /** No answer takes longer than this: what is not ready by then is answered with 503. */
  readonly limitMs: number;
  readonly onAnswered?: (path: string, status: number) => void;
}

const bodyLimitBytes = 64 * 1024;
const drainLimitMs = 1_000;

export async function listen(options: ServerOptions): Promise<Listening> {
  const server = createServer((request, response) => void respond(request, response, options));
  // Longer than the pauses of any client, so that a kept connection is not closed under a request on its way.
  server.keepAliveTimeout = 75_000;
  const { promise: bound, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen({ host: options.host, port: options.port, backlog: 1_024 }, resolve);
  await bound;
  const address = server.address();
  return { port: typeof address === "object" && address !== null ? address.port : options.port, close: () => drain(server) };
}

async function respond(request: IncomingMessage, response: ServerResponse, options: ServerOptions): Promise<void> {
  const url = new URL(request.url ?? "/", "http://service");
  const found = findRoute(options.routes, request.method ?? "GET", url.pathname);
  const ask = { query: url.searchParams, parameters: found?.parameters ?? {}, json: () => readJson(request) };
  const answer = await answerTo(found?.route, ask, options.limitMs);
  send(response, answer);
  options.onAnswered?.(found?.route.path ?? "none", answer.status);
}

async function answerTo(route: Route | undefined, ask: Ask, limitMs: number): Promise<Answer> {
  if (route === undefined) return { status: 404, body: { status: "error", message: "no such route" } };
  try {
    const late = () => new Unavailable("service", `no answer within ${limitMs} ms`);
    return await withDeadline(Promise.resolve(route.answer(ask)), limitMs, late);
  } catch (error) {
    return answerToError(error);
  }
}

function answerToError(error: unknown): Answer {
  if (error instanceof BadRequest) return { status: 400, body: { status: "error", message: error.message } };
  if (error instanceof Unavailable) {
    return { status: 503, body: { status: "unavailable", dependency: error.dependency, effect: error.effect, message: error.message } };
  }
  logTrouble(`request failed: ${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}`);
  return { status: 500, body: { status: "error", message: "internal error" } };
}

function send(response: ServerResponse, answer: Answer): void {
  const text = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
  const type = typeof answer.body === "string" ? "text/plain; version=0.0.4; charset=utf-8" : "application/json";
  response.writeHead(answer.status, { "content-type": type, "content-length": Buffer.byteLength(text) });
  response.end(text);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > bodyLimitBytes) throw new BadRequest(`body larger than ${bodyLimitBytes} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new BadRequest("body is not JSON");
  }
}

/** Takes no new connection, lets answers under way finish, then cuts what is left. */
async function drain(server: Server): Promise<void> {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), drainLimitMs);
  await closed;
  clearTimeout(cut);
}
