/**
 * A route turned into bytes to send, parsed once: a request without places is one buffer, made once; the others are joined from their
 * parts. Places: {{n}} the number of the arrival · {{id}} the id of this tracked write · {{int:low:high}} · {{pick:a:b:c}} ·
 * {{text:words}} plain words · {{acknowledged:ledger}} an id acknowledged before · {{captured:name}} what an earlier step of the journey took
 * from its answer. What is filled in is escaped for where it stands.
 */

import { RoadworthyError } from "../../../base/error.ts";
import { integerBetween, type Dice } from "../../../base/random.ts";
import type { Route } from "../../../scenario/route.ts";
import { parseTemplate, type Place } from "../../../scenario/template.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { formatAddress } from "../../../base/loopback-address.ts";
import type { Address } from "../../stack/address.ts";
import { words } from "./words.ts";

/** What the places of one request are filled from. */
export interface RequestData {
  readonly n: number;
  /** The id of a tracked write; empty for other requests. */
  readonly id: string;
  readonly roll: Dice;
  /** Captured by the steps of its journey before it; none when left out. */
  readonly captured?: ReadonlyMap<string, string>;
}

export type Render = (data: RequestData) => Buffer | string;

export interface TemplateOptions {
  /** Name of the route, for errors. */
  name: string;
  route: Route;
  address: Address;
  ledgers: ReadonlyMap<string, Ledger>;
}

/** Throws `target-invalid` for places that nothing fills and for text that would break the request apart. */
export function requestTemplate(options: TemplateOptions): Render {
  const { route } = options;
  const path = textTemplate(route.path, options, encodeURIComponent);
  const headers = Object.entries(headersOf(options)).map(([name, value]) => ({ name, value: textTemplate(value, options, withoutLineBreaks) }));
  const body = route.body === undefined ? null : textTemplate(route.body, options, isJson(route) ? insideJson : String);
  checkHead(options);
  const parts = [path, ...headers.map((header) => header.value), ...(body === null ? [] : [body])];
  const render = (data: RequestData): string => {
    let head = `${route.method} ${path.fill(data)} HTTP/1.1\r\n`;
    for (const { name, value } of headers) head += `${name}: ${value.fill(data)}\r\n`;
    if (body === null) return route.method === "GET" || route.method === "HEAD" ? `${head}\r\n` : `${head}content-length: 0\r\n\r\n`;
    const text = body.fill(data);
    return `${head}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
  };
  if (!parts.every((part) => part.isFixed)) return render;
  const fixed = Buffer.from(render(noData));
  return () => fixed;
}

/** For a request without places. */
const noData: RequestData = { n: 0, id: "", roll: () => 0 };

interface TextTemplate {
  isFixed: boolean;
  fill(data: RequestData): string;
}

type Filler = (data: RequestData) => string;

function textTemplate(text: string, options: TemplateOptions, escape: (value: string) => string): TextTemplate {
  const parts = parseTemplate(text).map((part): string | Filler => {
    if (typeof part === "string") return part;
    const fill = fillerOf(part, options);
    return (data) => escape(fill(data));
  });
  return {
    isFixed: parts.every((part) => typeof part === "string"),
    fill: (data) => {
      let joined = "";
      for (const part of parts) joined += typeof part === "string" ? part : part(data);
      return joined;
    },
  };
}

function fillerOf(place: Place, options: TemplateOptions): Filler {
  const [first = "", second = ""] = place.arguments;
  switch (place.name) {
    case "n":
      return (data) => String(data.n);
    case "id":
      if (options.route.write === undefined) throw invalid(options, "{{id}} stands in a route that is no tracked write", "give the route a `write` with its ledger");
      return (data) => data.id;
    case "int": {
      const [low, high] = [wholeNumber(first, options), wholeNumber(second, options)];
      if (low > high) throw invalid(options, `{{int:${first}:${second}}} has its ends the wrong way round`, "write the lower one first");
      return (data) => String(integerBetween(data.roll, low, high));
    }
    case "pick":
      if (place.arguments.length === 0) throw invalid(options, "{{pick}} has nothing to pick from", "write {{pick:a:b:c}}");
      return (data) => place.arguments[integerBetween(data.roll, 0, place.arguments.length - 1)] ?? "";
    case "text": {
      const count = wholeNumber(first, options);
      if (count < 1 || count > 10_000) throw invalid(options, `{{text:${first}}} is not 1 to 10000 words`, "write how many words the text has");
      return (data) => someText(data.roll, count);
    }
    case "acknowledged": {
      const ledger = options.ledgers.get(first);
      if (ledger === undefined) throw invalid(options, `{{acknowledged:${first}}} names no ledger`, `ledgers are: ${[...options.ledgers.keys()].join(", ")}`);
      return (data) => ledger.acknowledged(data.roll);
    }
    case "captured":
      if (first === "") throw invalid(options, "{{captured}} names nothing", "write {{captured:token}}, and let an earlier step capture it");
      return (data) => data.captured?.get(first) ?? "";
    default:
      throw invalid(options, `nothing is known to fill {{${place.name}}}`, "request templates know id, n, int, pick, text, acknowledged and captured");
  }
}

function wholeNumber(text: string, options: TemplateOptions): number {
  if (!/^-?\d{1,15}$/.test(text)) throw invalid(options, `"${text}" is not a whole number`, "write {{int:1:100}} or {{text:20}}");
  return Number(text);
}

function someText(roll: Dice, count: number): string {
  return Array.from({ length: count }, () => words[integerBetween(roll, 0, words.length - 1)]).join(" ");
}

/** Headers of the route over our own; names compare without case. */
function headersOf({ route, address }: TemplateOptions): Record<string, string> {
  const own: Record<string, string> = { host: formatAddress(address), "user-agent": "roadworthy", accept: "*/*" };
  if (route.body !== undefined) own["content-type"] = "application/json";
  const given = Object.fromEntries(Object.entries(route.headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { ...own, ...given };
}

function isJson(route: Route): boolean {
  const given = Object.entries(route.headers).find(([name]) => name.toLowerCase() === "content-type");
  return given === undefined || given[1].toLowerCase().includes("json");
}

function insideJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

function withoutLineBreaks(value: string): string {
  return value.replaceAll(/[\r\n\0]/g, " ");
}

/** Framing is the engine's: a header that contradicts it would make every answer the wrong one. */
const framing = new Set(["content-length", "transfer-encoding", "connection", "upgrade", "expect", "te", "trailer"]);

function checkHead(options: TemplateOptions): void {
  const { path, headers } = options.route;
  if (!path.startsWith("/")) throw invalid(options, `its path "${path}" does not begin with "/"`, "write the path and query only; the node gives the address");
  // What stands between braces is filled in and escaped; the rest goes out as it is written.
  if (!isPrintable(path.replaceAll(/\{\{[^}]*\}\}/g, ""))) throw invalid(options, "its path holds blanks or characters beyond ASCII", "percent-encode them");
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) throw invalid(options, `"${name}" is no header name`, "use letters, digits and hyphens");
    if (framing.has(name.toLowerCase())) throw invalid(options, `header "${name}" is set by the load engine`, "leave it out");
    if (/[\r\n\0]/.test(value)) throw invalid(options, `header "${name}" holds a line break`, "write it on one line");
  }
}

function isPrintable(text: string): boolean {
  return /^[!-~]*$/.test(text);
}

function invalid(options: TemplateOptions, message: string, hint: string): RoadworthyError {
  return new RoadworthyError("target-invalid", `route "${options.name}": ${message}`, { hint, where: `routes.${options.name}` });
}
