import { describe, expect, it } from "vitest";
import { Ledger, type WriteEvent } from "../ledger/ledger.ts";
import { loadConfigSchema } from "./config.ts";
import type { Source } from "./engine.ts";
import { plainOrigin } from "./http/origin.ts";
import { prepareSources } from "./journeys.ts";
import type { Journey } from "./prepared-request.ts";
import { partOf, segmentOf } from "./threads.ts";

/** A workload with two journeys and data of dice, as process `number` of `of` prepares it. */
function prepared(part: { number: number; of: number }, threads = part.of, profile: object = { shape: "ramp", from: 5, to: 50, over: "1s" }): { sources: Source[]; writes: WriteEvent[] } {
  const config = loadConfigSchema.parse({
    logFolder: "log",
    seed: 3,
    run: "r",
    totalMs: 1000,
    part,
    workloads: [{ name: "users", threads, connections: 10, profile, journeys: [{ weight: 2, steps: ["read"] }, { steps: ["write", "read"] }] }],
    target: {
      routes: {
        read: { node: "api", path: "/{{n}}/{{int:1:1000000}}" },
        write: { node: "api", method: "POST", path: "/", body: "{{id}}", write: { ledger: "documents" } },
      },
      ledgers: { documents: { readBack: { table: [{ via: "sql", node: "db", statement: "select 1" }] } } },
    },
    addresses: { nodes: {}, links: {} },
  });
  const writes: WriteEvent[] = [];
  const ledgers = new Map([["documents", new Ledger({ name: "documents", id: "{{n}}", run: "r", numbers: part, journal: (event) => writes.push(event) })]]);
  return { sources: prepareSources({ config, ledgers, origins: new Map([["api", plainOrigin({ host: "127.0.0.1", port: 1 })]]), routeNames: ["read", "write"] }), writes };
}

interface Due {
  dueMs: number;
  requests: string[];
}

/** What a journey sends; of a write only that it is one. */
function requestsOf(journey: Journey | undefined): string[] {
  const requests: string[] = [];
  for (let request = journey?.() ?? null; request !== null; request = journey?.() ?? null) {
    const text = request.bytes.toString();
    requests.push(text.startsWith("POST") ? "write" : text);
    request.onSend?.(0, 0);
  }
  return requests;
}

/** The first `count` arrivals; the ids of their writes are left out. */
function arrivals(source: Source | undefined, count: number): Due[] {
  return Array.from({ length: count }, (_unused, n) => {
    const dueMs = source?.pace(n) ?? 0;
    return { dueMs, requests: requestsOf(source?.arrive(n)) };
  });
}

describe("a load of several processes", () => {
  it.each([2, 3, 7])("of %i: together they send what one would send", (of) => {
    const whole = arrivals(prepared({ number: 1, of: 1 }).sources[0], 10 * of);
    const parts = Array.from({ length: of }, (_unused, index) => arrivals(prepared({ number: index + 1, of }).sources[0], 10));
    const joined = Array.from({ length: 10 }, (_unused, round) => parts.flatMap((part) => part[round] ?? []));
    expect(joined.flat()).toEqual(whole);
  });

  it("shares out its connections, none without any", () => {
    const shares = (of: number): number[] => Array.from({ length: of }, (_unused, index) => prepared({ number: index + 1, of }).sources[0]?.connections ?? 0);
    expect(shares(1)).toEqual([10]);
    expect(shares(3)).toEqual([4, 3, 3]);
    expect(shares(12)).toEqual([...Array.from({ length: 10 }, () => 1), 1, 1]);
  });

  it("leaves workloads of fewer threads to the first processes", () => {
    expect([1, 2, 3].map((number) => prepared({ number, of: 3 }, 2).sources.length)).toEqual([1, 1, 0]);
    const both = [1, 2].flatMap((number) => arrivals(prepared({ number, of: 3 }, 2).sources[0], 5).map(({ dueMs }) => dueMs));
    expect(both.toSorted((a, b) => a - b)).toEqual(arrivals(prepared({ number: 1, of: 1 }).sources[0], 10).map(({ dueMs }) => dueMs));
  });

  it("gives no two writes the same id", () => {
    const ids = [1, 2, 3].flatMap((number) => {
      const { sources, writes } = prepared({ number, of: 3 });
      arrivals(sources[0], 50);
      return writes.map(({ id }) => id);
    });
    expect(ids.length).toBeGreaterThan(20);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("asks a schedule that keeps state for every arrival once, in order", () => {
    const [asked, arrived]: number[][] = [[], []];
    const source: Source = { workload: 0, pace: (n) => asked?.push(n) ?? 0, origins: [], connections: 2, timeoutMs: 1, arrive: (n) => (arrived?.push(n), () => null) };
    const part = partOf(source, { number: 2, of: 3 });
    expect([part.pace(0), part.pace(1), part.pace(1)]).toEqual([2, 5, 5]);
    part.arrive(0);
    part.arrive(1);
    expect([asked, arrived]).toEqual([[0, 1, 2, 3, 4], [0, 1, 2, 3, 4]]);
  });

  it("has segments of its own in the log, and the old ones when it is one process", () => {
    expect([segmentOf({ number: 1, of: 1 }), segmentOf({ number: 1, of: 2 }), segmentOf({ number: 2, of: 2 })]).toEqual(["load", "load-1", "load-2"]);
  });

  it("runs each user of a closed model in one process, with that user's journeys, data and pauses", () => {
    const profile = { shape: "closed", users: 7, thinkTime: { from: "1s", to: "2s" }, rampUp: "7s" };
    const whole = prepared({ number: 1, of: 1 }, 1, profile).sources[0];
    const visits = (source: Source | undefined, users: number): { begins: number | undefined; thinkMs: number | undefined; requests: string[][] }[] =>
      Array.from({ length: users }, (_unused, user) => ({
        begins: source?.pace(user),
        thinkMs: source?.closed?.thinkMs(user),
        requests: [0, 1, 2].map((k) => requestsOf(source?.arrive(k * users + user))),
      }));
    const all = visits(whole, 7);
    const parts = [1, 2, 3].map((number) => prepared({ number, of: 3 }, 3, profile).sources[0]);
    expect(parts.map((part) => part?.closed?.users)).toEqual([3, 2, 2]);
    expect(parts.map((part) => part?.connections)).toEqual([3, 2, 2]);
    const shared = parts.map((part) => visits(part, part?.closed?.users ?? 0));
    expect(all.map((_visit, user) => shared[user % 3]?.[Math.floor(user / 3)])).toEqual(all);
    expect(parts.map((part) => part?.pace(part.closed?.users ?? 0))).toEqual([1, 2, 3].map(() => Number.POSITIVE_INFINITY));
  });
});
