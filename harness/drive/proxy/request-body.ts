/** Reads the bodies of the HTTP interface. Pure. Errors are `HttpRefusal` with Toxiproxy's texts and status codes. Unknown fields are ignored, as there. */

import { z } from "zod";
import { parseAddress, type HostAndPort } from "../../base/loopback-address.ts";
import { HttpRefusal } from "../../base/loopback-server.ts";
import type { StreamName } from "./relay/toxic-entry.ts";
import { routeMeanings } from "./toxics/http-toxic.ts";
import { isToxicSpec, isToxicType, kindOf, textsOf, type ToxicSpec, type ToxicType } from "./toxics/index.ts";

const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/;
const text = z.string().max(1024).nullish();
const linkBody = z.object({ name: text, listen: text, upstream: text, enabled: z.boolean().nullish(), http: z.boolean().nullish() });
const toxicBody = z.object({
  name: text,
  type: text,
  stream: text,
  toxicity: z.number().min(0).max(1).nullish(),
  attributes: z.record(z.string(), z.unknown()).nullish(),
});

/** Of a method or a pattern of paths. */
const routeText = z.string().regex(/^[!-~]{0,256}$/, "must be at most 256 visible characters");

/** Of an answer. */
const bodyText = z.string().max(16_384);

export interface LinkBody {
  readonly name: string;
  readonly listen: HostAndPort;
  readonly upstream: HostAndPort;
  readonly isEnabled: boolean;
  /** An extension of ours: the bytes are HTTP/1, and single requests can be struck. */
  readonly isHttp: boolean;
}

export interface ToxicBody {
  readonly name: string;
  readonly stream: StreamName;
  readonly toxicity: number;
  readonly spec: ToxicSpec;
}

/** `where` stands behind the name of a missing field ("" or " at proxy 2"). Listen defaults to a free port of 127.0.0.1. */
export function readLink(body: unknown, where = ""): LinkBody {
  const { name, listen, upstream, enabled, http } = check(linkBody, body);
  if (!name) throw new HttpRefusal(400, `missing required field: name${where}`);
  if (!upstream) throw new HttpRefusal(400, `missing required field: upstream${where}`);
  return { name: readName(name), listen: readListen(listen), upstream: readAddress(upstream, "upstream"), isEnabled: enabled ?? true, isHttp: http ?? false };
}

/** Fields that are left out stay as they are. */
export function readLinkChange(body: unknown, current: Omit<LinkBody, "name">): Omit<LinkBody, "name"> {
  const { listen, upstream, enabled, http } = check(linkBody, body);
  return {
    listen: listen ? readListen(listen) : current.listen,
    upstream: upstream ? readAddress(upstream, "upstream") : current.upstream,
    isEnabled: enabled ?? current.isEnabled,
    isHttp: http ?? current.isHttp,
  };
}

export function readLinks(body: unknown): LinkBody[] {
  return check(z.array(z.unknown()).max(1000), body).map((entry, index) => readLink(entry, ` at proxy ${index + 1}`));
}

/** Stream defaults to downstream, toxicity to 1, name to type_stream, attributes to 0 or, of a route, to any. */
export function readToxic(body: unknown): ToxicBody {
  const { name, type, stream: streamText, toxicity, attributes } = check(toxicBody, body);
  const stream = (streamText || "downstream").toLowerCase();
  if (stream !== "upstream" && stream !== "downstream") throw new HttpRefusal(400, "stream was invalid, can be either upstream or downstream");
  if (!type || !isToxicType(type)) throw new HttpRefusal(400, "invalid toxic type");
  if (kindOf(type).isHttp && stream === "upstream") throw new HttpRefusal(400, "stream was invalid, a toxic on requests is downstream");
  return { name: readName(name || `${type}_${stream}`), stream, toxicity: toxicity ?? 1, spec: readSpec(type, attributes ?? {}, {}) };
}

/** Attributes that are left out stay as they are; name, type and stream cannot change. */
export function readToxicChange(body: unknown, current: Pick<ToxicBody, "toxicity" | "spec">): Pick<ToxicBody, "toxicity" | "spec"> {
  const { toxicity, attributes } = check(toxicBody, body);
  return { toxicity: toxicity ?? current.toxicity, spec: readSpec(current.spec.type, attributes ?? {}, current.spec.attributes) };
}

function readName(name: string): string {
  if (namePattern.test(name)) return name;
  throw new HttpRefusal(400, "bad request body: a name has letters, digits, _ . - only, begins with a letter or digit and is at most 128 long");
}

function readListen(listen: string | null | undefined): HostAndPort {
  const address = readAddress(listen || "127.0.0.1:0", "listen");
  return address.host === "" || address.host === "localhost" ? { ...address, host: "127.0.0.1" } : address;
}

function readAddress(address: string, field: string): HostAndPort {
  const parsed = parseAddress(address);
  if (parsed === null) throw new HttpRefusal(400, `bad request body: ${field} is not host:port`);
  return parsed;
}

function readSpec(type: ToxicType, given: Readonly<Record<string, unknown>>, current: Readonly<Record<string, number | string>>): ToxicSpec {
  const { attributes } = kindOf(type);
  const numbers = Object.entries(attributes).map(([name, row]) => {
    const within = z.int().min(row.least).max(row.most ?? Number.MAX_SAFE_INTEGER);
    return [name, check(within, given[name] ?? current[name] ?? 0, name)] as const;
  });
  const texts = Object.keys(textsOf(type)).map((name) => [name, check(Object.hasOwn(routeMeanings, name) ? routeText : bodyText, given[name] ?? current[name] ?? "", name)] as const);
  const spec = { type, attributes: Object.fromEntries<number | string>([...numbers, ...texts]) };
  if (!isToxicSpec(spec)) throw new HttpRefusal(400, "bad request body: attributes");
  return spec;
}

function check<T>(schema: z.ZodType<T>, value: unknown, field = ""): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = [field, ...(issue?.path ?? [])].filter((part) => part !== "").join(".");
  throw new HttpRefusal(400, `bad request body: ${path === "" ? "" : `${path}: `}${issue?.message ?? "not understood"}`);
}
