import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LogEvent } from "../../log/event.ts";
import { scriptedHeader } from "../../sli/scripted/header.fixture.ts";
import { writeLog } from "../../sli/scripted/store.fixture.ts";
import { scenarioEvents, syntheticRun, syntheticVariants, writeSyntheticRun, type SyntheticOptions, type SyntheticVariant } from "../corpus/synthetic.fixture.ts";
import { explainObjective } from "./explain.ts";
import { suiteVerdictSchema, type SuiteObjective, type SuiteVerdict } from "./schema.ts";
import { judgeSuite } from "./suite.ts";

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "roadworthy-judge-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const runs = new Map<string, { folder: string; suite: SuiteVerdict }>();

/** Writes and judges each run once. */
function runOf(options: SyntheticOptions = {}): { folder: string; suite: SuiteVerdict } {
  const key = JSON.stringify({ variant: "pass", ...options });
  const known = runs.get(key);
  if (known !== undefined) return known;
  const folder = join(root, String(runs.size));
  writeSyntheticRun(folder, options);
  const run = { folder, suite: judgeSuite(folder).suite };
  runs.set(key, run);
  return run;
}

function judged(options: SyntheticOptions = {}): SuiteVerdict {
  return runOf(options).suite;
}

function row(suite: SuiteVerdict, id: string): SuiteObjective {
  const found = suite.objectives.find((entry) => entry.objective === id);
  if (found === undefined) throw new Error(`no row ${id}`);
  return found;
}

const expected: { readonly [Variant in SyntheticVariant]: { outcome: string; exitCode: number; headline: string } } = {
  pass: { outcome: "pass", exitCode: 0, headline: "PASS: all 16 ruled objectives hold, among them all 4 required." },
  fail: {
    outcome: "fail",
    exitCode: 1,
    headline: "FAIL, release blocked: after api-store was cut off it took 12 s ± 0.5 s from its healing until all was back to normal; at most 5 s is allowed (ORD-07); 3 more failed.",
  },
  inconclusive: {
    outcome: "inconclusive",
    exitCode: 2,
    headline: "INCONCLUSIVE, not decided: the effect of fault cut was not confirmed: connections over the link still went through (ORD-07); 5 more are undecided.",
  },
  stopped: { outcome: "inconclusive", exitCode: 3, headline: "INCONCLUSIVE, not decided: a stop condition ended the run: error ratio 0.93 over 20 s is above 0.9." },
  interrupted: { outcome: "inconclusive", exitCode: 130, headline: "INCONCLUSIVE, not decided: the run was interrupted: SIGINT." },
  "broken-stack": { outcome: "inconclusive", exitCode: 69, headline: "INCONCLUSIVE, not decided: the run could not go on: node api was not ready within 30 s." },
  cut: { outcome: "inconclusive", exitCode: 2, headline: expect.stringContaining("the harness did not write its last record") },
  unclean: { outcome: "pass", exitCode: 4, headline: expect.stringContaining("Clean-up is incomplete") },
};

test.each(syntheticVariants)("a run of the variant %s", (variant) => {
  const suite = judged({ variant });
  expect(suite).toMatchObject(expected[variant]);
  expect(suiteVerdictSchema.parse(suite)).toEqual(suite);
});

test("a scenario that found no steady state is named with its reason, whatever else was stopped", () => {
  const folder = join(root, "unsteady");
  writeSyntheticRun(folder);
  for (const log of ["log", "store-outage/log"]) rmSync(join(folder, log), { recursive: true });
  const run = syntheticRun();
  const events = scenarioEvents(run, 1, {});
  const startUs = events[0]?.at ?? 0;
  const stop: LogEvent = { type: "stop", at: startUs + 11_900_000, why: "unsteady", code: "not-steady", message: "there was no steady state before the first fault: 9 of 500 were good" };
  writeLog(join(folder, "store-outage", "log"), [...events.filter((event) => event.at < stop.at && event.type !== "fault"), stop, { type: "end", at: stop.at }]);
  const ended: LogEvent[] = [{ type: "cleanup", at: stop.at, complete: true, left: [] }, { type: "end", at: stop.at }];
  writeLog(join(folder, "log"), [scriptedHeader(run, null), ...ended]);
  const { suite } = judgeSuite(folder);
  const incomplete = `store-outage: nothing was injected: ${stop.message}`;
  expect(suite).toMatchObject({ outcome: "inconclusive", exitCode: 2, incomplete, headline: `INCONCLUSIVE, not decided: ${incomplete}.`, stopped: { why: "unsteady", code: "not-steady" } });
  expect(suite.scenarios).toMatchObject([{ scenario: "steady", outcome: "pass" }, { scenario: "store-outage", outcome: "inconclusive", ran: true }]);
  // An interrupt later on is what ended the run; the scenario is named beside it.
  rmSync(join(folder, "log"), { recursive: true });
  writeLog(join(folder, "log"), [scriptedHeader(run, null), { type: "stop", at: stop.at, why: "interrupt", code: "interrupted", message: "SIGINT" }, ...ended]);
  expect(judgeSuite(folder).suite).toMatchObject({ exitCode: 130, stopped: { why: "interrupt" }, incomplete: `the run was interrupted: SIGINT; ${incomplete}` });
});

test("another copy of the folder gives the same bytes", () => {
  const { folder, suite } = runOf();
  cpSync(folder, join(root, "copy"), { recursive: true });
  expect(JSON.stringify(judgeSuite(join(root, "copy")).suite)).toBe(JSON.stringify(suite));
});

describe("rows", () => {
  test("every objective of the target has one, in its order, and the counts add up", () => {
    const suite = judged();
    expect(suite.objectives.map((entry) => entry.objective)).toEqual(Array.from({ length: 20 }, (_, n) => `ORD-${String(n + 1).padStart(2, "0")}`));
    expect(suite.counts).toEqual({
      objectives: 20,
      ruled: 16,
      passed: 16,
      failed: 0,
      inconclusive: 0,
      information: 3,
      notCovered: 1,
      own: 3,
      requiredPassed: 4,
      requiredFailed: 0,
      requiredInconclusive: 0,
    });
  });

  test("the worst ruling is shown, the others beside it", () => {
    const lost = row(judged({ variant: "fail" }), "ORD-10");
    expect(lost).toMatchObject({ outcome: "fail", scenario: "store-outage", value: 2, required: true });
    expect(lost.others).toMatchObject([{ outcome: "pass", scenario: "steady" }]);
  });

  test("a row that repeats another has its ruling, and its own source", () => {
    const suite = judged();
    const { value, interval, samples, why } = row(suite, "ORD-01");
    expect(row(suite, "ORD-19")).toMatchObject({ sameAs: "ORD-01", status: "ruled", outcome: "pass", value, interval, samples, why, scenario: "steady", source: { line: 19 } });
  });

  test("what nothing rules on is not covered, and says where it is", () => {
    expect(row(judged(), "ORD-20")).toMatchObject({ status: "not covered", outcome: null, value: null, coverage: "suite rehearsal, backup drill" });
  });

  test("a limit that the run could not exceed is information, never a pass", () => {
    const suite = judged();
    expect(row(suite, "ORD-12")).toMatchObject({ status: "information", outcome: null });
    expect(row(suite, "ORD-12").why).toContain("12 s at most");
    expect(row(suite, "ORD-18")).toMatchObject({ status: "information", value: 50 });
  });

  test("a mean over faults is pooled over the suite", () => {
    expect(row(judged({ variant: "fail" }), "ORD-08")).toMatchObject({ scenario: null, samples: 1, others: [{ scenario: "store-outage" }] });
  });

  test("the last run stands beside the row, and an objective that is gone is named", () => {
    const objectives = [
      { objective: "ORD-07", outcome: "fail", value: 41.2 },
      { objective: "ORD-99", outcome: "pass", value: 1 },
    ];
    const suite = judged({ previous: { run: "earlier", outcome: "fail", objectives } });
    expect(row(suite, "ORD-07").previous).toEqual({ outcome: "fail", value: 41.2 });
    expect(suite).toMatchObject({ disappeared: ["ORD-99"], previousRun: "earlier" });
  });
});

describe("a scenario that is missing", () => {
  test("leaves its objectives inconclusive, not green and not a gap", () => {
    const suite = judged({ variant: "broken-stack" });
    expect(row(suite, "ORD-07")).toMatchObject({ status: "ruled", outcome: "inconclusive", why: "Not measured: scenario store-outage did not run." });
    expect(row(suite, "ORD-10")).toMatchObject({ outcome: "inconclusive", others: [{ scenario: "steady", outcome: "pass" }] });
    expect(suite.scenarios).toMatchObject([{ scenario: "steady", ran: true }, { scenario: "store-outage", ran: false, outcome: "inconclusive" }]);
  });

  test("that was dropped from the suite makes what it was required for inconclusive", () => {
    const folder = join(root, "dropped");
    cpSync(runOf().folder, folder, { recursive: true });
    rmSync(join(folder, "log"), { recursive: true });
    rmSync(join(folder, "store-outage"), { recursive: true });
    const header = scriptedHeader({ ...syntheticRun(), planned: ["steady"], plannedRules: {} }, null);
    const events: LogEvent[] = [header, { type: "cleanup", at: header.at + 1, complete: true, left: [] }, { type: "end", at: header.at + 2 }];
    writeLog(join(folder, "log"), events);
    const { suite } = judgeSuite(folder);
    expect(suite).toMatchObject({ outcome: "inconclusive", exitCode: 2, incomplete: null, headline: "INCONCLUSIVE, not decided: ORD-07 is required, and nothing in this run ruled on it." });
    expect(suite.counts).toMatchObject({ failed: 0, inconclusive: 0, requiredPassed: 3, requiredInconclusive: 1 });
  });
});

test("a planned scenario of which there is no log makes the suite incomplete, although nothing stopped it", () => {
  const folder = join(root, "gone");
  writeSyntheticRun(folder);
  rmSync(join(folder, "steady"), { recursive: true });
  const { suite } = judgeSuite(folder);
  expect(suite).toMatchObject({ outcome: "inconclusive", exitCode: 2, stopped: null, incomplete: "steady did not run" });
});

describe("explain", () => {
  test("tells the definition, the limit, and how each scenario ruled", () => {
    const text = explainObjective(runOf({ variant: "fail" }).folder, "ORD-10");
    expect(text).toContain("ORD-10  No acknowledged order is lost");
    expect(text).toContain("fail in store-outage");
    expect(text).toContain("pass in steady");
  });

  test("knows no objective that the target has not", () => {
    expect(() => explainObjective(runOf().folder, "ORD-99")).toThrow('the target of this run has no objective "ORD-99"');
  });
});
