/** What every server of this room answers, each in its own way: the answers that HTTP/1.1 has. */

import { request } from "node:http";
import type { LoadOrder } from "../load/run-load.ts";

const status = { json: { status: "ok" } };

export const routes: LoadOrder["routes"] = {
  plain: { path: "/plain", expect: status },
  // The number makes each body, and so each request, another one.
  post: { path: "/post", method: "POST", body: '{"number":"{{n}}"}', expect: status },
  chunked: { path: "/chunked", expect: status },
  gzip: { path: "/gzip", headers: { "accept-encoding": "gzip" } },
  empty: { path: "/empty", expect: { status: [204] } },
  close: { path: "/close", expect: status },
};

/** The header that makes a route what it is, as Node's own client must see it: else the server would prove nothing. */
const traits: readonly { readonly path: string; readonly header: string; readonly value: string }[] = [
  { path: "/chunked", header: "transfer-encoding", value: "chunked" },
  { path: "/gzip", header: "content-encoding", value: "gzip" },
  { path: "/close", header: "connection", value: "close" },
];

/** Routes that are not what they should be; none, when all is well. Asks each of them once. */
export async function wrongTraits(port: number): Promise<string[]> {
  const seen = await Promise.all(traits.map(async (trait) => ({ trait, headers: await headersOf(port, trait.path) })));
  return seen.filter(({ trait, headers }) => headers[trait.header] !== trait.value).map(({ trait, headers }) => `${trait.path}: ${trait.header} ${String(headers[trait.header])}`);
}

async function headersOf(port: number, path: string): Promise<NodeJS.Dict<string | string[]>> {
  const { promise, resolve, reject } = Promise.withResolvers<NodeJS.Dict<string | string[]>>();
  const asked = request({ host: "127.0.0.1", port, path, headers: { "accept-encoding": "gzip", connection: "keep-alive" } }, (answer) => {
    answer.resume();
    answer.once("end", () => resolve(answer.headers));
  });
  asked.once("error", reject);
  asked.end();
  return await promise;
}
