/**
 * The short form of what `load.ts` shows: every single request by the order of what happened to it on the host's one clock, and by
 * counts. How close the engine's times are to the server's is a matter of the machine, and belongs to `npm run proof:load`.
 */

import { expect, test } from "vitest";
import { offeredBy } from "../drive/load/pace.ts";
import { impossible, runTruthCase } from "./load/truth.ts";

test("R18: every request of the schedule is started or dropped, and the server saw those that were started, each once", async () => {
  const { run, log, seen } = await runTruthCase({ script: { kind: "fixed", delayMs: 50 }, ratePerSecond: 1000, totalMs: 2000, connections: 500 });
  expect(run.counts.offered).toBe(offeredBy({ shape: "constant", rate: 1000 }, 2000));
  expect(run.counts.started + run.counts.dropped).toBe(2000);
  expect(run.counts.started).toBe(log.served.length);
  expect(new Set(log.served.map(({ n }) => n)).size).toBe(log.served.length);
  expect(seen.filter(({ request }) => request.outcome === "ok").length).toBe(run.counts.started);
  // No answer came before 50 ms: none may be reported as faster.
  expect(seen.filter(({ request }) => request.endUs - request.startUs < 50_000)).toEqual([]);
  expect(impossible(seen)).toEqual([]);
});

test("in a stall of 1 s, each request that was due in it waited for what was left of it", async () => {
  const { run, log, seen } = await runTruthCase({ script: { kind: "stall", afterMs: 300, forMs: 1000 }, ratePerSecond: 500, totalMs: 1800, connections: 1000 });
  expect(run.counts).toEqual({ offered: 900, started: 900, dropped: 0 });
  const stall = log.stall ?? { fromUs: 0, toUs: 0 };
  const inStall = seen.filter(({ request }) => request.intendedUs >= stall.fromUs && request.intendedUs < stall.toUs);
  expect(inStall.length).toBe(500);
  expect(inStall.filter(({ request }) => request.endUs < stall.toUs)).toEqual([]);
  // wrk2's rule: with each tenth that is taken off, a tenth more of them took longer.
  const longerThanMs = (limitMs: number): number => inStall.filter(({ request }) => request.endUs - request.intendedUs >= limitMs * 1000).length;
  for (let tenth = 1; tenth <= 10; tenth += 1) expect(longerThanMs(1000 - tenth * 100)).toBeGreaterThanOrEqual(tenth * 50);
  expect(impossible(seen)).toEqual([]);
});

test("behind a server that is slower than the rate, and with few connections, waiting is response time", async () => {
  const { run, log, seen } = await runTruthCase({ script: { kind: "slow", ratePerSecond: 200 }, ratePerSecond: 400, totalMs: 1000, connections: 10 });
  expect(run.counts).toEqual({ offered: 400, started: 400, dropped: 0 });
  expect(log.served.length).toBe(400);
  expect(impossible(seen)).toEqual([]);
  // 200 answers a second: the k-th of them came no sooner than (k − 1) / 200 s after the first arrival, while it was due at k / 400 s.
  const last = seen.at(-1)?.request;
  expect((last?.endUs ?? 0) - (last?.intendedUs ?? 0)).toBeGreaterThanOrEqual(900_000);
  expect(seen.some(({ request }) => request.startUs - request.intendedUs > 500_000)).toBe(true);
});

test("of two kinds of answers, each request has the time of its own", async () => {
  const { seen } = await runTruthCase({ script: { kind: "bimodal", shortMs: 1, longMs: 100, longEvery: 10 }, ratePerSecond: 500, totalMs: 1000, connections: 200 });
  const long = seen.filter(({ served }) => served.n % 10 === 0);
  expect([seen.length, long.length]).toEqual([500, 50]);
  expect(long.filter(({ request }) => request.endUs - request.startUs < 100_000)).toEqual([]);
  expect(impossible(seen)).toEqual([]);
});

test("behind a server that answers nothing, what waits is limited, and the rest is dropped at once and counted", async () => {
  const options = { ratePerSecond: 60_000, totalMs: 1000, connections: 10, timeoutMs: 5000 };
  const { run, log } = await runTruthCase({ script: { kind: "stall", afterMs: 0, forMs: 60_000 }, ...options });
  const { offered, started, dropped } = run.counts;
  expect([offered, started + dropped, run.requests.length]).toEqual([60_000, 60_000, 60_000]);
  expect(log.served.length).toBe(0);
  // Ten are under way and 50,000 wait: what is due then has no place. All are due long before the first is given up.
  expect(run.errors.get("dropped: more than 50000 requests waited for a connection")).toBe(9990);
  expect(run.requests.filter(({ outcome }) => outcome === "ok")).toEqual([]);
});
