import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { codeRoot } from "../../harness/base/entry.ts";
import { expectGolden } from "../golden.fixture.ts";
import type { LoadResult, SearchStep } from "./result.ts";
import { renderLoadSummary, warningLines, type LoadSummary } from "./summary.ts";
import { warningsOf } from "./warnings.ts";

const times = { min: 4.7, mean: 6.184, p50: 6.09, p90: 7.53, p95: 8.62, p99: 11.25, p999: 18.4, max: 24.05 };

const result: LoadResult = {
  offered: 60_000,
  started: 60_000,
  completed: 60_000,
  dropped: 0,
  errors: {},
  status: { 200: 60_000 },
  durationMs: 60_012,
  throughputPerSecond: 999.8,
  responseTimeMs: times,
  serviceTimeMs: { ...times, mean: 5.4 },
  startLagMs: { p50: 0.41, p99: 1.9, max: 7.25 },
  connections: 12,
  bytesRead: 10_320_000,
  generator: { cpuPercent: 8.7, eventLoopDelayP99Ms: 1.94, saturated: false },
};

const summary: LoadSummary = {
  result,
  title: "GET http://127.0.0.1:8080/items",
  how: "1,000/s · for 60 s · at most 256 connections",
  model: "open",
  offeredPerSecond: 1000,
  connectionsLimit: 256,
  opened: 12,
  timeoutMs: 5000,
  threads: 1,
  failures: [],
  histogram: [
    { fromMs: 4.7, toMs: 7.07, count: 41_000 },
    { fromMs: 7.07, toMs: 10.6, count: 18_399 },
    { fromMs: 10.6, toMs: 16, count: 600 },
    { fromMs: 16, toMs: 24.05, count: 1 },
  ],
  isInterrupted: false,
};

const failing: LoadSummary = {
  ...summary,
  result: { ...result, started: 58_000, completed: 50_000, dropped: 2000, errors: { status: 7000, reset: 1000 }, status: { 200: 50_000, 503: 7000 }, throughputPerSecond: 833, connections: 256, limits: [{ limit: "p95<=200ms", bad: 10_000, of: 60_000, outcome: "fail" }, { limit: "errors<=20%", bad: 10_000, of: 60_000, outcome: "pass" }, { limit: "p99<1s", bad: 598, of: 60_000, outcome: "inconclusive" }] },
  failures: [
    { outcome: "status", message: "status 503", count: 7000 },
    { outcome: "reset", message: "ECONNRESET", count: 10 },
    { outcome: "reset", message: "closed \u001b[31min the middle\r\nof an answer", count: 990 },
    { outcome: "dropped", message: "no free connection in time", count: 2000 },
  ],
};

const step = { offered: 5000, completed: 5000, dropped: 0, errors: 0, responseTimeMs: times, limits: [], outcome: "pass", saturated: false } satisfies Omit<SearchStep, "ratePerSecond">;
const searching: LoadSummary = {
  ...summary,
  how: "search for the highest rate, 5 s a step · at most 256 connections",
  result: {
    ...result,
    search: {
      ratePerSecond: 1000,
      interval: [1000, 1040],
      cost: { steps: 3, requests: 18_400, durationMs: 21_300 },
      endedBy: "precision",
      steps: [
        { ...step, ratePerSecond: 1000 },
        { ...step, ratePerSecond: 2000, completed: 0, dropped: 4000, errors: 1000, responseTimeMs: null, outcome: "fail" },
        { ...step, ratePerSecond: 1040, outcome: "inconclusive", saturated: true },
      ],
    },
  },
};

const closed: LoadSummary = { ...summary, model: "closed", how: "as fast as it goes · for 60 s · 64 connections", offeredPerSecond: null };

it("stands in the README as it is", () => {
  expect(readFileSync(join(codeRoot, "README.md"), "utf8")).toContain(`\`\`\`text\n${renderLoadSummary(summary)}\`\`\``);
});

describe.each([
  ["open", summary],
  ["failing", failing],
  ["slow", { ...summary, result: { ...result, responseTimeMs: { ...times, p999: 1_234.5, max: 123_456 } }, histogram: [{ fromMs: 10_000, toMs: 123_456, count: 1_234_567 }] }],
  ["search", searching],
  ["closed", closed],
  ["interrupted", { ...summary, isInterrupted: true }],
  ["empty", { ...summary, result: { ...result, completed: 0, status: {}, errors: { refused: 60_000 }, responseTimeMs: null, serviceTimeMs: null, throughputPerSecond: 0 }, failures: [{ outcome: "refused", message: "ECONNREFUSED", count: 60_000 }], histogram: [{ fromMs: 0, toMs: 0, count: 0 }] }],
] satisfies [string, LoadSummary][])("the summary: %s", (name, what) => {
  const text = renderLoadSummary(what);
  it("looks as it did", () => {
    expectGolden(`golden/load/${name}.txt`, text);
  });

  it("fits 80 columns and holds no control character", () => {
    expect(text.split("\n").filter((line) => Array.from(line).length > 80)).toEqual([]);
    expect(/[^\P{Cc}\n]/u.test(text)).toBe(false);
  });
});

describe("warns, and says what to do,", () => {
  const told = (fields: Partial<LoadResult>, others: Partial<LoadSummary> = {}): string => warningsOf({ ...summary, ...others, result: { ...result, ...fields } }).join("\n");
  const saturated = (cpuPercent: number) => ({ generator: { ...result.generator, cpuPercent, saturated: true } });
  it.each([
    ["nothing when all is well", told({}), /^$/],
    ["when nothing was due", told({ offered: 0, completed: 0 }), /^Nothing was due.*raise --rate/],
    ["when nothing came back", told({ completed: 0 }, { failures: [{ outcome: "refused", message: "ECONNREFUSED", count: 9 }] }), /^Not one request was completed \("ECONNREFUSED"\)/],
    ["of a generator without a processor left", told(saturated(97)), /says? nothing about the target.*97 % of a processor: give it --threads 2/],
    ["of a generator whose processor others use", told({ ...saturated(12), startLagMs: { p50: 1, p99: 57, max: 90 } }), /only 12 % of a processor and yet it sent up to 57\.0 ms late/],
    ["of a saturated closed model", told(saturated(99), { model: "closed", threads: 2 }), /the target can do at least this much.*more --threads/],
    ["of a generator that was late", told({ startLagMs: { p50: 1, p99: 6, max: 9 } }), /^The generator itself sent late \(p99 6\.00 ms\)/],
    ["of files that ran out", told(saturated(10), { failures: [{ outcome: "dropped", message: "EMFILE", count: 70 }] }), /^70 requests could not be sent: .*ulimit -n[^\n]*$/],
    ["of the limit of connections", told({ dropped: 5, connections: 256 }, { failures: [{ outcome: "dropped", message: "no free connection in time", count: 5 }] }), /^5 requests could not be sent within 5 s: all 256 connections were busy.*raise --connections/],
    ["of waiting that service time hides", told({ connections: 256, serviceTimeMs: { ...times, p95: 2 } }), /p95 is 8\.62 ms as users see it, and 2\.00 ms for one who counts from the sending/],
    ["of a target that does not keep up", told({ status: { 200: 30_000 }, completed: 30_000, errors: { timeout: 30_000 } }), /^The target does not keep up: 1,000\/s were offered and 500\/s answered.*--profile search/],
    ["of connections that the server closes", told({}, { opened: 30_000 }), /^The server closes connections: 30,000 were opened/],
    ["of the closed model", told({}, { model: "closed", offeredPerSecond: null }), /^Closed model: .*give a --rate/],
    ["of errors", told({ completed: 59_400, errors: { status: 600 } }, { failures: [{ outcome: "status", message: "status 503", count: 600 }] }), /^1 % of the requests failed, most with "status 503"/],
  ])("%s", (_what, text, expected) => {
    expect(text).toMatch(expected);
  });

  it("of a server that went away, but not that it is slow or closes connections", () => {
    const gone = { status: { 200: 10_000 }, completed: 10_000, errors: { refused: 50_000 } };
    expect(told(gone, { opened: 50_012, failures: [{ outcome: "refused", message: "ECONNREFUSED", count: 50_000 }] })).toMatch(/^83\.33 % of the requests failed[^\n]*$/);
  });

  it("not of what a few requests cannot show", () => {
    expect(told({ offered: 900, startLagMs: { p50: 1, p99: 6, max: 9 } })).toBe("");
  });

  it("not of what was cut off by an interrupt", () => {
    expect(warningLines({ ...summary, isInterrupted: true, result: { ...result, dropped: 1 }, failures: [{ outcome: "dropped", message: "not sent before the run was ended", count: 1 }] })).toEqual([]);
  });
});
