import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { temporaryFolder } from "../../base/spawned.fixture.ts";
import type { LogEvent } from "../../log/event.ts";
import { scriptedHeader, scriptedScenario, scriptedStartUs, scriptedSuite } from "../../sli/scripted/header.fixture.ts";
import { writeLog } from "../../sli/scripted/store.fixture.ts";
import { corpusTarget } from "../corpus/target.fixture.ts";
import { explainObjective } from "./explain.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const startUs = scriptedStartUs + 1_000_000;
const stepUs = 4_000_000;

/** One step: `rate` a second for 4 s, of which the first `bad` take too long. */
function step(index: number, { rate, bad, cpuPercent = 14 }: { rate: number; bad: number; cpuPercent?: number }): LogEvent[] {
  const fromUs = startUs + 2_000_000 + index * stepUs;
  const requests = Array.from({ length: 4 * rate }, (_, n): LogEvent => {
    const intendedUs = fromUs + Math.round((n * 1_000_000) / rate);
    const endUs = intendedUs + (n < bad ? 900_000 : 20_000);
    return { type: "request", at: endUs, workload: "orders", route: "place", intendedUs, startUs: intendedUs, firstByteUs: endUs, endUs, status: 202, outcome: "ok", bytes: 1 };
  });
  const health = [1, 2, 3, 4].map((second): LogEvent => ({ type: "generator", at: fromUs + second * 1_000_000, startLagP99Ms: 0.4, eventLoopDelayP99Ms: 2, cpuPercent, connections: 4, inFlight: 1 }));
  return [{ type: "search-step", at: fromUs, workload: "orders", ratePerSecond: rate, fromUs, untilUs: fromUs + stepUs }, ...requests, ...health];
}

/** 20/s is kept, at 80/s one in five is too slow, at 40/s the generator was the limit. */
function writeSearch(path: string): void {
  const profile = { shape: "search" as const, from: 20, to: 200, keep: ["ORD-01"], steps: 3, for: "4s" };
  const scenario = scriptedScenario({ name: "crowd", title: "How many it can take", target: "orders", workloads: [{ name: "orders", profile, journeys: [{ steps: ["place"] }] }], phases: { warmUp: "2s", baseline: "12s" }, stop: "none", rules: [] });
  const run = { target: corpusTarget({}), suite: scriptedSuite({ name: "gate", title: "x", target: "orders", scenarios: ["crowd"], required: [] }), planned: ["crowd"] };
  const end: LogEvent = { type: "end", at: startUs + 20_000_000 };
  const events = [...step(0, { rate: 20, bad: 0 }), ...step(1, { rate: 80, bad: 64 }), ...step(2, { rate: 40, bad: 0, cpuPercent: 97 })];
  const phase: LogEvent = { type: "phase", at: startUs, name: "warm-up", edge: "begin" };
  writeLog(join(path, "crowd", "log"), [scriptedHeader(run, scenario), phase, ...events, { type: "search-end", at: startUs + 14_000_000, workload: "orders", endedBy: "steps" }, end]);
  writeLog(join(path, "log"), [scriptedHeader(run, null), { type: "cleanup", at: startUs, complete: true, left: [] }, end]);
}

test("a capacity row is explained by its rates with the numbers, and by its steps with their places", () => {
  writeSearch(folder.path);
  const text = explainObjective(folder.path, "orders/capacity");
  expect(text).toContain("20/s: ORD-01 k = 0 of n = 80, p = 5 %: P(X ≤ k) = 0.0165, P(X ≥ k) = 1.0000: kept\n");
  expect(text).toMatch(/80\/s: ORD-01 k = 64 of n = 320, p = 5 %: P\(X ≤ k\) = 1\.0000, P\(X ≥ k\) = \d\.\de-\d+: broken\n/);
  // What the generator could not send counts for nothing.
  expect(text).not.toMatch(/^ +40\/s: ORD-01 k/m);
  expect(text).toContain("  records    3 steps of the search orders, each with its record and its first bad request\n");
  expect(text).toMatch(/^ {4}20\/s +at 2 s +harness\.events record \d+ byte \d+ +ORD-01 0 of 80 requests bad: kept$/m);
  expect(text).toMatch(/^ {4}40\/s +at 10 s +harness\.events record \d+ byte \d+ +ORD-01 0 of 160 requests bad: counts for nothing, the load generator was the limit: 97 % of a CPU, 85 are allowed$/m);
  const [, record, request] = /^ {4}80\/s +at 6 s +harness\.events record \d+ byte (\d+) and load\.requests record \d+ byte (\d+) +ORD-01 64 of 320 requests bad: broken$/m.exec(text) ?? [];
  const log = join(folder.path, "crowd", "log");
  const bytes = readFileSync(join(log, "harness.events"));
  const at = Number(record);
  expect(JSON.parse(bytes.subarray(at + 8, at + 8 + bytes.readUInt32LE(at)).toString("utf8"))).toMatchObject({ type: "search-step", ratePerSecond: 80 });
  expect(readFileSync(join(log, "load.requests")).readDoubleLE(Number(request))).toBe(startUs + 6_000_000);
});
