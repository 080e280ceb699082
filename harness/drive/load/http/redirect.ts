/** Where a redirect leads, and the request that goes there (RFC 9110, 15.4). Pure. */

import { isIP } from "node:net";
import type { HostAndPort } from "../../../base/loopback-address.ts";

export interface Hop {
  /** Whether it stays at the scheme, host and port of the request before it. */
  readonly isSamePlace: boolean;
  readonly isSecure: boolean;
  /** Its host may be a name, which nobody has looked up yet. */
  readonly place: HostAndPort;
  readonly bytes: Buffer;
  readonly isHead: boolean;
}

/** A request as it was sent, and whether over TLS. */
export interface SentRequest {
  readonly bytes: Buffer | string;
  readonly isSecure: boolean;
}

const redirections = new Set([301, 302, 303, 307, 308]);
/** Meant for the place that the user named, and for no other. */
const confidential = new Set(["authorization", "proxy-authorization", "cookie"]);
const ports: Readonly<Record<string, number>> = { "http:": 80, "https:": 443 };

/** null: the answer is no redirect. "unreadable": its Location is no address of HTTP. */
export function hopOf(sent: SentRequest, answer: { status: number; location: string }): Hop | "unreadable" | null {
  if (!redirections.has(answer.status) || answer.location === "") return null;
  const request = partsOf(sent.bytes);
  const from = URL.parse(request.target, `${sent.isSecure ? "https" : "http"}://${request.headers.get("host") ?? ""}`);
  const to = from === null ? null : URL.parse(answer.location, from);
  const port = to === null || to.hostname === "" ? undefined : ports[to.protocol];
  if (from === null || to === null || port === undefined) return "unreadable";
  const isSamePlace = from.protocol === to.protocol && from.host === to.host;
  const method = methodOf(request.method, answer.status);
  return {
    isSamePlace,
    isSecure: to.protocol === "https:",
    place: { host: to.hostname.replace(/^\[(.*)\]$/, "$1"), port: to.port === "" ? port : Number(to.port) },
    bytes: bytesOf(request, { method, to, isSamePlace }),
    isHead: method === "HEAD",
  };
}

/** The name that TLS asks for; null for a literal address. */
export function serverNameOf({ host }: HostAndPort): string | null {
  return isIP(host) === 0 ? host : null;
}

interface RequestParts {
  method: string;
  target: string;
  /** By their names in lower case, in the order in which they were sent. */
  headers: Map<string, string>;
  body: Buffer;
}

function partsOf(bytes: Buffer | string): RequestParts {
  const all = Buffer.from(bytes);
  const headEnd = all.indexOf("\r\n\r\n");
  const [first = "", ...lines] = all.toString("latin1", 0, headEnd).split("\r\n");
  const [method = "", target = ""] = first.split(" ");
  const headers = lines.map((line): [string, string] => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]);
  return { method, target, headers: new Map(headers), body: all.subarray(headEnd + 4) };
}

function methodOf(method: string, status: number): string {
  if (method === "HEAD" || status === 307 || status === 308) return method;
  return status === 303 || method === "POST" ? "GET" : method;
}

function bytesOf(request: RequestParts, hop: { method: string; to: URL; isSamePlace: boolean }): Buffer {
  const isBodyless = hop.method !== request.method;
  const headers = [...request.headers].filter(([name]) => !(isBodyless && name.startsWith("content-")) && !(confidential.has(name) && !hop.isSamePlace));
  const lines = headers.map(([name, value]) => `${name}: ${name === "host" ? hop.to.host : value}\r\n`);
  const head = `${hop.method} ${hop.to.pathname}${hop.to.search} HTTP/1.1\r\n${lines.join("")}\r\n`;
  return Buffer.concat([Buffer.from(head, "latin1"), isBodyless ? Buffer.alloc(0) : request.body]);
}
