import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { spawnModule, temporaryFolder } from "../../../base/spawned.fixture.ts";
import { nowUs, poll, wait } from "../../../base/time.ts";
import type { EngineEnd, LogEvent } from "../../../log/event.ts";
import { readSegment } from "../../../log/segment.ts";
import { k6Program, loggingServer, scriptIn } from "./script.fixture.ts";

const builds = { timeout: 700_000 };
/** What the offset between the clocks may be wrong by before anything is made of it. */
const clockUs = 5000;

interface Script {
  script: string;
  port: number;
  totalMs?: number;
  /** When the scenario ends, where the script comes to no end of its own, nor to one that k6 knows. */
  until?: () => boolean;
  allowed?: string[];
}

interface Ran {
  ended: { code: number | null; stderr: string };
  requests: Extract<LogEvent, { type: "request" }>[];
  counts: Extract<LogEvent, { type: "load-end" }>;
  engine: EngineEnd | undefined;
  errors: Extract<LogEvent, { type: "request-errors" }>[];
}

async function runScript({ script, port, totalMs = 60_000, until, allowed = [] }: Script): Promise<Ran> {
  using folder = temporaryFolder();
  const config = configFor(folder.path, { script, port, totalMs, allowed }, await k6Program());
  await using side = spawnModule("harness/drive/load/k6/main", config);
  expect(await side.line()).toBe("ready");
  side.tell({ startAtUs: nowUs() });
  // Whatever becomes of k6, nobody has to wait for the end of the scenario.
  if (until === undefined) expect(await side.line()).toBe("sent");
  else while (!until()) await wait(10);
  side.closeInput();
  const ended = await side.ended;
  const events = ["k6-shop.events", "k6-shop.requests"].flatMap((name) => [...readSegment(join(config.logFolder, name))]);
  const [counts] = ofType(events, "load-end");
  return { ended, requests: ofType(events, "request"), counts: counts ?? { type: "load-end", at: 0, offered: -1, started: -1, dropped: -1 }, engine: ofType(events, "engine-end")[0], errors: ofType(events, "request-errors") };
}

function configFor(folder: string, { script, port, totalMs, allowed = [] }: Script, program: string) {
  return {
    logFolder: join(folder, "log"),
    totalMs,
    workload: { name: "shop", engine: "k6", script: scriptIn(folder, script), env: { BASE: `http://127.0.0.1:${port}` } },
    target: { routes: { list: { node: "front", path: "/list" }, item: { node: "front", path: "/items/{{n}}?all=1", expect: { status: [404] } } } },
    addresses: { nodes: { front: { kind: "process", ports: { main: { host: "127.0.0.1", port } } } }, links: {} },
    allowed,
    program,
    scratchFolder: folder,
  };
}

function ofType<Type extends LogEvent["type"]>(events: readonly LogEvent[], type: Type): Extract<LogEvent, { type: Type }>[] {
  return events.filter((event): event is Extract<LogEvent, { type: Type }> => event.type === type);
}

function counted(values: readonly string[]): Record<string, number> {
  return Object.fromEntries([...new Set(values)].toSorted().map((value) => [value, values.filter((other) => other === value).length]));
}

const head = 'import http from "k6/http"; import { check } from "k6"; const base = __ENV.BASE;';

test("a script runs unchanged: each of its requests is a record, at the time when the server saw it", builds, async () => {
  await using server = await loggingServer();
  const script = `${head}
    export const options = { vus: 1, iterations: 20, thresholds: { http_req_duration: ["p(95)<60000", "max<0.000001"], "http_req_duration{name:nobody}": ["max<1"], dropped_iterations: ["count<1"] } };
    export default function () {
      const answer = http.get(base + "/list");
      check(answer, { "is 200": ({ status }) => status === 200, "is never": () => false });
      http.get(base + "/items/7?all=1");
      http.get(base + "/missing");
      http.get(base + "/anything", { tags: { name: "item" } });
    }`;
  const { requests, counts, engine, errors, ended } = await runScript({ script, port: server.port });
  expect(ended).toEqual({ code: 0, stderr: expect.stringContaining("thresholds on metrics 'http_req_duration' have been crossed") });
  expect(counts).toMatchObject({ offered: 80, started: 80, dropped: 0 });
  expect(counted(requests.map(({ route, outcome, status }) => `${route} ${outcome} ${status}`))).toEqual({
    "list ok 200": 20,
    "item status 200": 40,
    "shop status 404": 20,
  });
  expect(errors.reduce((sum, { count }) => sum + count, 0)).toBe(60);
  // One virtual user asks for one thing after the other: the order of both logs is the same.
  const inOrder = requests.toSorted((a, b) => a.endUs - b.endUs);
  expect(inOrder.filter((request, n) => request.startUs - clockUs > (server.answered[n]?.arrivedUs ?? 0) || request.endUs + clockUs < (server.answered[n]?.answeredUs ?? Infinity))).toEqual([]);
  expect(requests.every(({ intendedUs, startUs }) => intendedUs === startUs)).toBe(true);
  expect(engine).toMatchObject({ engine: "k6", exitCode: 99, wasStopped: false, checks: { passed: 20, failed: 20 } });
  expect(engine?.thresholds).toEqual([
    { metric: "dropped_iterations", expression: "count<1", samples: 20, crossed: false, value: 0, unit: "" },
    { metric: "http_req_duration", expression: "max<0.000001", samples: 80, crossed: true, value: expect.any(Number), unit: "ms" },
    { metric: "http_req_duration", expression: "p(95)<60000", samples: 80, crossed: false, value: expect.any(Number), unit: "ms" },
    { metric: "http_req_duration{name:nobody}", expression: "max<1", samples: 0, crossed: false, value: 0, unit: "ms" },
  ]);
});

test("a script sees the variables that its workload names and no others", builds, async () => {
  await using server = await loggingServer();
  const { ended, engine } = await runScript({ script: `${head} export default function () { console.error(Object.keys(__ENV).sort().join(" ")); }`, port: server.port });
  expect(ended.code).toBe(0);
  expect(engine?.said).toBe("BASE HOME K6_AUTO_EXTENSION_RESOLUTION K6_BROWSER_EXECUTABLE_PATH XDG_CONFIG_HOME");
});

test("R29: a script finds no browser, which would know no guard", builds, async () => {
  await using server = await loggingServer();
  const script = `${head}
    import { browser } from "k6/browser";
    export const options = { scenarios: { ui: { executor: "shared-iterations", options: { browser: { type: "chromium" } } } } };
    export default async function () { const page = await browser.newPage(); await page.goto(base); }`;
  const { engine } = await runScript({ script, port: server.port });
  expect(engine?.said).toContain("finding browser executable");
  expect(server.answered).toEqual([]);
});

test("an iteration that k6 drops is a request that was due and not sent", builds, async () => {
  await using server = await loggingServer();
  const script = `${head}
    import { sleep } from "k6";
    export const options = { scenarios: { busy: { executor: "constant-arrival-rate", rate: 20, timeUnit: "1s", duration: "1s", preAllocatedVUs: 1, maxVUs: 1, gracefulStop: "5s" } } };
    export default function () { http.get(base + "/list"); sleep(0.6); }`;
  const { requests, counts } = await runScript({ script, port: server.port });
  const dropped = requests.filter(({ outcome }) => outcome === "dropped");
  expect(dropped.length).toBeGreaterThan(0);
  expect(dropped.every(({ route, status, startUs, endUs }) => route === "shop" && status === 0 && startUs === endUs)).toBe(true);
  expect(requests.length - dropped.length).toBe(server.answered.length);
  expect(counts).toMatchObject({ offered: requests.length, started: server.answered.length, dropped: dropped.length });
});

test("R29: a script that leads elsewhere is refused by address, and a failed request has its class", builds, async () => {
  await using server = await loggingServer();
  const script = `${head}
    export const options = { vus: 1, iterations: 2, blacklistIPs: [] };
    export default function () {
      http.get("http://203.0.113.7/");
      http.get("http://169.254.169.254/latest");
      http.get("http://[2001:db8::1]/");
      http.get("http://127.0.0.1:1/");
      http.get(base + "/cut");
    }`;
  const { requests, errors } = await runScript({ script, port: server.port, allowed: ["169.254.169.254:80"] });
  expect(counted(requests.map(({ route, outcome }) => `${route} ${outcome}`))).toEqual({ "shop refused": 8, "shop reset": 2 });
  const blacklisted = errors.filter(({ message }) => message === "ip is blacklisted");
  expect(blacklisted.reduce((sum, { count }) => sum + count, 0)).toBe(6);
});

describe("the end of a script is told as k6 tells it", () => {
  const ends = [
    { what: "its own", body: "export default function () { http.get(base); }", exitCode: 0, said: "" },
    { what: "an exception while it is read", body: 'throw new Error("no such shop"); export default function () {}', exitCode: 107, said: "Error: no such shop" },
    { what: "an abort of its own", body: 'import exec from "k6/execution"; export default function () { exec.test.abort("enough"); }', exitCode: 108, said: "test aborted: enough" },
    { what: "a mark as failed", body: 'import exec from "k6/execution"; export default function () { exec.test.fail("bad"); }', exitCode: 110, said: "test run was marked as failed" },
    { what: "a threshold that is none", body: 'export const options = { thresholds: { http_reqs: ["many"] } }; export default function () {}', exitCode: 104, said: "many" },
  ];
  test.for(ends)("$what: $exitCode", builds, async ({ body, exitCode, said }) => {
    await using server = await loggingServer();
    const { engine, ended } = await runScript({ script: `${head} ${body}`, port: server.port });
    expect(ended.code).toBe(0);
    expect(engine).toMatchObject({ exitCode, wasStopped: false });
    expect(engine?.said).toContain(said);
  });

  test("a program that is no k6 is unavailable, which is said before anything is sent", async () => {
    using folder = temporaryFolder();
    await using side = spawnModule("harness/drive/load/k6/main", configFor(folder.path, { script: "", port: 1, totalMs: 1000 }, process.execPath));
    expect(await side.line()).toBe("ready");
    side.tell({ startAtUs: nowUs() });
    expect(await side.ended).toEqual({ code: 69, stderr: expect.stringContaining("tool-missing") });
  });
});

test("the end of the scenario ends the script, which then still has its summary", builds, async () => {
  await using server = await loggingServer();
  const script = `${head} export const options = { vus: 1, duration: "10m", thresholds: { http_reqs: ["count>0"] } }; export default function () { http.get(base + "/list"); }`;
  const { engine, ended, requests } = await runScript({ script, port: server.port, until: () => server.answered.length > 0 });
  expect(ended.code).toBe(0);
  expect(engine).toMatchObject({ exitCode: 105, wasStopped: true, thresholds: [{ metric: "http_reqs", expression: "count>0", samples: requests.length, crossed: false, value: requests.length, unit: "" }] });
});

interface Sending extends AsyncDisposable {
  side: ReturnType<typeof spawnModule>;
  /** The processes of k6 that run the script. */
  k6s: () => number[];
}

/** A script without an end that has begun. */
async function endless(script: string): Promise<Sending> {
  await using made = new AsyncDisposableStack();
  const server = made.use(await loggingServer());
  const folder = made.use(temporaryFolder());
  const config = configFor(folder.path, { script, port: server.port, totalMs: 600_000 }, await k6Program());
  const k6s = (): number[] => readdirSync("/proc").filter((entry) => /^\d+$/.test(entry) && commandOf(entry).startsWith(config.program) && commandOf(entry).includes(config.workload.script)).map(Number);
  made.defer(() => {
    for (const pid of k6s()) process.kill(pid, "SIGKILL");
  });
  const side = made.use(spawnModule("harness/drive/load/k6/main", config));
  expect(await side.line()).toBe("ready");
  side.tell({ startAtUs: nowUs() });
  expect(await poll(async () => (k6s().length > 0 ? true : undefined), { intervalMs: 10, deadlineUs: nowUs() + 20_000_000 })).toBe(true);
  const all = made.move();
  return { side, k6s, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

test("R2: k6 dies with whom started it, also while it writes nothing", builds, async () => {
  await using sending = await endless("for (;;) {} export default function () {}");
  expect(sending.k6s().length).toBe(1);
  sending.side.kill("SIGKILL");
  await sending.side.ended;
  expect(await poll(async () => (sending.k6s().length === 0 ? true : undefined), { intervalMs: 10, deadlineUs: nowUs() + 5_000_000 })).toBe(true);
});

test("an end that k6 does not know of is an error of the run", builds, async () => {
  await using sending = await endless(`${head} export const options = { vus: 1, duration: "10m" }; export default function () { http.get(base + "/list"); }`);
  for (const pid of sending.k6s()) process.kill(pid, "SIGKILL");
  expect(await sending.side.ended).toEqual({ code: 70, stderr: expect.stringContaining("process-died: k6 ended with a signal") });
});

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
