/** Which route of the target a request of a script is: the one that it is named after, else the one whose node, method and path it has. Pure. */

import { formatAddress } from "../../../base/loopback-address.ts";
import type { Route } from "../../../scenario/route.ts";
import { parseTemplate } from "../../../scenario/template.ts";
import { nodeAddress, type Addresses } from "../../stack/address.ts";

/** As k6 tags it; the name is the URL where the script gives none. */
export interface Asked {
  method: string;
  name: string;
  url: string;
}

export interface KnownRoutes {
  /** Name of the route; null for what is none. */
  find(asked: Asked): string | null;
}

interface Pattern {
  route: string;
  method: string;
  /** `host:port`s at which the route's node is reached. */
  hosts: ReadonlySet<string>;
  path: RegExp;
}

/** A script that puts ids into its URLs asks for ever new ones. */
const mostRemembered = 10_000;

export function knownRoutes(routes: Readonly<Record<string, Route>>, addresses: Addresses): KnownRoutes {
  const patterns = Object.entries(routes).map(([route, spec]): Pattern => ({ route, method: spec.method, hosts: hostsOf(spec.node, addresses), path: patternOf(spec.path) }));
  const remembered = new Map<string, string | null>();
  return {
    find: (asked) => {
      const key = `${asked.method} ${asked.name} ${asked.url}`;
      const known = remembered.get(key);
      if (known !== undefined) return known;
      const found = Object.hasOwn(routes, asked.name) ? asked.name : matching(patterns, asked);
      if (remembered.size >= mostRemembered) remembered.clear();
      remembered.set(key, found);
      return found;
    },
  };
}

function matching(patterns: readonly Pattern[], { method, url }: Asked): string | null {
  const parsed = URL.parse(url);
  if (parsed === null) return null;
  const asked = `${parsed.pathname}${parsed.search}`;
  const host = parsed.port === "" ? `${parsed.hostname}:${parsed.protocol === "https:" ? 443 : 80}` : parsed.host;
  return patterns.find((pattern) => pattern.method === method && pattern.hosts.has(host) && pattern.path.test(asked))?.route ?? null;
}

function hostsOf(node: string, { nodes, links }: Addresses): Set<string> {
  const direct = nodeAddress({ nodes, links }, node);
  const through = Object.values(links).filter((link) => link.to === node);
  return new Set([direct, ...through].flatMap(({ host, port }) => [formatAddress({ host, port }), ...(host === "127.0.0.1" ? [`localhost:${port}`] : [])]));
}

/** Each place of the template may be anything that stays within its part of the path or query. */
function patternOf(path: string): RegExp {
  const parts = parseTemplate(path).map((part) => (typeof part === "string" ? RegExp.escape(part) : "[^/?&#]*"));
  return new RegExp(`^${parts.join("")}$`);
}
