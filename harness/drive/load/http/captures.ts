/** Takes values from an answer for later steps of the same journey. */

import { RoadworthyError } from "../../../base/error.ts";
import { pickJson, type Capture } from "../../../scenario/route.ts";

export interface Captures {
  /** Headers that it wants to see, in lower case. */
  readonly headers: readonly string[];
  /** Whether it wants to see the body. */
  readonly keepBody: boolean;
  /** Puts the values of an answer into `found`. Returns what is missing, in words, or null. */
  take(answer: { body: string; headers: ReadonlyMap<string, string> }, found: Map<string, string>): string | null;
}

/** Prepared once for each route. Throws `target-invalid` for a pattern that cannot be read or has not one group. */
export function capturesOf(route: string, captures: Readonly<Record<string, Capture>>): Captures {
  const all = Object.entries(captures).map(([name, capture]) => ({ name, read: readerOf(capture, `routes.${route}.capture.${name}`) }));
  return {
    headers: Object.values(captures).flatMap((capture) => ("header" in capture ? [capture.header.toLowerCase()] : [])),
    keepBody: Object.values(captures).some((capture) => !("header" in capture)),
    take: ({ body, headers }, found) => {
      for (const { name, read } of all) {
        const value = read(body, headers);
        if (value === undefined) return `nothing to capture as "${name}"`;
        found.set(name, value);
      }
      return null;
    },
  };
}

type Reader = (body: string, headers: ReadonlyMap<string, string>) => string | undefined;

function readerOf(capture: Capture, where: string): Reader {
  if ("header" in capture) {
    const name = capture.header.toLowerCase();
    return (_body, headers) => headers.get(name);
  }
  if ("json" in capture) return (body) => jsonValue(body, capture.json);
  const pattern = patternOf(capture.pattern, where);
  return (body) => pattern.exec(body)?.[1];
}

/** The first text, number or truth value at the path. */
function jsonValue(body: string, path: string): string | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return undefined;
  }
  const [value] = pickJson(parsed, path);
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

function patternOf(text: string, where: string): RegExp {
  let pattern: RegExp;
  try {
    pattern = new RegExp(text, "u");
  } catch (error) {
    throw new RoadworthyError("target-invalid", `${where}: "${text}" is no regular expression`, { hint: "check its brackets", where, cause: error });
  }
  // With an empty branch beside it everything matches, and its groups can be counted.
  const groups = (new RegExp(`${text}|`, "u").exec("")?.length ?? 1) - 1;
  if (groups === 1) return pattern;
  throw new RoadworthyError("target-invalid", `${where}: "${text}" has ${groups} groups`, { hint: 'put the value into one pair of parentheses: "token=(\\w+)"; write (?:…) for other ones', where });
}
