/** What k6 1.8.1 wrote, word for word but for the tags that nobody reads, turned into requests and thresholds. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../base/spawned.fixture.ts";
import { unixUsOfIsoTime } from "../../../base/time.ts";
import { targetSchema } from "../../../scenario/target/target.ts";
import type { GuestRequest } from "../guest/guest.ts";
import { k6Command } from "./command.ts";
import { knownRoutes } from "./known-routes.ts";
import { pointReader, type Point, type PointListener } from "./points.ts";
import { portWatch } from "./port-watch.ts";
import { droppedOf, requestOf, type RequestContext } from "./requests.ts";
import { SampleCounts, thresholdsOf } from "./thresholds.ts";
import { versionIn } from "./version.ts";

const recorded = [
  '{"type":"Metric","data":{"name":"http_req_duration","type":"trend","contains":"time","thresholds":[],"submetrics":[{"name":"http_req_duration{name:list}","suffix":"name:list","tags":{"name":"list"}}]},"metric":"http_req_duration"}',
  '{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-21T07:45:24.675424921Z","value":4.302141,"tags":{"error_code":"1404","expected_response":"false","method":"GET","name":"list","proto":"HTTP/1.0","scenario":"a","status":"404","url":"list"}}}',
  '{"metric":"http_req_blocked","type":"Point","data":{"time":"2026-11-21T07:45:24.675424921Z","value":0.751391,"tags":{"name":"list","status":"404"}}}',
  '{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-21T08:45:24.675664075+01:00","value":0,"tags":{"error":"dial: connection refused","error_code":"1212","expected_response":"false","method":"GET","name":"http://127.0.0.1:1/","scenario":"a","status":"0","url":"http://127.0.0.1:1/"}}}',
  '{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-21T07:45:24.67586383Z","value":0,"tags":{"error":"ip is blacklisted","error_code":"1110","method":"GET","name":"http://203.0.113.7/","scenario":"a","status":"0","url":"http://203.0.113.7/"}}}',
  "something that the script printed",
  '{"metric":"dropped_iterations","type":"Point","data":{"time":"2026-11-21T07:45:25Z","value":2,"tags":{"scenario":"a"}}}',
  '{"metric":"http_req_duration","type":"Point","data":{"time":"not a time","value":1,"tags":{"status":"200"}}}',
].join("\n");

const beginUs = unixUsOfIsoTime("2026-11-21T07:45:24Z");

function contextWith(routes: object): RequestContext {
  const parsed = targetSchema.shape.routes.parse(routes);
  const routeNames = [...Object.keys(parsed), "shop"];
  const known = knownRoutes(parsed, { nodes: { front: { kind: "process", ports: { main: { host: "127.0.0.1", port: 8080 } } } }, links: {} });
  return { routes: parsed, routeNames, otherwise: routeNames.length - 1, known, offsetUs: beginUs };
}

const context = contextWith({ list: { node: "front", path: "/list" }, item: { node: "front", method: "PUT", path: "/items/{{n}}?all=1" } });

function listening(onPoint: PointListener["onPoint"], samples = new SampleCounts()): PointListener {
  return {
    wants: (metric) => {
      samples.count(metric);
      return metric === "http_req_duration" || metric === "dropped_iterations";
    },
    onMetric: (definition) => samples.define(definition),
    onPoint,
  };
}

function requestsIn(chunks: readonly string[]): GuestRequest[] {
  const requests: (GuestRequest | null)[] = [];
  const read = pointReader(listening((point) => void requests.push(...(point.metric === "dropped_iterations" ? droppedOf(point, context) : [requestOf(point, context)]))));
  for (const chunk of chunks) read(chunk);
  return requests.filter((request) => request !== null);
}

describe("points as k6 writes them", () => {
  const expected: GuestRequest[] = [
    { route: 0, startUs: 675_424 - 4302.141, endUs: 675_424, status: 404, outcome: "status", bytes: 0, message: "status 404" },
    { route: 2, startUs: 675_664, endUs: 675_664, status: 0, outcome: "refused", bytes: 0, message: "dial: connection refused" },
    { route: 2, startUs: 675_863, endUs: 675_863, status: 0, outcome: "refused", bytes: 0, message: "ip is blacklisted" },
    { route: 2, startUs: 1_000_000, endUs: 1_000_000, status: 0, outcome: "dropped", bytes: 0, message: "k6 dropped the iteration: no free virtual user" },
    { route: 2, startUs: 1_000_000, endUs: 1_000_000, status: 0, outcome: "dropped", bytes: 0, message: "k6 dropped the iteration: no free virtual user" },
  ];

  test("are requests that started as long before their end as they took, on the host's clock", () => {
    expect(requestsIn([`${recorded}\n`])).toEqual(expected.map((request) => ({ ...request, startUs: expect.closeTo(request.startUs, 3) })));
  });

  test("are the same wherever the stream is cut", () => {
    const whole = requestsIn([`${recorded}\n`]);
    for (let cut = 1; cut < recorded.length; cut += 1) expect(requestsIn([recorded.slice(0, cut), `${recorded.slice(cut)}\n`])).toEqual(whole);
  });

  test("a line without an end is not kept for ever", () => {
    const line = '{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-21T07:45:25Z","value":1,"tags":{"status":"200"}}}\n';
    expect(requestsIn(["x".repeat(900_000), "x".repeat(200_000), line]).length).toBe(1);
  });
});

test.for([
  [0, "1050", "timeout"],
  [0, "1211", "timeout"],
  [0, "1212", "refused"],
  [0, "1101", "refused"],
  [0, "1110", "refused"],
  [0, "1220", "reset"],
  [0, "1310", "tls"],
  [0, "1701", "malformed"],
  [503, "1503", "status"],
  [200, undefined, "ok"],
] as const)("status %i with k6's error %s is %s", ([status, code, outcome]) => {
  const tags = { status: String(status), name: "list", expected_response: String(status === 200), ...(code === undefined ? {} : { error_code: code }) };
  expect(requestOf({ metric: "http_req_duration", time: "2026-11-21T07:45:25Z", value: 1, tags }, context)?.outcome).toBe(outcome);
});

test.for([
  ["GET", "list", "list", "list"],
  ["GET", "http://127.0.0.1:8080/list", "http://127.0.0.1:8080/list", "list"],
  ["GET", "http://localhost:8080/list", "http://localhost:8080/list", "list"],
  ["PUT", "http://127.0.0.1:8080/items/7?all=1", "http://127.0.0.1:8080/items/7?all=1", "item"],
  ["GET", "http://127.0.0.1:8080/items/7?all=1", "http://127.0.0.1:8080/items/7?all=1", null],
  ["PUT", "http://127.0.0.1:8080/items/7/8?all=1", "http://127.0.0.1:8080/items/7/8?all=1", null],
  ["GET", "http://127.0.0.1:8081/list", "http://127.0.0.1:8081/list", null],
  ["GET", "constructor", "constructor", null],
] as const)("%s %s is route %4$s", ([method, name, url, route]) => {
  expect(context.known.find({ method, name, url })).toBe(route);
  expect(context.known.find({ method, name, url })).toBe(route);
});

describe("thresholds", () => {
  const metrics = {
    http_req_duration: { avg: 3, "p(95)": 4.3, thresholds: { "p(95)<500": false, "p(99)<1": true } },
    "http_req_duration{name:list}": { avg: 4.3, thresholds: { "avg < 4": true } },
    "http_req_duration{name:nobody}": { avg: 0, thresholds: { "avg<1": false } },
    http_req_failed: { passes: 3, fails: 1, value: 0.75, thresholds: { "rate<0.1": true } },
    http_reqs: { count: 4, rate: 9.5, thresholds: { "rate>1": false, "count>=4": false } },
    data_received: { count: 0, rate: 0, thresholds: { "count>=0": false } },
    iterations: { count: 4, rate: 1 },
  };

  function thresholds(summary: unknown): ReturnType<typeof thresholdsOf> {
    using folder = temporaryFolder();
    const path = join(folder.path, "summary.json");
    writeFileSync(path, JSON.stringify(summary));
    const samples = new SampleCounts();
    const points: Point[] = [];
    pointReader(listening((point) => {
      points.push(point);
      samples.countParts(point);
    }, samples))(`${recorded}\n`);
    samples.define({ metric: "data_received", contains: "data", parts: [] });
    return thresholdsOf(path, samples);
  }

  test("have the value that they compare, and the points that they had", () => {
    expect(thresholds({ metrics }).map(({ metric, expression, samples, crossed, value, unit }) => [metric, expression, samples, crossed, value, unit])).toEqual([
      ["data_received", "count>=0", 0, false, 0, "bytes"],
      ["http_req_duration", "p(95)<500", 4, false, 4.3, "ms"],
      ["http_req_duration", "p(99)<1", 4, true, null, "ms"],
      ["http_req_duration{name:list}", "avg < 4", 1, true, 4.3, "ms"],
      ["http_req_duration{name:nobody}", "avg<1", 0, false, 0, "ms"],
      ["http_req_failed", "rate<0.1", 0, true, 0.75, ""],
      ["http_reqs", "count>=4", 0, false, 4, ""],
      ["http_reqs", "rate>1", 0, false, 9.5, "1/s"],
    ]);
  });

  test("are none without a summary, or with another one", () => {
    expect(thresholds("x")).toEqual([]);
    expect(thresholdsOf("/no/such/summary.json", new SampleCounts())).toEqual([]);
  });

  test("drops are measured where iterations are, also when there are none", () => {
    const samples = new SampleCounts();
    expect(samples.of("dropped_iterations")).toBe(0);
    samples.count("iterations");
    expect(samples.of("dropped_iterations")).toBe(1);
  });
});

describe("the guard", () => {
  const call = { program: "/bin/k6", script: "/s.js", env: { A: "1" }, allowed: [] as string[], folder: "/f" };
  const networksOf = (allowed: string[]): string[] => k6Command({ ...call, allowed }).args.filter((_, index, all) => all[index - 1] === "--blacklist-ip");

  test("R29: k6 is told every network that may not be touched, and no setting of the machine's reaches it", () => {
    expect(networksOf([])).toContain("128.0.0.0/1");
    expect(networksOf(["192.0.2.9:443"])).not.toContain("128.0.0.0/1");
    expect(networksOf(["192.0.2.9:443"])).toContain("192.0.2.8/32");
    expect(networksOf(["192.0.2.9:443"])).not.toContain("192.0.2.9/32");
    const { args, env } = k6Command(call);
    expect(args.at(-1)).toBe("/s.js");
    expect(Object.keys(env).toSorted()).toEqual(["A", "HOME", "K6_AUTO_EXTENSION_RESOLUTION", "K6_BROWSER_EXECUTABLE_PATH", "XDG_CONFIG_HOME"]);
  });

  const asked = (url: string, tags: Record<string, string> = {}): Point => ({ metric: "http_req_duration", time: "", value: 1, tags: { url, name: url, status: "200", ...tags } });

  test.for(["http://192.0.2.9:8443/", "https://192.0.2.9:80/", "http://192.0.2.8:443/", "http://name.example/", "http://[2001:db8::1]/"])("R29: of an allowed address only its port is open: %s", (url) => {
    expect(() => portWatch(["192.0.2.9:443"])(asked(url))).toThrow("is not allowed");
  });

  test.for(["https://192.0.2.9/", "http://192.0.2.9:443/", "https://name.example/", "http://127.0.0.1:9/", "http://localhost:9/", "http://[::1]:9/", "list"])("nothing is said of %s", (url) => {
    portWatch(["192.0.2.9:443"])(asked(url));
    expect(() => portWatch(["192.0.2.9:443"])(asked("http://192.0.2.7/", { error_code: "1110" }))).not.toThrow();
  });

  test("a script that does not tell which requests failed is refused", () => {
    expect(() => portWatch([])({ metric: "http_req_duration", time: "", value: 1, tags: { url: "http://127.0.0.1/" } })).toThrow("system tag status");
  });
});

test.for([
  ["k6 v1.8.1 (go1.26.8, linux/amd64)\n", "k6 v1.8.1"],
  ["k6-redis v1.8.1 (go1.26.8, linux/amd64)\nExtensions:\n  github.com/grafana/xk6-redis v0.3.6, k6/x/redis [js]\n\n", "k6 v1.8.1 with github.com/grafana/xk6-redis v0.3.6"],
  ["k6 v1.0.0-rc1 (commit/41b4984b75, go1.24.2, linux/arm64)\n", "k6 v1.0.0-rc1"],
  ["git version 2.39.5\n", null],
  ["toxiproxy-server version 2.5.0 (go)\n", null],
] as const)("%j names a version", ([output, version]) => {
  expect(versionIn(output)).toBe(version);
});

test.for([
  ["2026-01-31T12:00:00Z", 1_769_860_800_000_000],
  ["2026-01-31T12:00:00.5Z", 1_769_860_800_500_000],
  ["2026-01-31T12:00:00.123456789Z", 1_769_860_800_123_456],
  ["2026-01-31T12:00:00.000001+01:00", 1_769_857_200_000_001],
  ["2026-01-31 12:00:00", Number.NaN],
  ["", Number.NaN],
] as const)("%s in microseconds", ([text, us]) => {
  expect(unixUsOfIsoTime(text)).toBe(us);
});
