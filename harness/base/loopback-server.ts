/**
 * The HTTP server that every interface of ours stands on: the proxy's control API, later the dashboard. It listens on loopback, or elsewhere
 * with a token that every request must bring, and refuses what a web page in a browser of this machine could send (SAFETY.md, R33).
 */

import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import { isIP } from "node:net";
import { hostname } from "node:os";
import { RoadworthyError, messageOf, systemErrorCode } from "./error.ts";
import { isLoopbackAddress, parseAddress } from "./loopback-address.ts";

export interface LoopbackServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
}

export interface LoopbackServerOptions {
  /** `127.0.0.1`, another address of 127.0.0.0/8, `::1` or `localhost`; anything else is `not-allowed` without a token. */
  host: string;
  /** At least 16 characters. Elsewhere than on loopback every request must bring it as `Authorization: Bearer`; on loopback it is not asked for. */
  token?: string;
  /** 0 takes a free one. */
  port: number;
  bodyLimitBytes: number;
  /** Answer 403 to every user agent that begins with `Mozilla/`: for interfaces that no browser has business with. */
  refuseBrowsers: boolean;
  /** May throw `HttpRefusal`; any other error is answered with 500 and its message. */
  handle(request: LoopbackRequest): Promise<LoopbackResponse> | LoopbackResponse;
}

export interface LoopbackRequest {
  readonly method: string;
  /** Decoded parts of the path: `/proxies/a%20b` is `["proxies", "a b"]`. */
  readonly path: readonly string[];
  /** The parsed JSON body; undefined when there was none. */
  readonly body: unknown;
}

export interface LoopbackResponse {
  readonly status: number;
  /** Sent as JSON; a string is sent as it is. Left out: an empty answer. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that is answered with an error: `{"error": message, "status": status}` and whatever `extra` adds. */
export class HttpRefusal extends Error {
  readonly status: number;
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(status: number, message: string, extra: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = "HttpRefusal";
    this.status = status;
    this.extra = extra;
  }
}

const headersLimitMs = 10_000;
const requestLimitMs = 15_000;
const idleLimitMs = 60_000;
const connectionsLimit = 256;
const leastTokenLength = 16;

/** Resolves once it listens. Errors: `not-allowed` for a host that is not loopback when there is no token, `usage` for a short one, `port-taken`, `proxy-unavailable` for any other refusal of the system. */
export async function startLoopbackServer(options: LoopbackServerOptions): Promise<LoopbackServer> {
  checkBind(options);
  const server = createServer({ headersTimeout: headersLimitMs, requestTimeout: requestLimitMs, keepAliveTimeout: idleLimitMs }, (request, response) => {
    void answer(request, response, options);
  });
  server.maxConnections = connectionsLimit;
  await listen(server, options);
  const address = server.address();
  if (address === null || typeof address === "string") throw new RoadworthyError("internal", "a TCP server has no address");
  return { host: address.address, port: address.port, [Symbol.asyncDispose]: () => close(server) };
}

function checkBind({ host, token }: LoopbackServerOptions): void {
  if (isLoopbackBind(host)) return;
  if (token === undefined) throw new RoadworthyError("not-allowed", `${host} is not a loopback address`, { hint: "listen on 127.0.0.1 or ::1, or ask for a token" });
  if (token.length < leastTokenLength) throw new RoadworthyError("usage", `a token has at least ${leastTokenLength} characters`, { hint: "choose one that cannot be guessed" });
}

/** Whether only programs of this machine can reach a server that listens on `host`. */
export function isLoopbackBind(host: string): boolean {
  return host === "localhost" || isLoopbackAddress(host);
}

async function listen(server: Server, { host, port }: LoopbackServerOptions): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    const taken = systemErrorCode(error) === "EADDRINUSE";
    throw new RoadworthyError(taken ? "port-taken" : "proxy-unavailable", messageOf(error), {
      hint: taken ? "stop what listens there, or choose another port" : "choose another address",
      where: `${host}:${port}`,
      cause: error,
    });
  }
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}

async function answer(request: IncomingMessage, response: ServerResponse, options: LoopbackServerOptions): Promise<void> {
  try {
    refuseForeign(request, options);
    const body = await readJson(request, options.bodyLimitBytes);
    send(response, await options.handle({ method: request.method ?? "GET", path: pathOf(request), body }));
  } catch (error) {
    const refusal = error instanceof HttpRefusal ? error : new HttpRefusal(500, messageOf(error));
    // What is left of a refused body is not read: the connection ends with the answer.
    const headers: Record<string, string> = request.complete ? {} : { connection: "close" };
    send(response, { status: refusal.status, body: { error: refusal.message, status: refusal.status, ...refusal.extra }, headers });
  }
}

function send(response: ServerResponse, { status, body, headers }: LoopbackResponse): void {
  if (response.destroyed) return;
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  const text = typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", "x-content-type-options": "nosniff", ...headers }).end(text);
}

/** Throws unless the request can only have come from a program on this machine: what a page could make a browser send is refused. */
function refuseForeign(request: IncomingMessage, options: LoopbackServerOptions): void {
  const { headers } = request;
  if (options.refuseBrowsers && headers["user-agent"]?.startsWith("Mozilla/") === true) throw new HttpRefusal(403, "User agent not allowed");
  // A name that a stranger's DNS points at 127.0.0.1 arrives with that name as Host.
  if (!isOwnHost(headers.host, options.host)) throw new HttpRefusal(403, "Host not allowed");
  for (const source of [headers.origin, headers.referer]) {
    if (source !== undefined && !isSameOrigin(source, headers.host)) throw new HttpRefusal(403, "Origin not allowed");
  }
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") throw new HttpRefusal(403, "Origin not allowed");
  if (!isLoopbackBind(options.host) && !holdsToken(headers.authorization, options.token)) throw new HttpRefusal(401, "token missing or wrong");
}

function isOwnHost(host: string | undefined, bind: string): boolean {
  if (host === undefined) return false;
  const name = parseAddress(host)?.host ?? host.replace(/^\[(.*)\]$/, "$1");
  if (name === "localhost" || isLoopbackAddress(name)) return true;
  // Reached from outside it has an address, which no stranger's DNS can point here, or one of two names.
  return !isLoopbackBind(bind) && (isIP(name) !== 0 || name === bind || name === hostname());
}

/** In the same time whichever letter is wrong. */
function holdsToken(authorization: string | undefined, token: string | undefined): boolean {
  const given = Buffer.from(/^Bearer (\S+)$/i.exec(authorization ?? "")?.[1] ?? "");
  const wanted = Buffer.from(token ?? "");
  return wanted.length > 0 && given.length === wanted.length && timingSafeEqual(given, wanted);
}

function isSameOrigin(source: string, host: string | undefined): boolean {
  return URL.canParse(source) && new URL(source).host === host;
}

async function readJson(request: IncomingMessage, limitBytes: number): Promise<unknown> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > limitBytes) throw new HttpRefusal(413, `body is larger than ${limitBytes} bytes`);
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) throw new HttpRefusal(400, "bad request body: not bytes");
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) throw new HttpRefusal(413, `body is larger than ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  if (sizeBytes === 0) return undefined;
  // A form of a foreign page can send any text without asking first, but not with this content type.
  if (!/^application\/json\s*(;|$)/i.test(request.headers["content-type"] ?? "")) throw new HttpRefusal(415, "content type must be application/json");
  return parseJson(Buffer.concat(chunks).toString("utf8"));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HttpRefusal(400, `bad request body: ${messageOf(error)}`);
  }
}

function pathOf(request: IncomingMessage): string[] {
  const [path = ""] = (request.url ?? "/").split("?");
  try {
    return path.split("/").slice(1).map(decodeURIComponent);
  } catch {
    throw new HttpRefusal(400, "bad request path");
  }
}
