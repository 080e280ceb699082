/**
 * A request that the load engine and the probes can make, and the pure check of its answer. The engine and the probes share this
 * and no client, so that a bug in the engine cannot blind the probe.
 */

import { z } from "zod";
import { placesOf } from "./template.ts";
import { nameSchema, templateSchema } from "./words.ts";

/** What a good answer looks like. Health endpoints lie by status, so the body can be asked as well. */
export const expectSchema = z.strictObject({
  status: z.array(z.int().min(100).max(599)).min(1).default([200]),
  json: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .optional()
    .describe('Values that the JSON body must have, by path: { "status": "ok" }'),
  contains: z.string().optional().describe("Text that the body must contain"),
});

export type Expect = z.infer<typeof expectSchema>;

/** Where in an answer a value stands. */
export const captureSchema = z.union([
  z.strictObject({ json: z.string().min(1).describe('Path into the JSON body: "access.token"') }),
  z.strictObject({ header: z.string().regex(/^[!#$%&'*+.^_`|~\w-]+$/).describe("Name of a header; of several of one name the first") }),
  z.strictObject({ pattern: z.string().min(1).max(1000).describe("Regular expression with one group, for the body") }),
]);

export type Capture = z.infer<typeof captureSchema>;

const tlsSchema = z.strictObject({
  serverName: nameSchema.optional().describe("The name that the certificate must be for; that of the node's host when left out"),
  insecure: z.boolean().default(false).describe("Takes any certificate"),
});

export const routeSchema = z.strictObject({
  node: nameSchema.describe("The node that serves it"),
  method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]).default("GET"),
  path: templateSchema.describe("Path and query; a request template"),
  headers: z.record(z.string(), templateSchema).default({}),
  body: templateSchema.optional().describe("A request template; JSON is sent as application/json unless a header says otherwise"),
  expect: expectSchema.prefault({}),
  tls: tlsSchema.optional().describe("Set when the node speaks TLS there"),
  redirects: z.int().min(0).max(20).default(0).describe("Redirects that the load follows; the request is one, and its response time holds all of its ways"),
  capture: z.record(nameSchema, captureSchema).default({}).describe("Values of a good answer that later steps of the same journey use as {{captured:name}}"),
  write: z
    .strictObject({
      ledger: nameSchema.describe("The ledger that tracks this write"),
      refused: expectSchema.prefault({ status: [503] }).describe("An answer that promises that nothing was stored; any other that is not good leaves the write in doubt"),
    })
    .optional()
    .describe("Set when the request is a tracked write; its id is what {{id}} gives"),
});

export type Route = z.infer<typeof routeSchema>;

/** What a step of a journey uses as {{captured:name}}, and what the steps before it have captured. */
export interface CaptureUse {
  step: number;
  name: string;
  known: readonly string[];
}

/** Every use of a captured value in a journey; steps without a route are left out. */
export function captureUses(steps: readonly string[], routes: Readonly<Record<string, Route>>): CaptureUse[] {
  const known: string[] = [];
  return steps.flatMap((name, step) => {
    const route = routes[name];
    if (route === undefined) return [];
    const uses = textsOf(route).flatMap(placesOf).filter((place) => place.name === "captured");
    const before = [...known];
    known.push(...Object.keys(route.capture));
    return uses.map((place) => ({ step, name: place.arguments[0] ?? "", known: before }));
  });
}

/** The texts of a request that may have places. */
export function textsOf(route: Route): string[] {
  return [route.path, ...Object.values(route.headers), ...(route.body === undefined ? [] : [route.body])];
}

export type Fault = "status" | "body" | null;

/** Why an answer is not good, or null when it is. `status` alone decides when neither `json` nor `contains` is asked for. */
export function faultOfAnswer(expect: Expect, status: number, body: string): Fault {
  return answerCheck(expect)(status, body);
}

/** The same for many answers: what can be worked out beforehand is. */
export function answerCheck({ status: statuses, contains, json }: Expect): (status: number, body: string) => Fault {
  const isAsWanted = json === undefined ? null : jsonCheck(json);
  return (status, body) => {
    if (!statuses.includes(status)) return "status";
    if (contains !== undefined && !body.includes(contains)) return "body";
    return isAsWanted === null || isAsWanted(body) ? null : "body";
  };
}

/** Whether the body has to be read as text at all: the engine skips it where it may. */
export function asksForBody(expect: Expect): boolean {
  return expect.json !== undefined || expect.contains !== undefined;
}

function jsonCheck(wanted: Readonly<Record<string, unknown>>): (body: string) => boolean {
  const checks = Object.entries(wanted).map(([path, value]) => ({ path, value, isPlainKey: isPlainKey(path) }));
  return (body) => {
    const parsed = parsedJson(body);
    if (parsed === undefined) return false;
    for (const check of checks) {
      const isFound = check.isPlainKey ? property(parsed, check.path) === check.value : holdsOnly(pickJson(parsed, check.path), check.value);
      if (!isFound) return false;
    }
    return true;
  };
}

/** undefined, which JSON does not know, for a text that is none. */
function parsedJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function holdsOnly(found: readonly unknown[], value: unknown): boolean {
  return found.length > 0 && found.every((entry) => entry === value);
}

/** A path of one step, which is all that most checks have: the load engine asks it of every answer. */
function isPlainKey(path: string): boolean {
  return path !== "" && !path.includes(".") && !path.endsWith("[]");
}

/** The values at a path such as "items[].document_id"; empty when there are none. */
export function pickJson(value: unknown, path: string): unknown[] {
  const steps = path === "" ? [] : path.split(".");
  let found: unknown[] = [value];
  for (const step of steps) {
    const each = step.endsWith("[]");
    const key = each ? step.slice(0, -2) : step;
    found = found.flatMap((entry) => {
      const inner = key === "" ? entry : property(entry, key);
      if (inner === undefined) return [];
      return each ? (Array.isArray(inner) ? inner : []) : [inner];
    });
  }
  return found;
}

function property(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}
