/** The flags of `roadworthy load`, checked: what is wrong is said before anything is opened. */

import { parseDurationMs } from "../../base/duration.ts";
import { messageOf, RoadworthyError, systemErrorCode } from "../../base/error.ts";
import { routeSchema, type Route } from "../../scenario/route.ts";
import { readText } from "../input/data-file.ts";
import { parseLimit, samplesNeeded, type Limit } from "./limit.ts";
import { courseOf, defaultDurationMs, type Course } from "./profile-syntax.ts";

export interface LoadFlags {
  url: string;
  rate?: string;
  duration?: string;
  connections?: number;
  method?: string;
  /** "Name: value", as often as it was given. */
  header?: string[];
  /** Text, or @file. */
  body?: string;
  profile?: string;
  timeout?: string;
  threads?: number;
  insecure?: boolean;
  redirects?: number;
  limit?: string[];
  /** host:port, as often as it was given. */
  allowTarget?: string[];
  json?: boolean;
  seed: number;
}

export interface LoadOptions {
  url: URL;
  route: Route;
  course: Course;
  /** Of the load, or of each step of a search. */
  durationMs: number;
  connections: number;
  timeoutMs: number;
  threads: number;
  insecure: boolean;
  redirects: number;
  limits: readonly Limit[];
  seed: number;
}

const defaultStepMs = 5000;
const defaultTimeout = "5s";
const openConnections = 256;
const mostConnections = 10_000;
const mostThreads = 64;
const mostRedirects = 20;
const longestDurationMs = parseDurationMs("7d");
const longestTimeoutMs = parseDurationMs("10m");

/** Throws `usage` and names the flag. */
export function readOptions(flags: LoadFlags): LoadOptions {
  const url = urlOf(flags.url);
  const askedMs = flags.duration === undefined ? null : durationOf("--duration", flags.duration, longestDurationMs);
  const course = courseOf({ rate: flags.rate, profile: flags.profile, durationMs: askedMs, connections: flags.connections });
  const limits = (flags.limit ?? []).map(parseLimit);
  if (course.kind === "search" && limits.length === 0) throw usage("--profile search has nothing to search for", 'say what must hold: --limit "p95<=200ms", --limit "errors<=1%"');
  const threads = wholeBetween("--threads", flags.threads ?? 1, mostThreads);
  const connections = course.kind === "load" && course.profile.shape === "closed" ? course.profile.users : wholeBetween("--connections", flags.connections ?? openConnections, mostConnections);
  if (connections < threads) throw usage(`--connections ${connections} is less than --threads ${threads}`, "each process needs a connection");
  return {
    url,
    route: routeOf(flags, url),
    course,
    durationMs: askedMs ?? (course.kind === "search" ? defaultStepMs : (course.durationMs ?? defaultDurationMs)),
    connections,
    timeoutMs: durationOf("--timeout", flags.timeout ?? defaultTimeout, longestTimeoutMs),
    threads,
    insecure: flags.insecure === true,
    redirects: Math.min(flags.redirects ?? 0, mostRedirects),
    limits,
    seed: flags.seed,
  };
}

/** The rate a search begins with: the range's own, or one at which a step holds twice the requests that the limits need. */
export function firstRate({ course, limits, durationMs }: LoadOptions): number {
  if (course.kind === "search" && course.from !== null) return course.from;
  return Math.max(10, Math.ceil((2 * samplesNeeded(limits) * 1000) / durationMs));
}

function urlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) throw usage(`--url "${text}" is not an http or https URL`, "write it whole: http://127.0.0.1:8080/path");
  if (url.username !== "" || url.password !== "") throw usage("--url holds a user name or a password", 'give it as a header: --header "Authorization: …"');
  return url;
}

function routeOf(flags: LoadFlags, url: URL): Route {
  const body = flags.body?.startsWith("@") === true ? bodyIn(flags.body.slice(1)) : flags.body;
  const method = (flags.method ?? (body === undefined ? "GET" : "POST")).toUpperCase();
  if (!routeSchema.shape.method.safeParse(method).success) throw usage(`--method ${method} is not known`, "methods are GET, POST, PUT, PATCH, DELETE and HEAD");
  return routeSchema.parse({ node: "target", method, path: pathOf(flags.url), headers: { host: url.host, ...headersOf(flags.header ?? []) }, ...(body === undefined ? {} : { body }) });
}

function bodyIn(path: string): string {
  try {
    return readText(path);
  } catch (error) {
    throw error instanceof RoadworthyError ? error : usage(`--body @${path} cannot be read: ${systemErrorCode(error) ?? messageOf(error)}`, "name a file of at most 1 MiB");
  }
}

/** As it was written, because the URL itself would percent-encode the braces of `{{n}}`; what is not printable ASCII is encoded. */
function pathOf(url: string): string {
  const [, rest = ""] = /^[a-z]+:\/\/[^/?#]*([^#]*)/i.exec(url.trim()) ?? [];
  const path = rest.startsWith("/") ? rest : `/${rest}`;
  return path.toWellFormed().replaceAll(/[^!-~]+/g, encodeURIComponent);
}

/** Names in lower case. One that is given more than once is joined into one line, as HTTP allows. */
function headersOf(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const [, name, value = ""] = /^([^:\s]+):\s*(.*?)\s*$/s.exec(line) ?? [];
    if (name === undefined) throw usage(`--header "${line}" is not a header`, 'write "Name: value"');
    const key = name.toLowerCase();
    const before = headers[key];
    headers[key] = before === undefined ? value : `${before}${key === "cookie" ? "; " : ", "}${value}`;
  }
  return headers;
}

function durationOf(flag: string, text: string, mostMs: number): number {
  const durationMs = parseDurationMs(text);
  if (durationMs > 0 && durationMs <= mostMs) return durationMs;
  throw usage(`${flag} ${text} is out of range`, `write more than 0 and at most ${mostMs / 1000}s`);
}

function wholeBetween(flag: string, value: number, most: number): number {
  if (value >= 1 && value <= most) return value;
  throw usage(`${flag} ${value} is out of range`, `write a number from 1 to ${most}`);
}

function usage(message: string, hint: string): RoadworthyError {
  return new RoadworthyError("usage", message, { hint });
}
