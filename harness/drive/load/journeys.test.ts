import { describe, expect, it } from "vitest";
import { Ledger, type WriteEvent } from "../ledger/ledger.ts";
import { loadConfigSchema, type LoadConfig } from "./config.ts";
import type { Source } from "./engine.ts";
import { originName, plainOrigin, type Origin, type OriginTls } from "./http/origin.ts";
import { prepareSources } from "./journeys.ts";
import type { RequestResult } from "./prepared-request.ts";

type RouteInput = Record<string, unknown>;

interface Prepared {
  source: Source;
  events: WriteEvent[];
}

function prepare(routes: Record<string, RouteInput>, options: { journeys?: { weight?: number; steps: string[] }[]; seed?: number; tls?: OriginTls } = {}): Prepared {
  const config: LoadConfig = loadConfigSchema.parse({
    logFolder: "log",
    seed: options.seed ?? 1,
    run: "r1",
    totalMs: 1000,
    workloads: [{ name: "users", profile: { shape: "constant", rate: 10 }, journeys: options.journeys ?? [{ steps: Object.keys(routes) }] }],
    target: {
      routes: Object.fromEntries(Object.entries(routes).map(([name, route]) => [name, { node: "api", ...route }])),
      ledgers: { documents: { readBack: { table: [{ via: "sql", node: "db", statement: "select id from documents" }] } } },
    },
    addresses: { nodes: {}, links: {} },
  });
  const events: WriteEvent[] = [];
  const ledgers = new Map([["documents", new Ledger({ name: "documents", id: "{{run}}-{{n}}", run: "r1", journal: (event) => events.push(event) })]]);
  const address = { host: "127.0.0.1", port: 8080 };
  const origins = new Map<string, Origin>([["api", plainOrigin(address)]]);
  if (options.tls !== undefined) origins.set(originName({ node: "api", tls: { ...options.tls, serverName: options.tls.serverName ?? undefined } }), { address, tls: options.tls });
  const [source] = prepareSources({ config, ledgers, origins, routeNames: Object.keys(config.target.routes) });
  if (source === undefined) throw new Error("no source");
  return { source, events };
}

/** The requests of one arrival, as text. */
function sent(source: Source, n: number): string[] {
  const journey = source.arrive(n);
  const texts: string[] = [];
  for (let request = journey(); request !== null; request = journey()) texts.push(request.bytes.toString());
  return texts;
}

const first = (routes: Record<string, RouteInput>): string => sent(prepare(routes).source, 0)[0] ?? "";

describe("a request", () => {
  it("without places is one buffer, made once", () => {
    const { source } = prepare({ home: { path: "/" } });
    const [one, two] = [source.arrive(0)(), source.arrive(1)()];
    expect(one?.bytes).toBeInstanceOf(Buffer);
    expect(one?.bytes).toBe(two?.bytes);
    expect(one?.bytes.toString()).toBe("GET / HTTP/1.1\r\nhost: 127.0.0.1:8080\r\nuser-agent: roadworthy\r\naccept: */*\r\n\r\n");
  });

  it("has the length of its body in bytes and the type that its route gives", () => {
    const text = first({ note: { method: "POST", path: "/notes", headers: { "Content-Type": "text/plain", "X-Key": "k{{n}}" }, body: "grüße {{n}}" } });
    expect(text).toContain("content-length: 9\r\n");
    expect(text).toContain("content-type: text/plain\r\n");
    expect(text).toContain("x-key: k0\r\n");
    expect(text.endsWith("\r\n\r\ngrüße 0")).toBe(true);
  });

  it("of a method that carries a body says that there is none", () => {
    expect(first({ clear: { method: "POST", path: "/clear" } })).toContain("content-length: 0\r\n");
  });

  it("escapes what it fills in for where it stands", () => {
    const awkward = String.raw`a"b\c/d e&f`;
    const text = first({ search: { method: "POST", path: `/s?q={{pick:${awkward}}}`, body: `{"q":"{{pick:${awkward}}}"}` } });
    expect(text).toContain(`POST /s?q=${encodeURIComponent(awkward)} HTTP/1.1`);
    expect(JSON.parse(text.slice(text.indexOf("\r\n\r\n")))).toEqual({ q: awkward });
  });

  it("fills numbers within their ends and texts of so many words", () => {
    const { source } = prepare({ note: { method: "POST", path: "/", body: '{"k":{{int:-2:2}},"t":"{{text:12}}"}' } });
    const bodies = Array.from({ length: 200 }, (_unused, n): unknown => JSON.parse((sent(source, n)[0] ?? "").split("\r\n\r\n")[1] ?? ""));
    const numbers = bodies.map((body) => (typeof body === "object" && body !== null && "k" in body ? body.k : null));
    expect(new Set(numbers)).toEqual(new Set([-2, -1, 0, 1, 2]));
    expect(bodies.every((body) => typeof body === "object" && body !== null && "t" in body && String(body.t).split(" ").length === 12)).toBe(true);
  });

  it.each<[string, RouteInput, string]>([
    ["a place that nothing fills", { path: "/{{nothing}}" }, "{{nothing}}"],
    ["an id without a ledger", { path: "/{{id}}" }, "tracked write"],
    ["a ledger that is not there", { path: "/{{acknowledged:papers}}" }, "papers"],
    ["ends the wrong way round", { path: "/{{int:5:1}}" }, "wrong way round"],
    ["ends that are no numbers", { path: "/{{int:a:b}}" }, "whole number"],
    ["nothing to pick from", { path: "/{{pick}}" }, "nothing to pick"],
    ["a text of no words", { path: "/", body: "{{text:0}}" }, "words"],
    ["a blank in the path", { path: "/a b" }, "blanks"],
    ["a path that is a URL", { path: "http://127.0.0.1/" }, "begin with"],
    ["a header that is two", { path: "/", headers: { "x-a": "b\r\nx-c: d" } }, "line break"],
    ["a header that frames", { path: "/", headers: { "Transfer-Encoding": "chunked" } }, "load engine"],
    ["a write of a ledger that is not there", { path: "/", write: { ledger: "papers" } }, "papers"],
    ["a node that is not there", { path: "/", node: "web" }, "web"],
  ])("with %s is refused before anything runs", (_name, route, words) => {
    expect(() => prepare({ bad: route })).toThrow(expect.objectContaining({ code: "target-invalid", message: expect.stringContaining(words) }));
  });
});

describe("a workload", () => {
  const routes = {
    write: { method: "POST", path: "/w", body: '{"id":"{{id}}","k":{{int:1:1000000}}}', write: { ledger: "documents" } },
    read: { path: "/r/{{acknowledged:documents}}?k={{int:1:1000000}}" },
  };
  const journeys = [{ weight: 3, steps: ["write", "read"] }, { steps: ["read"] }];

  it("is the same for the same seed and another for another", () => {
    const record = (seed: number): string[][] => {
      const { source } = prepare(routes, { journeys, seed });
      return Array.from({ length: 50 }, (_unused, n) => sent(source, n));
    };
    expect(record(7)).toEqual(record(7));
    expect(record(7)).not.toEqual(record(8));
  });

  it("gives an arrival the same data however the steps of others fall between", () => {
    const inTurn = prepare(routes, { journeys: [{ steps: ["write", "read"] }] }).source;
    const mixed = prepare(routes, { journeys: [{ steps: ["write", "read"] }] }).source;
    const expected = [sent(inTurn, 0), sent(inTurn, 1)];
    const [one, two] = [mixed.arrive(0), mixed.arrive(1)];
    const firsts = [one()?.bytes.toString(), two()?.bytes.toString()];
    const seconds = [two()?.bytes.toString(), one()?.bytes.toString()];
    expect([[firsts[0], seconds[1]], [firsts[1], seconds[0]]]).toEqual(expected);
  });

  it("chooses journeys by weight", () => {
    const { source } = prepare(routes, { journeys });
    const lengths = Array.from({ length: 1000 }, (_unused, n) => sent(source, n).length);
    const long = lengths.filter((length) => length === 2).length;
    expect(long).toBeGreaterThan(680);
    expect(long).toBeLessThan(820);
  });

  it("journals its writes and reads back what was acknowledged", () => {
    const { source, events } = prepare(routes, { journeys: [{ steps: ["write", "read"] }] });
    const journey = source.arrive(0);
    const write = journey();
    const result: RequestResult = { intendedUs: 1, startUs: 2, firstByteUs: 3, endUs: 4, outcome: "ok", status: 200, bytes: 1, message: "" };
    write?.onSend?.(1, 2);
    write?.onEnd?.(result);
    expect(events.map(({ id, what, at }) => [id, what, at])).toEqual([["r1-1", "invoke", 2], ["r1-1", "ok", 4]]);
    expect(journey()?.bytes.toString()).toContain("/r/r1-1?k=");
    const refused = source.arrive(1)();
    expect(refused?.fault(503, "")).toBe("status");
    refused?.onEnd?.({ ...result, outcome: "status", status: 503 });
    const lost = source.arrive(2)();
    lost?.onEnd?.({ ...result, outcome: "timeout", status: 0 });
    expect(events.slice(2).map(({ id, what }) => [id, what])).toEqual([["r1-2", "refused"], ["r1-3", "info"]]);
  });

  it("checks answers as its route says", () => {
    const { source } = prepare({ health: { path: "/", expect: { json: { status: "ok" } } } });
    const request = source.arrive(0)();
    expect([request?.keepBody, request?.fault(200, '{"status":"ok"}'), request?.fault(200, '{"status":"no"}'), request?.fault(503, "")]).toEqual([true, null, "body", "status"]);
  });

  it("makes the requests of a route without places once, and takes no look at bodies that nobody asked for", () => {
    const { source } = prepare({ home: { path: "/" } });
    const one = source.arrive(0)();
    expect(source.arrive(1)()).toBe(one);
    expect(Object.keys(one ?? {}).toSorted()).toEqual(["bytes", "fault", "isHead", "keepBody", "origin", "route"]);
    expect(one?.keepBody).toBe(false);
  });
});

describe("captured values", () => {
  const login = { method: "POST", path: "/login", capture: { token: { json: "token" }, shard: { header: "X-Shard" } } };
  const use = { path: "/{{captured:shard}}/me", headers: { authorization: "Bearer {{captured:token}}" } };

  it("go from an answer to the later steps of its journey, escaped for where they stand", () => {
    const { source } = prepare({ login, use });
    const [one, two] = [source.arrive(0), source.arrive(1)];
    const [login0, login1] = [one(), two()];
    expect(login0).toMatchObject({ keepBody: true, headers: ["x-shard"] });
    expect(login0?.capture?.('{"token":"a\\r\\nb"}', new Map([["x-shard", "s/1"]]))).toBeNull();
    expect(login1?.capture?.('{"token":"other"}', new Map([["x-shard", "s2"]]))).toBeNull();
    expect(one()?.bytes.toString()).toMatch(/^GET \/s%2F1\/me .*authorization: Bearer a {2}b\r\n/s);
    expect(two()?.bytes.toString()).toMatch(/^GET \/s2\/me .*Bearer other\r\n/s);
  });

  it("that are missing are said", () => {
    const request = prepare({ login, use }).source.arrive(0)();
    expect(request?.capture?.('{"token":"a"}', new Map())).toBe('nothing to capture as "shard"');
  });

  it.each<[string, string[]]>([
    ["before they are captured", ["use", "login"]],
    ["by the step that captures them", ["both"]],
    ["without anyone who captures them", ["use"]],
  ])("used %s are refused before anything runs", (_name, steps) => {
    const both = { ...login, path: "/{{captured:token}}" };
    expect(() => prepare({ login, use, both }, { journeys: [{ steps }] })).toThrow(expect.objectContaining({ code: "target-invalid", message: expect.stringContaining("captured:") }));
  });
});

describe("a route that speaks TLS", () => {
  it("is sent to an origin of its own, under the name that its certificate is for", () => {
    const routes = { plain: { path: "/" }, secure: { path: "/", tls: { serverName: "shop.example" } } };
    const { source } = prepare(routes, { tls: { serverName: "shop.example", insecure: false } });
    const journey = source.arrive(0);
    const [plain, secure] = [journey(), journey()];
    expect(source.origins[plain?.origin ?? -1]?.tls).toBeNull();
    expect(source.origins[secure?.origin ?? -1]?.tls).toEqual({ serverName: "shop.example", insecure: false });
    expect(secure?.bytes.toString()).toContain("host: shop.example:8080\r\n");
  });
});
