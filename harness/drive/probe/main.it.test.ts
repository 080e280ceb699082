import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { listening, type Listening } from "../../base/listening.ts";
import { spawnModule, temporaryFolder } from "../../base/spawned.fixture.ts";
import { nowUs } from "../../base/time.ts";
import type { LogEvent } from "../../log/event.ts";
import { readSegment, SegmentTail } from "../../log/segment.ts";

/** A system with a list of finished documents, a number, and a health check that can be made to hang. */
interface System extends Listening {
  ids: string[];
  value: string;
  hangs: boolean;
  asked: Record<string, number>;
}

async function system(): Promise<System> {
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    state.asked[path] = (state.asked[path] ?? 0) + 1;
    if (path === "/health" && state.hangs) return;
    if (path === "/broken") response.writeHead(500);
    response.end(JSON.stringify(path === "/value" ? { value: state.value } : { status: "ok", ids: state.ids }));
  });
  const state: System = {
    ...(await listening(server)),
    ids: [],
    value: "7",
    hangs: false,
    asked: {},
  };
  return state;
}

function configFor(logFolder: string, port: number, timeout = "5s"): object {
  const http = (path: string, pick: string): unknown => ({ via: "http", node: "api", path, pick });
  return {
    logFolder,
    totalMs: 60_000,
    probes: { health: { layer: "http", at: { node: "api" }, path: "/health", every: "20ms", timeout, expect: { json: { status: "ok" } } } },
    completions: { finished: { ledger: "documents", query: http("/ids", "ids[]"), every: "20ms" } },
    gauges: { depth: { query: http("/value", "value"), every: "20ms" }, broken: { query: http("/broken", "value"), every: "20ms" } },
    ledgers: { documents: { readBack: { api: [http("/ids", "ids[]"), http("/ids", "ids[]")], broken: [http("/ids", "ids[]"), http("/broken", "x")] } } },
    facts: { answer: { query: http("/value", "value") }, broken: { query: http("/broken", "value") } },
    addresses: { nodes: { api: { kind: "process", ports: { main: { host: "127.0.0.1", port } } } }, links: {} },
  };
}

type OfType<Type extends LogEvent["type"]> = Extract<LogEvent, { type: Type }>;

function ofType<Type extends LogEvent["type"]>(events: Iterable<LogEvent>, type: Type): OfType<Type>[] {
  return [...events].filter((event): event is OfType<Type> => event.type === type);
}

/** Follows the log until `enough` says so. */
async function follow(folder: string, enough: (events: readonly LogEvent[]) => boolean): Promise<LogEvent[]> {
  using tail = new SegmentTail(join(folder, "probe.events"));
  const events: LogEvent[] = [];
  while (!enough(events)) {
    events.push(...tail.read());
    await new Promise(setImmediate);
  }
  return events;
}

describe("the probe process", () => {
  it("looks at its rate, polls, reads back when it is told to, and ends when it is told to", async () => {
    using folder = temporaryFolder();
    await using target = await system();
    target.ids = ["d1", "d2"];
    await using probe = spawnModule("harness/drive/probe/main", configFor(folder.path, target.port));
    expect(await probe.line()).toBe("ready");
    // One look to warm up, and nothing else, before the start.
    expect(target.asked).toEqual({ "/health": 1 });
    const startAtUs = nowUs();
    probe.tell({ startAtUs });
    await follow(folder.path, (events) => ofType(events, "probe").length >= 10 && ofType(events, "completion").length >= 1 && ofType(events, "gauge").length >= 10);
    target.ids = ["d2", "d1", "d3"];
    await follow(folder.path, (events) => ofType(events, "completion").length >= 2);
    target.ids = Array.from({ length: 5001 }, (_unused, n) => `d${n}`);
    probe.tell({ readBack: true });
    expect(await probe.line()).toBe("read-back-done");
    probe.tell({ stop: true });
    expect(await probe.ended).toEqual({ code: 0, stderr: "" });

    const events = [...readSegment(join(folder.path, "probe.events"))];
    const probes = ofType(events, "probe");
    expect(probes.every(({ ok, why }) => ok && why === null)).toBe(true);
    expect(probes.every(({ intendedUs, at }) => (intendedUs - startAtUs) % 20_000 === 0 && at > intendedUs)).toBe(true);
    expect(new Set(probes.map(({ intendedUs }) => intendedUs)).size).toBe(probes.length);
    const completions = ofType(events, "completion");
    expect(completions.slice(0, 2).map(({ done }) => done)).toEqual([
      [{ id: "d1", ok: true }, { id: "d2", ok: true }],
      [{ id: "d3", ok: true }],
    ]);
    expect(completions.every(({ resolutionMs }) => resolutionMs > 0)).toBe(true);
    const gauges = ofType(events, "gauge");
    expect(new Set(gauges.filter(({ gauge }) => gauge === "depth").flatMap(({ value }) => value ?? []))).toEqual(new Set([7]));
    expect(gauges.filter(({ gauge }) => gauge === "broken").every(({ value, why }) => value === null && why !== null)).toBe(true);
    const back = ofType(events, "read-back");
    expect(back.map(({ way, ids, last }) => [way, ids.length, last])).toEqual([["api", 5000, false], ["api", 5000, false], ["api", 2, true]]);
    expect(ofType(events, "read-back-failed").map(({ way }) => way)).toEqual(["broken"]);
    expect(ofType(events, "fact").map(({ fact, values }) => [fact, values])).toEqual([["answer", [7]], ["broken", null]]);
  });

  it("sees a system that hangs as bad at every instant that was due", async () => {
    using folder = temporaryFolder();
    await using target = await system();
    target.hangs = true;
    await using probe = spawnModule("harness/drive/probe/main", configFor(folder.path, target.port, "100ms"));
    await probe.line();
    probe.tell({ startAtUs: nowUs() });
    await follow(folder.path, (events) => ofType(events, "probe").length >= 20);
    target.hangs = false;
    await follow(folder.path, (events) => ofType(events, "probe").some(({ ok }) => ok));
    probe.closeInput();
    expect(await probe.ended).toEqual({ code: 0, stderr: "" });
    const probes = ofType(readSegment(join(folder.path, "probe.events")), "probe");
    const bad = probes.filter(({ ok }) => !ok);
    expect(bad.length).toBeGreaterThanOrEqual(20);
    // Timers count whole milliseconds.
    expect(bad.every(({ tookMs, why }) => tookMs > 99 && why === "no answer within 100 ms")).toBe(true);
    // One after the other they would be 100 ms apart.
    const due = bad.map(({ intendedUs }) => intendedUs).toSorted((a, b) => a - b);
    expect(due.some((atUs, index) => index > 0 && atUs - (due[index - 1] ?? 0) === 20_000)).toBe(true);
  });

  it("says of a system that is gone why it cannot be polled, at most once a second", async () => {
    using folder = temporaryFolder();
    const target = await system();
    await target[Symbol.asyncDispose]();
    await using probe = spawnModule("harness/drive/probe/main", configFor(folder.path, target.port));
    await probe.line();
    probe.tell({ startAtUs: nowUs() });
    const events = await follow(folder.path, (seen) => ofType(seen, "probe").length >= 20);
    probe.kill("SIGTERM");
    expect((await probe.ended).code).toBe(0);
    expect(ofType(events, "probe").every(({ ok, why }) => !ok && why === "ECONNREFUSED")).toBe(true);
    const failures = ofType(events, "probing-failed").filter(({ what }) => what === "completion finished");
    const firstUs = failures[0]?.at ?? 0;
    expect(failures.length).toBeGreaterThanOrEqual(1);
    expect(failures.length).toBeLessThanOrEqual(2 + ((events.at(-1)?.at ?? 0) - firstUs) / 1_000_000);
  });

  it("R29: does not get ready for a node beyond loopback", async () => {
    using folder = temporaryFolder();
    const beyond = { addresses: { nodes: { api: { kind: "process", ports: { main: { host: "203.0.113.7", port: 9 } } } }, links: {} } };
    await using probe = spawnModule("harness/drive/probe/main", { ...configFor(folder.path, 1), ...beyond, allowed: ["203.0.113.7:10"] });
    expect(await probe.ended).toMatchObject({ code: 64, stderr: expect.stringContaining("not-allowed: 203.0.113.7:9") });
  });

  it("that is told something unknown ends with 64", async () => {
    using folder = temporaryFolder();
    await using probe = spawnModule("harness/drive/probe/main", configFor(folder.path, 1));
    await probe.line();
    probe.tell({ begin: 1 });
    expect((await probe.ended).code).toBe(64);
  });
});
