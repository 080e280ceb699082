/** What the HTTP interface refuses, with its status and text. */

import type { Case, Difference } from "./case.fixture.ts";
import type { RawRequest } from "./stage.fixture.ts";

const wanted = { name: "a", listen: "127.0.0.1:0", upstream: "127.0.0.1:1", enabled: false };
const toxic = { type: "latency", attributes: { latency: 1 } };

interface Refusal {
  name: string;
  asked: RawRequest;
  status: number;
  /** How the text begins. */
  error: string;
}

/** There is a proxy "a" with a toxic "latency_downstream" when they are asked. */
const refusals: readonly Refusal[] = [
  { name: "an unknown proxy is not found", asked: { method: "GET", path: "/proxies/nope" }, status: 404, error: "proxy not found" },
  { name: "an unknown proxy is not changed", asked: { method: "POST", path: "/proxies/nope", body: {} }, status: 404, error: "proxy not found" },
  { name: "an unknown proxy has no toxics", asked: { method: "GET", path: "/proxies/nope/toxics" }, status: 404, error: "proxy not found" },
  { name: "an unknown proxy gets no toxic", asked: { method: "POST", path: "/proxies/nope/toxics", body: toxic }, status: 404, error: "proxy not found" },
  { name: "an unknown toxic is not found", asked: { method: "GET", path: "/proxies/a/toxics/nope" }, status: 404, error: "toxic not found" },
  { name: "an unknown toxic is not changed", asked: { method: "POST", path: "/proxies/a/toxics/nope", body: {} }, status: 404, error: "toxic not found" },
  { name: "an unknown toxic is not removed", asked: { method: "DELETE", path: "/proxies/a/toxics/nope" }, status: 404, error: "toxic not found" },
  { name: "a proxy is not made twice", asked: { method: "POST", path: "/proxies", body: wanted }, status: 409, error: "proxy already exists" },
  { name: "a toxic is not made twice", asked: { method: "POST", path: "/proxies/a/toxics", body: toxic }, status: 409, error: "toxic already exists" },
  { name: "a proxy needs a name", asked: { method: "POST", path: "/proxies", body: { upstream: "127.0.0.1:1" } }, status: 400, error: "missing required field: name" },
  { name: "a proxy needs an upstream", asked: { method: "POST", path: "/proxies", body: { name: "b" } }, status: 400, error: "missing required field: upstream" },
  { name: "populate needs names", asked: { method: "POST", path: "/populate", body: [{ upstream: "127.0.0.1:1" }] }, status: 400, error: "missing required field: name at proxy 1" },
  { name: "populate needs upstreams", asked: { method: "POST", path: "/populate", body: [wanted, { name: "b" }] }, status: 400, error: "missing required field: upstream at proxy 2" },
  { name: "populate needs a list", asked: { method: "POST", path: "/populate", body: { name: "b" } }, status: 400, error: "bad request body" },
  { name: "bad JSON makes no proxy", asked: { method: "POST", path: "/proxies", body: "{" }, status: 400, error: "bad request body" },
  { name: "no body makes no proxy", asked: { method: "POST", path: "/proxies" }, status: 400, error: "bad request body" },
  { name: "bad JSON changes no proxy", asked: { method: "POST", path: "/proxies/a", body: "[" }, status: 400, error: "bad request body" },
  { name: "a name is a text", asked: { method: "POST", path: "/proxies", body: { ...wanted, name: 7 } }, status: 400, error: "bad request body" },
  { name: "enabled is true or false", asked: { method: "POST", path: "/proxies/a", body: { enabled: "no" } }, status: 400, error: "bad request body" },
  { name: "an unknown type is no toxic", asked: { method: "POST", path: "/proxies/a/toxics", body: { type: "gremlin" } }, status: 400, error: "invalid toxic type" },
  { name: "a toxic needs a type", asked: { method: "POST", path: "/proxies/a/toxics", body: {} }, status: 400, error: "invalid toxic type" },
  { name: "an unknown stream is no stream", asked: { method: "POST", path: "/proxies/a/toxics", body: { ...toxic, stream: "sideways" } }, status: 400, error: "stream was invalid, can be either upstream or downstream" },
  { name: "bad JSON makes no toxic", asked: { method: "POST", path: "/proxies/a/toxics", body: "{" }, status: 400, error: "bad request body" },
  { name: "an attribute is a number", asked: { method: "POST", path: "/proxies/a/toxics", body: { ...toxic, name: "n", attributes: { latency: "slow" } } }, status: 400, error: "bad request body" },
  { name: "bad JSON changes no toxic", asked: { method: "POST", path: "/proxies/a/toxics/latency_downstream", body: "{" }, status: 400, error: "bad request body" },
];

const refused: readonly Case[] = refusals.map(({ name, asked, status, error }) => ({
  name,
  act: async ({ call }) => {
    await call({ method: "POST", path: "/proxies", body: wanted });
    await call({ method: "POST", path: "/proxies/a/toxics", body: toxic });
    const before = await call({ method: "GET", path: "/proxies" });
    const answer = await call(asked);
    const after = await call({ method: "GET", path: "/proxies" });
    const body = typeof answer.body === "object" && answer.body !== null ? answer.body : {};
    const text = "error" in body ? String(body.error) : "";
    return { status: answer.status, said: "status" in body && body.status, error: text.slice(0, error.length), changed: JSON.stringify(before) !== JSON.stringify(after) };
  },
  sees: { status, said: status, error, changed: false },
}));

interface Stricter {
  name: string;
  asked: RawRequest;
  /** There, and here. */
  status: [there: number, here: number];
  differs: Omit<Difference, "sees">;
}

const hostile = "hostile input does not become a state that nobody meant";
const web = "a web page could otherwise inject faults";
const strangers = "load and faults must not reach strangers";

/** What Toxiproxy takes and we refuse. Nothing is opened: proxies are made disabled. */
const stricter: readonly Stricter[] = [
  { name: "an attribute below 0", asked: { method: "POST", path: "/proxies/a/toxics", body: { type: "latency", attributes: { latency: -1 } } }, status: [200, 400], differs: { here: "attributes below 0: 400", there: "accepted", why: hostile } },
  { name: "a toxicity above 1", asked: { method: "POST", path: "/proxies/a/toxics", body: { ...toxic, toxicity: 1.5 } }, status: [200, 400], differs: { here: "toxicity outside 0 to 1: 400", there: "accepted", why: hostile } },
  { name: "a slicer of size 0", asked: { method: "POST", path: "/proxies/a/toxics", body: { type: "slicer", attributes: { average_size: 0 } } }, status: [200, 400], differs: { here: "`slicer` needs `average_size` ≥ 1: 400", there: "accepted, and the first data overflows the stack", why: hostile } },
  { name: "a name with a space", asked: { method: "POST", path: "/proxies", body: { ...wanted, name: "b c" } }, status: [201, 400], differs: { here: "names have letters, digits, `_ . -`, at most 128: 400", there: "any name", why: "names become paths and file names" } },
  { name: "an upstream without a port", asked: { method: "POST", path: "/proxies", body: { ...wanted, name: "b", upstream: "nowhere" } }, status: [201, 400], differs: { here: "addresses are `host:port`: 400", there: "noticed with the first connection", why: hostile } },
  { name: "a body of more than 1 MiB", asked: { method: "POST", path: "/proxies", body: `${JSON.stringify({ ...wanted, name: "b" })}${" ".repeat(1_100_000)}` }, status: [201, 413], differs: { here: "bodies over 1 MiB: 413", there: "no limit", why: hostile } },
  { name: "an upstream of another machine", asked: { method: "POST", path: "/proxies", body: { ...wanted, name: "b", upstream: "192.0.2.1:80" } }, status: [201, 403], differs: { here: "upstreams beyond loopback: 403, on connecting too; `--allow` opens one", there: "any", why: strangers } },
  { name: "listening for other machines", asked: { method: "POST", path: "/proxies", body: { ...wanted, name: "b", listen: "0.0.0.0:0" } }, status: [201, 403], differs: { here: "listening beyond loopback: 403", there: "any address", why: strangers } },
  { name: "a body that is not called JSON", asked: { method: "POST", path: "/proxies", body: JSON.stringify({ ...wanted, name: "b" }), headers: { "content-type": "text/plain" } }, status: [201, 415], differs: { here: "a body needs `content-type: application/json`: 415", there: "any", why: web } },
  { name: "a request from a page of another origin", asked: { method: "POST", path: "/reset", headers: { origin: "http://example.org" } }, status: [204, 403], differs: { here: "foreign `Origin`, `Referer`: 403", there: "any", why: web } },
  { name: "a request under a foreign name", asked: { method: "GET", path: "/proxies", headers: { host: "example.org" } }, status: [200, 403], differs: { here: "foreign `Host`: 403", there: "any", why: web } },
];

const strict: readonly Case[] = stricter.map(({ name, asked, status: [there, here], differs }) => ({
  name,
  act: async ({ call }) => {
    await call({ method: "POST", path: "/proxies", body: { ...wanted, name: "a" } });
    return (await call(asked)).status;
  },
  sees: there,
  differs: { ...differs, sees: here },
}));

export const refusalCases: readonly Case[] = [
  ...refused,
  ...strict,
  {
    name: "a browser is refused",
    act: async ({ call }) => (await call({ method: "GET", path: "/proxies", headers: { "user-agent": "Mozilla/5.0" } })).status,
    sees: 403,
  },
  {
    name: "an unknown path is not found, a wrong method is not allowed",
    act: async ({ call }) => [(await call({ method: "GET", path: "/elsewhere" })).status, (await call({ method: "PUT", path: "/proxies" })).status],
    sees: [404, 405],
  },
  {
    name: "the body of a path that is not there",
    act: async ({ call }) => (await call({ method: "GET", path: "/elsewhere" })).body,
    sees: "404 page not found",
    differs: { sees: { error: "no such path: /elsewhere", status: 404 }, here: "unknown paths and methods are answered in JSON", there: "in plain text, or with nothing", why: "one shape for every error" },
  },
  {
    name: "a port that is taken",
    act: async ({ call, upstream }) => {
      const taken = await upstream(() => undefined);
      const { status } = await call({ method: "POST", path: "/proxies", body: { ...wanted, enabled: true, listen: `127.0.0.1:${taken.port}` } });
      return [status, (await call({ method: "GET", path: "/proxies" })).body];
    },
    sees: [500, {}],
  },
  {
    name: "an empty listen address",
    act: async ({ call }) => (await call({ method: "POST", path: "/proxies", body: { ...wanted, listen: "" } })).body,
    sees: { ...wanted, listen: "", toxics: [] },
    differs: { sees: { ...wanted, toxics: [] }, here: "an empty `listen` is a free port of 127.0.0.1", there: "a free port of all addresses", why: strangers },
  },
];
