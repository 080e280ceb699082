import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listening, type Listening } from "../../../base/listening.ts";
import { spawnModule, temporaryFolder } from "../../../base/spawned.fixture.ts";
import { nowUs, wait } from "../../../base/time.ts";
import type { LogEvent } from "../../../log/event.ts";
import { readSegment } from "../../../log/segment.ts";

const connections = 4;

/** What becomes of the nth request (from 1) of a connection. */
type Act = "answer" | "answer, then close" | "close" | "reset" | "hang" | "half an answer, then close" | "another body" | "500";

interface Answerer extends Listening {
  heads: string[];
  count: (act: Act) => number;
}

const ok = '{"status":"ok"}';

async function answerer(actOf: (n: number, connection: number) => Act): Promise<Answerer> {
  const acts: Act[] = [];
  const heads: string[] = [];
  let opened = 0;
  const server = createServer((socket) => {
    opened += 1;
    const connection = opened;
    let n = 0;
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      // What still comes on a connection that was closed from here is asked again on another.
      if (socket.writableEnded) return;
      n += 1;
      heads.push(String(chunk));
      const act = actOf(n, connection);
      acts.push(act);
      perform(act, socket);
    });
  });
  return { ...(await listening(server)), heads, count: (act) => acts.filter((each) => each === act).length };
}

function perform(act: Act, socket: Socket): void {
  if (act === "close") socket.end();
  else if (act === "reset") socket.resetAndDestroy();
  else if (act === "half an answer, then close") socket.end("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\nhalf");
  else if (act === "answer, then close") socket.end(answerWith(200, ok));
  else if (act !== "hang") socket.write(act === "500" ? answerWith(500, ok) : answerWith(200, act === "another body" ? '{"status":"no"}' : ok));
}

function answerWith(status: number, body: string): string {
  return `HTTP/1.1 ${status} Some\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

interface Ran {
  ended: { code: number | null; stderr: string };
  events: LogEvent[];
  requests: Extract<LogEvent, { type: "request" }>[];
}

interface Order {
  host?: string;
  expectation?: object;
  timeout?: string;
  /** Kinds of requests as in `counted`: the scenario ends when there is one of each, and not after a time. */
  until?: readonly string[];
}

async function run(port: number, { host = "127.0.0.1", expectation = {}, timeout = "30s", until = ["ok 200"] }: Order = {}): Promise<Ran> {
  using folder = temporaryFolder();
  const config = {
    logFolder: join(folder.path, "log"),
    totalMs: 600_000,
    workload: { name: "most", engine: "autocannon", route: "list", connections, timeout },
    target: { routes: { list: { node: "front", method: "POST", path: "/list?all=1", headers: { "X-Who": "us" }, body: "[1]", expect: expectation } } },
    addresses: { nodes: { front: { kind: "process", ports: { main: { host, port } } } }, links: {} },
    program: "",
    scratchFolder: folder.path,
  };
  await using side = spawnModule("harness/drive/load/autocannon/main", config);
  expect(await side.line()).toBe("ready");
  side.tell({ startAtUs: nowUs() });
  const requestsSoFar = (): Ran["requests"] => [...readSegment(join(config.logFolder, "autocannon-most.requests"))].filter((event) => event.type === "request");
  const soon = async (): Promise<boolean> => await Promise.race([side.ended.then(() => true), wait(20).then(() => false)]);
  let isOver = false;
  while (!isOver && !until.every((kind) => kindsOf(requestsSoFar()).includes(kind))) isOver = await soon();
  side.closeInput();
  const { code, stderr } = await side.ended;
  const events = ["autocannon-most.events", "autocannon-most.requests"].flatMap((name) => [...readSegment(join(config.logFolder, name))]);
  return { ended: { code, stderr }, events, requests: events.filter((event) => event.type === "request") };
}

function kindsOf(requests: Ran["requests"]): string[] {
  return requests.map(({ outcome, status }) => `${outcome} ${status}`);
}

function counted({ requests }: Ran): Record<string, number> {
  const kinds = kindsOf(requests);
  return Object.fromEntries([...new Set(kinds)].toSorted().map((kind) => [kind, kinds.filter((other) => other === kind).length]));
}

/** Of what the server did, all is in the log but what was under way on the connections when the scenario ended. */
function expectAllBut(served: number, recorded: number | undefined): void {
  expect(recorded).toBeGreaterThan(0);
  expect(served - (recorded ?? 0)).toBeGreaterThanOrEqual(0);
  expect(served - (recorded ?? 0)).toBeLessThanOrEqual(connections);
}

test("each request is a record, from its sending to its answer, until the scenario ends", async () => {
  await using server = await answerer(() => "answer");
  const ran = await run(server.port, { expectation: { json: { status: "ok" } } });
  expect(ran.ended).toEqual({ code: 0, stderr: "" });
  const answered = counted(ran);
  expect(Object.keys(answered)).toEqual(["ok 200"]);
  expectAllBut(server.count("answer"), answered["ok 200"]);
  expect(ran.requests.every(({ route, workload, intendedUs, startUs, endUs }) => route === "list" && workload === "most" && intendedUs === startUs && endUs > startUs)).toBe(true);
  expect(ran.events).toContainEqual({ type: "load-end", at: expect.any(Number), offered: ran.requests.length, started: ran.requests.length, dropped: 0 });
  expect(ran.events).toContainEqual(expect.objectContaining({ type: "engine-end", engine: "autocannon", version: "autocannon v9.0.0", exitCode: 0, wasStopped: true, thresholds: [] }));
  expect(ran.events).toContainEqual(expect.objectContaining({ type: "generator", of: "most", connections }));
  const sent = (server.heads[0] ?? "").toLowerCase().split("\r\n");
  expect(sent[0]).toBe("post /list?all=1 http/1.1");
  expect(sent).toEqual(expect.arrayContaining([`host: 127.0.0.1:${server.port}`, "user-agent: roadworthy", "x-who: us", "content-type: application/json", "content-length: 3", "[1]"]));
});

test("what is wrong with an answer has its class", async () => {
  await using server = await answerer((n) => (n % 3 === 0 ? "500" : n % 3 === 1 ? "answer" : "another body"));
  const ran = await run(server.port, { expectation: { json: { status: "ok" } }, until: ["body 200", "ok 200", "status 500"] });
  const found = counted(ran);
  expect(Object.keys(found)).toEqual(["body 200", "ok 200", "status 500"]);
  expectAllBut(server.count("500") + server.count("answer") + server.count("another body"), ran.requests.length);
});

test("a connection that the server closes between two answers costs no request, and latencies stay those of their own requests", async () => {
  await using server = await answerer((n) => (n === 3 ? "answer, then close" : "answer"));
  const ran = await run(server.port);
  const found = counted(ran);
  expect(Object.keys(found)).toEqual(["ok 200"]);
  expectAllBut(server.count("answer") + server.count("answer, then close"), found["ok 200"]);
  // On each connection one request waits for the one before it: at no time are more under way than there are connections.
  const moments = ran.requests.flatMap(({ startUs, endUs }) => [[startUs, 1], [endUs, -1]] as const).toSorted(([atUs, one], [otherUs, other]) => atUs - otherUs || one - other);
  let underWay = 0;
  expect(Math.max(...moments.map(([, change]) => (underWay += change)))).toBeLessThanOrEqual(connections);
});

test("a connection that fails under a request fails that request, and the next is whole again", async () => {
  await using server = await answerer((_n, connection) => (connection % 4 === 0 ? "reset" : connection % 4 === 1 ? "close" : connection % 4 === 2 ? "half an answer, then close" : "answer, then close"));
  const ran = await run(server.port, { expectation: { json: { status: "ok" } }, until: ["ok 200", "reset 0"] });
  const found = counted(ran);
  expect(Object.keys(found)).toEqual(["ok 200", "reset 0"]);
  expectAllBut(server.count("answer, then close"), found["ok 200"]);
  expectAllBut(server.count("reset") + server.count("close") + server.count("half an answer, then close"), found["reset 0"]);
});

test("an answer that does not come in time is a timeout, and nobody there a refusal", async () => {
  await using server = await answerer((n) => (n === 2 ? "hang" : "answer"));
  const ran = await run(server.port, { timeout: "1s", until: ["ok 200", "timeout 0"] });
  const found = counted(ran);
  expect(Object.keys(found)).toEqual(["ok 200", "timeout 0"]);
  expectAllBut(server.count("hang"), found["timeout 0"]);
  expect(ran.requests.every(({ outcome, startUs, endUs }) => outcome !== "timeout" || endUs - startUs >= 990_000)).toBe(true);
  expect(Object.keys(counted(await run(1, { until: ["refused 0"] })))).toEqual(["refused 0"]);
});

test("R29: an address that may not be touched is refused before anything is sent", async () => {
  const { ended, requests } = await run(80, { host: "203.0.113.7" });
  expect(ended).toEqual({ code: 64, stderr: expect.stringContaining("203.0.113.7:80 is not allowed") });
  expect(requests).toEqual([]);
});
