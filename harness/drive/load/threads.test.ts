import { describe, expect, it } from "vitest";
import { Ledger, type WriteEvent } from "../ledger/ledger.ts";
import { loadConfigSchema } from "./config.ts";
import type { Source } from "./engine.ts";
import { plainOrigin } from "./http/origin.ts";
import { prepareSources } from "./journeys.ts";
import { partOf, segmentOf } from "./threads.ts";

/** A workload with two journeys and data of dice, as process `number` of `of` prepares it. */
function prepared(part: { number: number; of: number }, threads = part.of): { sources: Source[]; writes: WriteEvent[] } {
  const config = loadConfigSchema.parse({
    logFolder: "log",
    seed: 3,
    run: "r",
    totalMs: 1000,
    part,
    workloads: [{ name: "users", threads, connections: 10, profile: { shape: "ramp", from: 5, to: 50, over: "1s" }, journeys: [{ weight: 2, steps: ["read"] }, { steps: ["write", "read"] }] }],
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

/** The first `count` arrivals; the ids of their writes are left out. */
function arrivals(source: Source | undefined, count: number): Due[] {
  return Array.from({ length: count }, (_unused, n) => {
    const dueMs = source?.pace(n) ?? 0;
    const journey = source?.arrive(n);
    const requests: string[] = [];
    for (let request = journey?.() ?? null; request !== null; request = journey?.() ?? null) {
      const text = request.bytes.toString();
      requests.push(text.startsWith("POST") ? "write" : text);
      request.onSend?.(0, 0);
    }
    return { dueMs, requests };
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
});
