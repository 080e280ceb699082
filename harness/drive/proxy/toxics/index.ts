/** The table of toxics. A new one: write its file, add its row here, and run `npx vitest run harness/drive/proxy` (it prints the table for the README). */

import { bandwidth } from "./bandwidth.ts";
import { corrupt } from "./corrupt.ts";
import { httpAnswer } from "./http-answer.ts";
import { httpMalformed } from "./http-malformed.ts";
import { httpRewrite } from "./http-rewrite.ts";
import { httpSlow } from "./http-slow.ts";
import { routeMeanings, type HttpToxicKind, type RouteAttributes, type Strike } from "./http-toxic.ts";
import { latency } from "./latency.ts";
import { limitData } from "./limit-data.ts";
import { partition } from "./partition.ts";
import { resetPeer } from "./reset-peer.ts";
import { slicer } from "./slicer.ts";
import { slowClose } from "./slow-close.ts";
import { timeout } from "./timeout.ts";
import type { AttributeRow, Outlet, Stage, ToxicKind } from "./toxic.ts";

/** Keyed by the type's name in the HTTP interface. The first seven are Toxiproxy's. */
export const toxicKinds = {
  latency,
  bandwidth,
  slow_close: slowClose,
  timeout,
  reset_peer: resetPeer,
  slicer,
  limit_data: limitData,
  partition,
  corrupt,
} as const;

/** Those that act on single requests of links marked `http`. */
export const httpToxicKinds = {
  http_answer: httpAnswer,
  http_rewrite: httpRewrite,
  http_malformed: httpMalformed,
  http_slow: httpSlow,
} as const;

type StreamToxicType = keyof typeof toxicKinds;
type HttpToxicType = keyof typeof httpToxicKinds;
export type ToxicType = StreamToxicType | HttpToxicType;

/** Attribute names of each type. */
type NamesOf<Type extends StreamToxicType> = (typeof toxicKinds)[Type] extends ToxicKind<infer Names> ? Names : never;
type HttpNamesOf<Type extends HttpToxicType> = (typeof httpToxicKinds)[Type] extends HttpToxicKind<infer Names, infer _Texts> ? Names : never;
type HttpTextsOf<Type extends HttpToxicType> = (typeof httpToxicKinds)[Type] extends HttpToxicKind<infer _Names, infer Texts> ? Texts : never;

/** `{ type: "latency", attributes: { latency, jitter } } | { type: "timeout", attributes: { timeout } } | …` */
export type StreamToxicSpec = { [Type in StreamToxicType]: { readonly type: Type; readonly attributes: { [Name in NamesOf<Type>]: number } } }[StreamToxicType];
/** `{ type: "http_answer", attributes: { status, retry_after, method, path } } | …` */
export type HttpToxicSpec = {
  [Type in HttpToxicType]: { readonly type: Type; readonly attributes: { [Name in HttpNamesOf<Type>]: number } & { [Name in HttpTextsOf<Type>]: string } & RouteAttributes };
}[HttpToxicType];
export type ToxicSpec = StreamToxicSpec | HttpToxicSpec;

export function isToxicType(text: string): text is ToxicType {
  return Object.hasOwn(toxicKinds, text) || isHttpType(text);
}

function isHttpType(text: string): text is HttpToxicType {
  return Object.hasOwn(httpToxicKinds, text);
}

export function isHttpSpec(spec: ToxicSpec): spec is HttpToxicSpec {
  return isHttpType(spec.type);
}

/** What the tables hold, seen without the type's own attribute names. */
interface AnyKind {
  readonly summary: string;
  readonly attributes: Readonly<Record<string, AttributeRow>>;
  readonly texts?: Readonly<Record<string, string>>;
}

export function kindOf(type: ToxicType): AnyKind & { readonly isHttp: boolean } {
  return isHttpType(type) ? { ...httpToxicKinds[type], isHttp: true } : { ...toxicKinds[type], isHttp: false };
}

/** What a toxic of this type may hold of one connection before its sender has to wait. */
export function holdLimitBytesOf(type: StreamToxicType): number {
  return toxicKinds[type].holdLimitBytes;
}

/** Whether every attribute of the type is there. */
export function isToxicSpec(spec: { readonly type: ToxicType; readonly attributes: Readonly<Record<string, number | string>> }): spec is ToxicSpec {
  const texts = Object.keys(textsOf(spec.type));
  return Object.keys(kindOf(spec.type).attributes).every((name) => typeof spec.attributes[name] === "number") && texts.every((name) => typeof spec.attributes[name] === "string");
}

/** Attributes that are texts, with their meanings: those of the route, which every toxic on requests has, are visible characters only. */
export function textsOf(type: ToxicType): Readonly<Record<string, string>> {
  const { texts, isHttp } = kindOf(type);
  return isHttp ? { ...texts, ...routeMeanings } : {};
}

/** Lets the toxic loose on one direction of one connection. */
export function attachToxic(spec: StreamToxicSpec, outlet: Outlet): Stage {
  // The switch is what ties each type to its own attributes for the compiler; leaving one out does not compile.
  switch (spec.type) {
    case "latency":
      return latency.attach(spec.attributes, outlet);
    case "bandwidth":
      return bandwidth.attach(spec.attributes, outlet);
    case "slow_close":
      return slowClose.attach(spec.attributes, outlet);
    case "timeout":
      return timeout.attach(spec.attributes, outlet);
    case "reset_peer":
      return resetPeer.attach(spec.attributes, outlet);
    case "slicer":
      return slicer.attach(spec.attributes, outlet);
    case "limit_data":
      return limitData.attach(spec.attributes, outlet);
    case "partition":
      return partition.attach(spec.attributes, outlet);
    case "corrupt":
      return corrupt.attach(spec.attributes, outlet);
  }
}

/** What the toxic does to one request. */
export function strikeOf(spec: HttpToxicSpec): Strike {
  switch (spec.type) {
    case "http_answer":
      return httpAnswer.strike(spec.attributes);
    case "http_rewrite":
      return httpRewrite.strike(spec.attributes);
    case "http_malformed":
      return httpMalformed.strike(spec.attributes);
    case "http_slow":
      return httpSlow.strike(spec.attributes);
  }
}

/** The README's tables, in Markdown. */
export function toxicTable(): string {
  const rows = Object.entries(toxicKinds).map(([type, kind]) => `| \`${type}\` | ${kind.summary} | ${attributesText(kind)} | ${kind.lossFree ? "yes" : "no"} |`);
  return ["| toxic | does | attributes | loss-free |", "|---|---|---|---|", ...rows, ""].join("\n");
}

export function httpToxicTable(): string {
  const rows = Object.entries(httpToxicKinds).map(([type, kind]) => `| \`${type}\` | ${kind.summary} | ${attributesText(kind)} |`);
  const route = Object.entries(routeMeanings).map(([name, meaning]) => `\`${name}\`: ${meaning}`);
  return ["| toxic | does | attributes |", "|---|---|---|", ...rows, `| each of them | | ${route.join("<br>")} |`, ""].join("\n");
}

function attributesText({ attributes, texts = {} }: AnyKind): string {
  const numbers = Object.entries(attributes).map(([name, row]) => `\`${name}\` (${row.unit}): ${row.meaning}`);
  const all = [...numbers, ...Object.entries(texts).map(([name, meaning]) => `\`${name}\`: ${meaning}`)];
  return all.length === 0 ? "–" : all.join("<br>");
}
