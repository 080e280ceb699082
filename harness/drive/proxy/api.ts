/** The HTTP interface: a table of routes, each one act on the links. */

import { HttpRefusal, type LoopbackRequest, type LoopbackResponse } from "../../base/loopback-server.ts";
import type { Links } from "./links.ts";
import { metricsContentType, metricsText } from "./metrics.ts";
import { toxicJson } from "./relay/toxic-entry.ts";

/** The release of Toxiproxy whose interface this is; what follows the plus says that it is not the original. */
export const interfaceVersion = "2.12.0+roadworthy";

/** `link` and `toxic` are the names in the path, "" where the route has none. */
interface Call {
  readonly links: Links;
  readonly link: string;
  readonly toxic: string;
  readonly body: unknown;
}

type Answer = LoopbackResponse | Promise<LoopbackResponse>;
type Methods = Readonly<Record<string, (call: Call) => Answer>>;

const updateLink = async ({ links, link, body }: Call): Promise<LoopbackResponse> => ({ status: 200, body: (await links.change(link, body)).json() });
const updateToxic = ({ links, link, toxic, body }: Call): Answer => ({ status: 200, body: toxicJson(links.changeToxic(link, toxic, body)) });

const routes: Readonly<Record<string, Methods>> = {
  "/version": { GET: () => ({ status: 200, body: { version: interfaceVersion } }) },
  "/metrics": {
    GET: ({ links }) => ({ status: 200, body: metricsText(links.all()), headers: { "content-type": metricsContentType } }),
  },
  "/reset": {
    POST: async ({ links }) => {
      await links.reset();
      return { status: 204 };
    },
  },
  "/populate": {
    POST: async ({ links, body }) => ({ status: 201, body: { proxies: (await links.populate(body)).map((link) => link.json()) } }),
  },
  "/proxies": {
    GET: ({ links }) => ({ status: 200, body: Object.fromEntries(links.all().map((link) => [link.name, link.json()])) }),
    POST: async ({ links, body }) => ({ status: 201, body: (await links.create(body)).json() }),
  },
  "/proxies/*": {
    GET: ({ links, link }) => ({ status: 200, body: links.find(link).json() }),
    POST: updateLink,
    PATCH: updateLink,
    DELETE: async ({ links, link }) => {
      await links.remove(link);
      return { status: 204 };
    },
  },
  "/proxies/*/stats": { GET: ({ links, link }) => ({ status: 200, body: links.find(link).stats() }) },
  "/proxies/*/toxics": {
    GET: ({ links, link }) => ({ status: 200, body: links.find(link).toxics.map(toxicJson) }),
    // 200 and not 201: Toxiproxy answers so.
    POST: ({ links, link, body }) => ({ status: 200, body: toxicJson(links.addToxic(link, body)) }),
  },
  "/proxies/*/toxics/*": {
    GET: ({ links, link, toxic }) => ({ status: 200, body: toxicJson(links.findToxic(link, toxic)) }),
    POST: updateToxic,
    PATCH: updateToxic,
    DELETE: ({ links, link, toxic }) => {
      links.removeToxic(link, toxic);
      return { status: 204 };
    },
  },
};

export async function answerApi(links: Links, request: LoopbackRequest): Promise<LoopbackResponse> {
  const [first = "", link = "", third, toxic = ""] = request.path;
  const pattern = patternOf(request.path);
  const methods = Object.hasOwn(routes, pattern) ? routes[pattern] : undefined;
  if (methods === undefined || (third !== undefined && link === "")) throw new HttpRefusal(404, `no such path: /${first}`);
  const act = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined;
  if (act === undefined) return { status: 405, body: { error: "method not allowed", status: 405 }, headers: { allow: Object.keys(methods).join(", ") } };
  return await act({ links, link, toxic, body: request.body });
}

// The second and the fourth part are names: ["proxies", "db", "toxics", "slow"] has the pattern /proxies/*/toxics/*.
function patternOf(path: readonly string[]): string {
  return `/${path.map((part, index) => (index === 1 || index === 3 ? "*" : part)).join("/")}`;
}
