/** Which route of a target makes the request of a log's line: by the route's name, or by method and path. */

import type { Route } from "../../../scenario/route.ts";
import { parseTemplate } from "../../../scenario/template.ts";

/** The name of the route, or null when none makes it. */
export type MatchRoute = (request: string) => string | null;

/**
 * `request` is a route's name or "METHOD /path". A route that is written in these very words comes first; else the query is left out on
 * both sides and a place such as {{int:1:9}} stands for any text within one part of the path. Of several, the one with fewest places.
 */
export function matchRoutes(routes: Readonly<Record<string, Route>>): MatchRoute {
  const exact = new Map([
    ...Object.entries(routes).toReversed().map(([name, route]): [string, string] => [`${route.method} ${route.path}`, name]),
    ...Object.keys(routes).map((name): [string, string] => [name, name]),
  ]);
  const patterns = Object.entries(routes)
    .map(([name, route]) => ({ name, method: route.method, parts: partsOf(route.path) }))
    .toSorted((a, b) => placesIn(a.parts) - placesIn(b.parts));
  return (request) => {
    const known = exact.get(request);
    if (known !== undefined) return known;
    const blank = request.indexOf(" ");
    const method = request.slice(0, blank);
    const parts = withoutQuery(request.slice(blank + 1)).split("/");
    return patterns.find((pattern) => pattern.method === method && pattern.parts.length === parts.length && pattern.parts.every((part, index) => fits(part, parts[index] ?? "")))?.name ?? null;
  };
}

/** One part of a path between slashes: its literal texts, with a place between each two. */
type PathPart = readonly string[];

const placeMark = "\0";

function partsOf(path: string): PathPart[] {
  const marked = parseTemplate(path)
    .map((part) => (typeof part === "string" ? part : placeMark))
    .join("");
  // Places side by side are one: where one ends and the next begins cannot be told.
  return withoutQuery(marked)
    .split("/")
    .map((part) => part.replaceAll(/\0+/g, placeMark).split(placeMark));
}

function placesIn(parts: readonly PathPart[]): number {
  return parts.reduce((sum, part) => sum + part.length - 1, 0);
}

/** Each place takes at least one character. Looks at each character once: what is matched was written by strangers. */
function fits(part: PathPart, text: string): boolean {
  const [first = "", ...others] = part;
  if (others.length === 0) return text === first;
  const last = others.pop() ?? "";
  if (!text.startsWith(first)) return false;
  let position = first.length;
  for (const literal of others) {
    const found = text.indexOf(literal, position + 1);
    if (found < 0) return false;
    position = found + literal.length;
  }
  return text.length - last.length > position && text.endsWith(last);
}

function withoutQuery(path: string): string {
  const end = path.indexOf("?");
  return end < 0 ? path : path.slice(0, end);
}
