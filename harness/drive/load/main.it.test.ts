import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { listening, type Listening } from "../../base/listening.ts";
import { spawnModule, temporaryFolder } from "../../base/spawned.fixture.ts";
import { after, nowUs } from "../../base/time.ts";
import type { LogEvent } from "../../log/event.ts";
import { readSegment } from "../../log/segment.ts";

const module = "harness/drive/load/main";

/** Answers after `answerMs`. */
async function storing(answerMs = 0): Promise<Listening & { ids: string[] }> {
  const ids: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      const document: unknown = JSON.parse(body);
      if (typeof document === "object" && document !== null && "id" in document) ids.push(String(document.id));
      response.statusCode = ids.length % 10 === 0 ? 500 : 202;
      if (answerMs === 0) response.end();
      else after(answerMs, () => response.end());
    });
  });
  return { ...(await listening(server)), ids };
}

function workloadsWith(more: object): object[] {
  return [{ name: "documents", profile: { shape: "constant", rate: 200 }, journeys: [{ steps: ["ingest"] }], ...more }];
}

function configFor(logFolder: string, port: number, totalMs: number): object {
  return {
    logFolder,
    seed: 1,
    run: "r1",
    totalMs,
    workloads: workloadsWith({}),
    target: {
      routes: { ingest: { node: "api", method: "POST", path: "/ingest", body: '{"id":"{{id}}"}', write: { ledger: "documents" }, expect: { status: [202] } } },
      ledgers: { documents: { readBack: { api: [{ via: "http", node: "api", path: "/", pick: "id" }] } } },
    },
    addresses: { nodes: { api: { kind: "process", ports: { main: { host: "127.0.0.1", port } } } }, links: {} },
  };
}

/** Events of the segments; fails when one is cut. */
function eventsOf(folder: string, segments: readonly string[] = ["load"]): LogEvent[] {
  return segments.flatMap((segment) => [`${segment}.events`, `${segment}.requests`]).flatMap((name) => {
    const events: LogEvent[] = [];
    const segment = readSegment(join(folder, name));
    let next = segment.next();
    for (; next.done !== true; next = segment.next()) events.push(next.value);
    expect(next.value).toBe("whole");
    return events;
  });
}

function ofType<Type extends LogEvent["type"]>(events: readonly LogEvent[], type: Type): Extract<LogEvent, { type: Type }>[] {
  return events.filter((event): event is Extract<LogEvent, { type: Type }> => event.type === type);
}

describe("the load process", () => {
  it("sends the schedule when it is told to start, and its log agrees with the server", async () => {
    using folder = temporaryFolder();
    await using server = await storing();
    await using load = spawnModule(module, configFor(folder.path, server.port, 500));
    expect(await load.line()).toBe("ready");
    expect(server.ids).toEqual([]);
    load.tell({ startAtUs: nowUs() + 20_000 });
    expect(await load.ended).toEqual({ code: 0, stderr: "" });
    const events = eventsOf(folder.path);
    expect(ofType(events, "load-ready").length).toBe(1);
    expect(ofType(events, "load-end")).toMatchObject([{ offered: 100, started: 100, dropped: 0 }]);
    expect(ofType(events, "request").length).toBe(100);
    const writes = ofType(events, "write");
    expect(writes.filter(({ what }) => what === "invoke").map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_unused, n) => `r1-${n + 1}`));
    expect(new Set(server.ids)).toEqual(new Set(writes.map(({ id }) => id)));
    expect([writes.filter(({ what }) => what === "ok").length, writes.filter(({ what }) => what === "info").length]).toEqual([90, 10]);
    expect(ofType(events, "request-errors").reduce((sum, error) => sum + error.count, 0)).toBe(10);
    expect(ofType(events, "request-errors")[0]).toMatchObject({ route: "ingest", outcome: "status", message: "status 500" });
    expect(ofType(events, "generator").length).toBeGreaterThanOrEqual(1);
  });

  it("is one of several where the workload asks for threads: their logs together hold the schedule once, and the server saw it", async () => {
    using folder = temporaryFolder();
    await using server = await storing();
    const config = (number: number): object => {
      const whole = configFor(folder.path, server.port, 500);
      return { ...whole, workloads: workloadsWith({ threads: 3 }), part: { number, of: 3 } };
    };
    await using first = spawnModule(module, config(1));
    await using second = spawnModule(module, config(2));
    await using third = spawnModule(module, config(3));
    const loads = [first, second, third];
    expect(await Promise.all(loads.map(async (load) => await load.line()))).toEqual(["ready", "ready", "ready"]);
    const startAtUs = nowUs() + 20_000;
    for (const load of loads) load.tell({ startAtUs });
    expect(await Promise.all(loads.map(async (load) => await load.ended))).toEqual(loads.map(() => ({ code: 0, stderr: "" })));
    const events = eventsOf(folder.path, ["load-1", "load-2", "load-3"]);
    expect(ofType(events, "load-end").map(({ offered, started }) => [offered, started])).toEqual([[34, 34], [33, 33], [33, 33]]);
    const due = ofType(events, "request").map(({ intendedUs }) => intendedUs - startAtUs);
    expect(due.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_unused, n) => n * 5000));
    expect(new Set(server.ids).size).toBe(100);
    expect(new Set(ofType(events, "write").map(({ id }) => id))).toEqual(new Set(server.ids));
    expect(new Set(ofType(events, "generator").map(({ process }) => process))).toEqual(new Set([1, 2, 3]));
  });

  it.each([1, 2])("replays a file: its arrivals at its times, with its digest in the log (%i processes)", async (of) => {
    using folder = temporaryFolder();
    await using server = await storing();
    const file = join(folder.path, "arrivals.csv");
    writeFileSync(file, "time,request\n0.010,ingest\n0.010,POST /ingest\n0.2,GET /favicon.ico\n0.25,ingest\n9,ingest\n");
    const workloads = [{ name: "night", threads: of, profile: { shape: "replay", file, unknown: "skip" } }];
    const startAtUs = nowUs() + 1_000_000;
    const loads = Array.from({ length: of }, (_unused, index) => spawnModule(module, { ...configFor(folder.path, server.port, 500), workloads, part: { number: index + 1, of } }));
    for (const load of loads) {
      await using running = load;
      expect(await running.line()).toBe("ready");
      running.tell({ startAtUs });
      expect(await running.ended).toEqual({ code: 0, stderr: "" });
    }
    const events = eventsOf(folder.path, of === 1 ? ["load"] : ["load-1", "load-2"]);
    expect(ofType(events, "replay")).toMatchObject([{ workload: "night", arrivals: 4, spanMs: 8990, skipped: 1, isSpread: false, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    const due = ofType(events, "request").map(({ intendedUs }) => intendedUs - startAtUs);
    expect(due.toSorted((a, b) => a - b)).toEqual([10_000, 10_000, 250_000]);
    expect(ofType(events, "load-end").reduce((sum, { offered }) => sum + offered, 0)).toBe(3);
  });

  it("R19: that may open no more files drops what it cannot send, says why, and goes on with the connections it has", async () => {
    using folder = temporaryFolder();
    await using server = await storing(100);
    const config = { ...configFor(folder.path, server.port, 1000), workloads: workloadsWith({ profile: { shape: "constant", rate: 1000 }, connections: 500 }) };
    await using load = spawnModule(module, config, 50);
    await load.line();
    load.tell({ startAtUs: nowUs() });
    expect(await load.ended).toEqual({ code: 0, stderr: "" });
    const events = eventsOf(folder.path);
    const requests = ofType(events, "request");
    const dropped = requests.filter(({ outcome }) => outcome === "dropped");
    expect(ofType(events, "load-end")).toMatchObject([{ offered: 1000, started: 1000 - dropped.length, dropped: dropped.length }]);
    expect(requests.length).toBe(1000);
    expect(server.ids.length).toBe(1000 - dropped.length);
    // A hundred requests are under way at any time, and never more than fifty sockets.
    expect(dropped.length).toBeGreaterThan(100);
    expect(server.ids.length).toBeGreaterThan(50);
    const said = ofType(events, "request-errors").filter(({ outcome }) => outcome === "dropped");
    expect(said.every(({ message }) => message === "EMFILE")).toBe(true);
    expect(said.reduce((sum, { count }) => sum + count, 0)).toBe(dropped.length);
  });

  it.each<[string, (load: ReturnType<typeof spawnModule>) => void]>([
    ["its input closes", (load) => load.closeInput()],
    ["SIGTERM", (load) => load.kill("SIGTERM")],
  ])("ends early and in order when %s", async (_name, end) => {
    using folder = temporaryFolder();
    await using server = await storing();
    await using load = spawnModule(module, configFor(folder.path, server.port, 60_000));
    await load.line();
    load.tell({ startAtUs: nowUs() });
    while (server.ids.length < 20) await new Promise(setImmediate);
    end(load);
    expect(await load.ended).toEqual({ code: 0, stderr: "" });
    const events = eventsOf(folder.path);
    const [counts] = ofType(events, "load-end");
    const requests = ofType(events, "request");
    expect(counts?.offered).toBe(requests.length);
    expect(counts?.dropped).toBe(requests.filter(({ outcome }) => outcome === "dropped").length);
    expect(counts?.started).toBe(requests.length - (counts?.dropped ?? 0));
    expect(requests.length).toBeGreaterThanOrEqual(20);
    expect(requests.length).toBeLessThan(12_000);
  });

  it("that is told nothing before its input closes has offered nothing", async () => {
    using folder = temporaryFolder();
    await using load = spawnModule(module, configFor(folder.path, 1, 60_000));
    await load.line();
    load.closeInput();
    expect(await load.ended).toEqual({ code: 0, stderr: "" });
    expect(ofType(eventsOf(folder.path), "load-end")).toMatchObject([{ offered: 0, started: 0, dropped: 0 }]);
  });

  it("ends with 74 where it cannot write, and with one line that says so", async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, "file");
    writeFileSync(file, "");
    await using load = spawnModule(module, configFor(join(file, "log"), 1, 1000));
    const { code, stderr } = await load.ended;
    expect(code).toBe(74);
    expect(stderr).toMatch(/^cannot-write: cannot write .*\n$/);
  });

  it("R29: gets ready for a node beyond loopback only when its configuration allows that address and port", async () => {
    const beyond = { addresses: { nodes: { api: { kind: "process", ports: { main: { host: "203.0.113.7", port: 9 } } } }, links: {} } };
    for (const allowed of [[], ["203.0.113.7:10"], ["203.0.113.8:9"]]) {
      using folder = temporaryFolder();
      await using load = spawnModule(module, { ...configFor(folder.path, 1, 1000), ...beyond, allowed });
      expect(await load.ended).toMatchObject({ code: 64, stderr: expect.stringContaining("not-allowed: 203.0.113.7:9") });
    }
    using folder = temporaryFolder();
    await using load = spawnModule(module, { ...configFor(folder.path, 1, 1000), ...beyond, allowed: ["203.0.113.7:9"] });
    // Nothing is sent before the start is told, and here it never is.
    expect(await load.line()).toBe("ready");
    load.closeInput();
    expect(await load.ended).toEqual({ code: 0, stderr: "" });
  });

  it("ends with 70 for a configuration that it cannot read", async () => {
    await using load = spawnModule(module, { logFolder: "x" });
    const { code, stderr } = await load.ended;
    expect(code).toBe(70);
    expect(stderr.trim().split("\n").length).toBe(1);
  });
});
