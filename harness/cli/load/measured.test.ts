import { describe, expect, it } from "vitest";
import { exitCodes } from "../../base/error.ts";
import { DurationCounts, type PortableDurations } from "../../drive/load/alone/duration-counts.ts";
import type { ResultLine } from "../../drive/load/alone/report-line.ts";
import { loadResultSchema, type LoadResult, type SearchStep } from "../../../reports/load/result.ts";
import { exitCodeOf } from "./exit-code.ts";
import { parseLimit } from "./limit.ts";
import { histogramOf, measure } from "./measured.ts";

function durations(...us: number[]): PortableDurations {
  const counts = new DurationCounts();
  for (const each of us) counts.add(each);
  return counts.portable();
}

/** A process that completed requests of these durations. */
function line(us: readonly number[], tally: Partial<ResultLine["tally"]> = {}, health: Partial<ResultLine["health"]> = {}): ResultLine {
  const count = us.length;
  return {
    is: "result",
    tally: { offered: count, started: count, completed: count, dropped: 0, bytesRead: 10 * count, status: { 200: count }, failures: [], bad: [], response: durations(...us), service: durations(...us), ...tally },
    health: { lag: durations(...us.map(() => 100)), late: 0, cpuPercent: 10, eventLoopDelayP99Ms: 1, ...health },
    sent: count,
    mostConnections: 2,
    opened: 3,
    durationMs: 1000,
  };
}

const open = { isOpenModel: true, limits: [] };

describe("several processes", () => {
  const failed = { offered: 5, started: 4, completed: 2, dropped: 1, status: { 200: 2, 503: 1 }, failures: [{ outcome: "dropped", message: "no free connection in time", count: 1 }, { outcome: "status", message: "status 503", count: 1 }, { outcome: "reset", message: "ECONNRESET", count: 1 }] } as const;
  const { result, failures, opened, sent } = measure([[line([1000, 2000]), line([3000, 5000], { ...failed, failures: [...failed.failures] }, { cpuPercent: 50 })]], open);

  it("are added up, and the sums are exact", () => {
    expect(result).toMatchObject({ offered: 7, started: 6, completed: 4, dropped: 1, errors: { status: 1, reset: 1 }, status: { 200: 4, 503: 1 }, connections: 4, bytesRead: 40, throughputPerSecond: 4 });
    expect(result.started + result.dropped).toBe(result.offered);
    expect(result.completed + Object.values(result.errors).reduce((sum, count) => sum + count, 0)).toBe(result.started);
    expect([opened, sent]).toEqual([6, 4]);
    expect(failures).toHaveLength(3);
  });

  it("have the percentiles of all their requests together", () => {
    expect(result.responseTimeMs).toMatchObject({ min: 1, mean: 2.75, p50: 2, max: 5 });
  });

  it("are as healthy as the worst of them", () => {
    expect(result.generator).toEqual({ cpuPercent: 50, eventLoopDelayP99Ms: 1, saturated: false });
  });

  it("make a result of the published shape", () => {
    expect(loadResultSchema.parse(result)).toEqual(result);
    expect(Object.keys(result)).toEqual(["offered", "started", "completed", "dropped", "errors", "status", "durationMs", "throughputPerSecond", "responseTimeMs", "serviceTimeMs", "startLagMs", "connections", "bytesRead", "generator"]);
  });
});

it("stretches one after the other last together, and open as many connections as the widest", () => {
  expect(measure([[line([1000])], [line([1000])]], open).result).toMatchObject({ durationMs: 2000, throughputPerSecond: 1, connections: 2 });
});

it("nothing completed: no times, and no division by zero", () => {
  const { result, response } = measure([[line([])]], open);
  expect(result).toMatchObject({ responseTimeMs: null, serviceTimeMs: null, throughputPerSecond: 0, startLagMs: { p50: 0, p99: 0, max: 0 } });
  expect(histogramOf(response).map(({ count }) => count)).toEqual([0]);
});

it("the histogram holds every completed request", () => {
  const { response } = measure([[line(Array.from({ length: 500 }, (_, index) => 100 + index * 37))]], open);
  const histogram = histogramOf(response);
  expect(histogram).toHaveLength(12);
  expect(histogram.reduce((sum, { count }) => sum + count, 0)).toBe(500);
});

describe("a saturated generator", () => {
  const many = Array.from({ length: 1000 }, () => 1000);
  it.each([
    ["uses its processor up", { cpuPercent: 86 }, {}, true],
    ["does not", { cpuPercent: 85 }, {}, false],
    ["has a late event loop", { eventLoopDelayP99Ms: 21 }, {}, true],
    ["sends more than one in a hundred late", { late: 30 }, {}, true],
    ["may send one in a hundred late", { late: 10 }, {}, false],
    ["runs out of files", {}, { failures: [{ outcome: "dropped", message: "EMFILE", count: 10 }] }, true],
    ["is not one that could not get a connection", {}, { failures: [{ outcome: "dropped", message: "no free connection in time", count: 10 }] }, false],
  ] as const)("%s", (_what, health, tally, saturated) => {
    const failures = "failures" in tally ? { failures: [...tally.failures] } : {};
    expect(measure([[line(many, failures, health)]], open).result.generator.saturated).toBe(saturated);
  });

  it("is not late without a schedule", () => {
    expect(measure([[line(many, {}, { late: 30 })]], { ...open, isOpenModel: false }).result.generator.saturated).toBe(false);
  });

  it("decides no limit", () => {
    const limits = [parseLimit("p95<1s")];
    const outcomes = [10, 90].map((cpuPercent) => measure([[line(many, { bad: [0] }, { cpuPercent })]], { isOpenModel: true, limits }).result.limits?.map(({ outcome }) => outcome));
    expect(outcomes).toEqual([["pass"], ["inconclusive"]]);
  });
});

describe("the exit code", () => {
  const { result } = measure([[line([1000])]], open);
  const limit = (outcome: "pass" | "fail" | "inconclusive") => ({ limit: "p95<1s", bad: 0, of: 1, outcome });
  const saturated = { ...result, generator: { ...result.generator, saturated: true } };
  const search = (fields: Partial<NonNullable<LoadResult["search"]>>): LoadResult => ({ ...result, search: { ratePerSecond: null, interval: [null, null], cost: { steps: 0, requests: 0, durationMs: 0 }, endedBy: "precision", steps: [], ...fields } });
  const step = { ratePerSecond: 10, offered: 1, completed: 1, dropped: 0, errors: 0, responseTimeMs: null, limits: [], outcome: "fail", saturated: false } satisfies SearchStep;
  it.each([
    ["carried out", result, exitCodes.pass],
    ["carried out, with errors", { ...result, errors: { status: 3 } }, exitCodes.pass],
    ["nothing completed", { ...result, completed: 0 }, exitCodes.inconclusive],
    ["every limit kept", { ...result, limits: [limit("pass"), limit("pass")] }, exitCodes.pass],
    ["a limit broken", { ...result, limits: [limit("inconclusive"), limit("fail")] }, exitCodes.fail],
    ["a limit broken by a target that answers nothing", { ...result, completed: 0, limits: [limit("fail")] }, exitCodes.fail],
    ["a limit undecided", { ...result, limits: [limit("pass"), limit("inconclusive")] }, exitCodes.inconclusive],
    ["saturated", saturated, exitCodes.inconclusive],
    ["a rate found", search({ ratePerSecond: 10, steps: [step] }), exitCodes.pass],
    ["no rate found", search({ steps: [step] }), exitCodes.fail],
    ["nothing shown", search({ steps: [{ ...step, outcome: "inconclusive" }] }), exitCodes.inconclusive],
    ["a lower bound", search({ ratePerSecond: 10, endedBy: "generator" }), exitCodes.inconclusive],
  ])("%s", (_what, told, code) => {
    expect(exitCodeOf(told, true)).toBe(code);
  });

  it("a saturated generator of the closed model has still shown what it could do", () => {
    expect(exitCodeOf(saturated, false)).toBe(exitCodes.pass);
  });
});
