/** Proxies by the HTTP interface: made, listed, changed, removed, many at once. */

import type { Case } from "./case.fixture.ts";
import type { Answer, Stage } from "./stage.fixture.ts";

const made = { name: "a", listen: "127.0.0.1:*", upstream: "127.0.0.1:1", enabled: true, toxics: [] };
const wanted = { name: "a", listen: "127.0.0.1:0", upstream: "127.0.0.1:1" };
const disabled = { ...wanted, enabled: false };

const post = (stage: Stage, path: string, body: unknown): Promise<Answer> => stage.call({ method: "POST", path, body });

export const proxyCases: readonly Case[] = [
  {
    name: "a proxy is made and listens on a port of its own",
    act: (stage) => post(stage, "/proxies", wanted),
    sees: { status: 201, body: made },
  },
  {
    name: "a proxy that is made disabled is not listened on",
    act: (stage) => post(stage, "/proxies", disabled),
    sees: { status: 201, body: { ...made, enabled: false, listen: "127.0.0.1:0" } },
  },
  {
    name: "the client makes, finds and removes a proxy",
    act: async ({ client, outcome }) => {
      const { name, upstream, enabled } = await client.createProxy({ ...wanted, enabled: true });
      const found = await client.get("a");
      await found.remove();
      return [name, upstream, enabled, found.name, await outcome(client.get("a"))];
    },
    sees: ["a", "127.0.0.1:1", true, "a", "Request failed with status code 404"],
  },
  {
    name: "all proxies are listed by name",
    act: async (stage) => {
      await post(stage, "/proxies", wanted);
      await post(stage, "/proxies", { ...disabled, name: "b" });
      return await stage.call({ method: "GET", path: "/proxies" });
    },
    sees: { status: 200, body: { a: made, b: { ...made, name: "b", enabled: false, listen: "127.0.0.1:0" } } },
  },
  {
    name: "one proxy is shown",
    act: async (stage) => {
      await post(stage, "/proxies", wanted);
      return await stage.call({ method: "GET", path: "/proxies/a" });
    },
    sees: { status: 200, body: made },
  },
  {
    name: "a proxy is disabled and enabled by POST on the same port, with what was not named kept",
    act: async (stage) => {
      const proxy = await stage.client.createProxy({ ...wanted, enabled: true });
      const off = await post(stage, "/proxies/a", { enabled: false });
      const on = await stage.client.getApi().post<{ listen: string; enabled: boolean }>(proxy.getPath(), { enabled: true });
      return [off, on.data.enabled, on.data.listen === proxy.listen];
    },
    sees: [{ status: 200, body: { ...made, enabled: false } }, true, true],
  },
  {
    name: "the upstream is changed",
    act: async (stage) => {
      await post(stage, "/proxies", wanted);
      return await post(stage, "/proxies/a", { upstream: "127.0.0.1:2" });
    },
    sees: { status: 200, body: { ...made, upstream: "127.0.0.1:2" } },
  },
  {
    name: "unknown fields are ignored",
    act: (stage) => post(stage, "/proxies", { ...wanted, colour: "red" }),
    sees: { status: 201, body: made },
  },
  {
    name: "a proxy is removed once",
    act: async (stage) => {
      await post(stage, "/proxies", wanted);
      const gone = await stage.call({ method: "DELETE", path: "/proxies/a" });
      return [gone, await stage.call({ method: "DELETE", path: "/proxies/a" })];
    },
    sees: [
      { status: 204, body: "" },
      { status: 404, body: { error: "proxy not found", status: 404 } },
    ],
  },
  {
    name: "populate makes proxies, keeps those that are the same with their toxics, and moves the others",
    act: async (stage) => {
      const link = await stage.link(() => undefined, { type: "latency", attributes: { latency: 5 } });
      await post(stage, "/proxies", { ...wanted, name: "moved" });
      const { listen, upstream, name } = link.proxy;
      await stage.client.populate([
        { name, listen, upstream },
        { name: "moved", listen: "127.0.0.1:0", upstream: "127.0.0.1:3" },
        { name: "fresh", listen: "127.0.0.1:0", upstream: "127.0.0.1:4" },
      ]);
      const now = Object.values(await stage.client.getAll()).toSorted((a, b) => (a.name < b.name ? -1 : 1));
      const kept = await stage.call({ method: "GET", path: `/proxies/${name}/toxics` });
      return [now.map((proxy) => [proxy.name, proxy.enabled, proxy.upstream === upstream ? "as before" : proxy.upstream]), kept.body];
    },
    sees: [
      [
        ["fresh", true, "127.0.0.1:4"],
        ["link-1", true, "as before"],
        ["moved", true, "127.0.0.1:3"],
      ],
      [{ name: "toxic-1", type: "latency", stream: "downstream", toxicity: 1, attributes: { latency: 5, jitter: 0 } }],
    ],
  },
  {
    name: "populate with a proxy that is the same already",
    act: async (stage) => {
      const { data } = await stage.client.getApi().post<{ listen: string }>(`${stage.client.host}/proxies`, wanted);
      return (await post(stage, "/populate", [{ ...wanted, listen: data.listen }])).body;
    },
    sees: { proxies: [{ ...made, enabled: false }] },
    differs: { sees: { proxies: [made] }, here: "`/populate` shows a proxy that it left alone as it is", there: "as disabled and without toxics, which it is not", why: "who asks wants to know" },
  },
  {
    name: "populate answers with what it made",
    act: (stage) => post(stage, "/populate", [wanted, { ...disabled, name: "b" }]),
    sees: { status: 201, body: { proxies: [made, { ...made, name: "b", enabled: false, listen: "127.0.0.1:0" }] } },
  },
  {
    name: "populate of something that lacks a name makes nothing",
    act: async (stage) => {
      const { status } = await post(stage, "/populate", [wanted, { upstream: "127.0.0.1:1" }]);
      return [status, await stage.call({ method: "GET", path: "/proxies" })];
    },
    sees: [400, { status: 200, body: {} }],
  },
  {
    name: "populate that cannot have a port says what it had made",
    act: async (stage) => {
      const taken = await stage.upstream(() => undefined);
      const { status, body } = await post(stage, "/populate", [wanted, { ...wanted, name: "b", listen: `127.0.0.1:${taken.port}` }]);
      return [status, typeof body === "object" && body !== null && "proxies" in body && body.proxies];
    },
    sees: [500, [made]],
  },
  {
    name: "reset enables all proxies on their ports and takes away all toxics",
    act: async (stage) => {
      const { proxy } = await stage.link(() => undefined, { type: "latency", attributes: { latency: 5 } }, { type: "timeout", attributes: {}, stream: "upstream" });
      await stage.client.getApi().post(proxy.getPath(), { enabled: false });
      await stage.client.reset();
      const { enabled, listen } = await stage.client.get(proxy.name);
      return [enabled, listen === proxy.listen, await stage.call({ method: "GET", path: `/proxies/${proxy.name}/toxics` })];
    },
    sees: [true, true, { status: 200, body: [] }],
  },
  {
    name: "reset is answered with nothing",
    act: (stage) => post(stage, "/reset", undefined),
    sees: { status: 204, body: "" },
  },
  {
    name: "of two who make the same proxy at once one is told that it exists",
    act: async (stage) => (await Promise.all([post(stage, "/proxies", wanted), post(stage, "/proxies", wanted)])).map(({ status }) => status).toSorted((a, b) => a - b),
    sees: [201, 409],
  },
  {
    name: "the version",
    act: async ({ client, call }) => {
      const version = await call({ method: "GET", path: "/version" });
      return [typeof version.body, /\d+\.\d+\.\d+/.test(await client.getVersion())];
    },
    sees: ["string", true],
    differs: {
      sees: ["object", true],
      here: "`GET /version` is answered with JSON",
      there: "a bare number up to 2.5",
      why: "later releases of Toxiproxy answer so; the node client takes both",
    },
  },
  {
    name: "an update by PATCH",
    act: async (stage) => {
      await post(stage, "/proxies", wanted);
      return (await stage.call({ method: "PATCH", path: "/proxies/a", body: { enabled: false } })).status;
    },
    sees: 405,
    differs: { sees: 200, here: "updates by `PATCH` and by `POST`", there: "by `POST` only up to 2.5", why: "later releases of Toxiproxy take both" },
  },
  {
    name: "the fields of a proxy",
    act: async ({ client }) => {
      await client.createProxy({ ...wanted, enabled: true });
      const { data } = await client.getApi().get<object>(`${client.host}/proxies/a`);
      return Object.keys(data).toSorted();
    },
    sees: ["Logger", "enabled", "listen", "name", "toxics", "upstream"],
    differs: { sees: ["enabled", "listen", "name", "toxics", "upstream"], here: "a proxy has the fields that are documented", there: "2.4 and 2.5 add an empty `Logger`", why: "it slipped out there" },
  },
];
