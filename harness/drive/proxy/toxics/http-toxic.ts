/** What toxics on single HTTP requests have to offer: they are on links marked `http`, and `toxicity` is for them the share of the requests. */

import type { AttributeRow, AttributesOf } from "./toxic.ts";

/** Which requests. Both may be empty: all of them. */
export type RouteAttributes = {
  method: string;
  /** Compared with the path without its query; `*` stands for anything, slashes too. */
  path: string;
};

/** What becomes of a request that was struck. */
export type Strike =
  /** The server never sees it: these bytes are the answer, head and body. `closes`: the connection ends after it. */
  | { readonly kind: "answer"; answer(closes: boolean): Buffer }
  /** The server is asked, and these bytes take the place of its answer, head and body. */
  | { readonly kind: "rewrite"; answer(): Buffer }
  /** The server's answer, with other bytes in its body, and as many. */
  | { readonly kind: "change"; change(payload: Buffer): Buffer }
  /** The server's answer, its body so much later and at this rate. */
  | { readonly kind: "slow"; readonly delayMs: number; readonly bytesPerSecond: number };

export interface HttpToxicKind<Names extends string, Texts extends string = never> {
  readonly summary: string;
  readonly attributes: { readonly [Name in Names]: AttributeRow };
  /** Attributes that are texts, with their meanings. */
  readonly texts?: { readonly [Name in Texts]: string };
  strike(attributes: Readonly<AttributesOf<Names> & { [Name in Texts]: string }>): Strike;
}

export const routeMeanings: Readonly<Record<keyof RouteAttributes, string>> = {
  method: "only requests of this method; empty: of any",
  path: "only requests to this path, `*` standing for anything; empty: to any",
};

export function isStruck(route: RouteAttributes, request: { readonly method: string; readonly path: string }): boolean {
  if (route.method !== "" && route.method !== request.method) return false;
  const [path = ""] = request.path.split("?");
  return route.path === "" || matchesPattern(path, route.path);
}

/** `/a/*` matches `/a/`, `/a/b` and `/a/b/c`. Linear in time, whatever the pattern. */
export function matchesPattern(text: string, pattern: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
