import { cpSync, mkdtempDisposableSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Conduct } from "../../sli/scripted/simulate.fixture.ts";
import { writeShortSeries, writeSyntheticSeries, type ShortSeries } from "../corpus/series.fixture.ts";
import type { SyntheticVariant } from "../corpus/synthetic.fixture.ts";
import { judgeSuite, type JudgedOnce } from "../index.ts";
import { suiteVerdictSchema, type SuiteObjective, type SuiteVerdict } from "../verdict/schema.ts";

const judgedVariants = new Map<SyntheticVariant, JudgedOnce>();

/** Each variant is written and judged once, whatever series it is in. */
function onceOf(variant: SyntheticVariant): JudgedOnce {
  using place = mkdtempDisposableSync(join(tmpdir(), "roadworthy-series-"));
  const known = new Map<string, JudgedOnce>();
  if (!judgedVariants.has(variant)) {
    writeSyntheticSeries(place.path, [variant]);
    judgeSuite(place.path, known);
  }
  const once = judgedVariants.get(variant) ?? known.get("repeat-1");
  if (once === undefined) throw new Error(`${variant} was not judged`);
  judgedVariants.set(variant, once);
  return once;
}

function judgedSeries(...variants: SyntheticVariant[]): SuiteVerdict {
  using place = mkdtempDisposableSync(join(tmpdir(), "roadworthy-series-"));
  writeSyntheticSeries(place.path, variants, { logOnly: true });
  const known = new Map(variants.map((variant, index) => [`repeat-${index + 1}`, onceOf(variant)]));
  return suiteVerdictSchema.parse(judgeSuite(place.path, known).suite);
}

function judgedShort(series: ShortSeries): SuiteVerdict {
  using place = mkdtempDisposableSync(join(tmpdir(), "roadworthy-series-"));
  writeShortSeries(place.path, series);
  return suiteVerdictSchema.parse(judgeSuite(place.path).suite);
}

function row(suite: SuiteVerdict, id: string): SuiteObjective {
  const found = suite.objectives.find((entry) => entry.objective === id);
  if (found === undefined) throw new Error(`no row ${id}`);
  return found;
}

const calm: Conduct = {};
/** Every order of ten that is due fails, or every one. */
const failing = (every: number): Conduct => {
  let n = 0;
  return { answer: () => ((n += 1) % every === 0 ? { outcome: "status", status: 500, tookMs: 5 } : { outcome: "ok", status: 202, tookMs: 20 }) };
};
/** Within the limit, and not what it was. */
const slowing: Conduct = { answer: (atMs) => ({ outcome: "ok", status: 202, tookMs: atMs < 4000 ? 20 : 320 }) };
const busy: Conduct = { generator: { startLagP99Ms: 1, eventLoopDelayP99Ms: 90, cpuPercent: 20 } };
const broken: Conduct = { stopAt: { atMs: 3000, why: "error", code: "process-died", message: "probe-steady ended" } };

describe("a series of repeats", () => {
  test("that all pass is a pass, and says what so many recoveries show", () => {
    const suite = judgedSeries("pass", "pass", "pass");
    expect(suite).toMatchObject({ outcome: "pass", exitCode: 0, incomplete: null, headline: "PASS: all 16 ruled objectives hold over 3 repeats, among them all 4 required." });
    expect(suite.repeats).toMatchObject({ most: 3, counted: 3, untilDecided: false, confidencePercent: 95, flaky: [], attempts: [{ seed: 8127, folder: "repeat-1" }, { seed: 8128 }, { seed: 8129 }] });
    const recovery = row(suite, "ORD-07");
    expect(recovery).toMatchObject({ outcome: "pass", samples: 3, repeats: [{ rule: "pooled", scenario: "store-outage" }] });
    // 0.05^(1/3) = 0.3684
    expect(recovery.why).toContain("3 of 3 within the limit: at least 36.8 % of such runs are, with 95 % confidence");
    expect(recovery.others.map(({ scenario }) => scenario)).toEqual(["store-outage, repeat 1", "store-outage, repeat 2", "store-outage, repeat 3"]);
    // A mean over faults is one over those of all repeats; a row that repeats another has its parts in its own name.
    expect(row(suite, "ORD-08").samples).toBe(3);
    expect(row(suite, "ORD-19").others.map(({ objective }) => objective)).toEqual(["ORD-19", "ORD-19", "ORD-19"]);
  });

  test("of which one fails fails: a loss and a late recovery are made up for by no other repeat, and are named as flaky", () => {
    const suite = judgedSeries("pass", "fail", "pass");
    expect(suite).toMatchObject({ outcome: "fail", exitCode: 1 });
    expect(suite.repeats?.flaky).toEqual(expect.arrayContaining(["ORD-07", "ORD-10", "ORD-14"]));
    for (const id of ["ORD-07", "ORD-10"]) {
      expect(row(suite, id)).toMatchObject({ outcome: "fail" });
      expect(row(suite, id).why).toMatch(/^Flaky: it fails in repeat 2 and passes in repeats 1 and 3\. /i);
    }
    expect(row(suite, "ORD-10").repeats?.find(({ flaky }) => flaky)?.outcomes.map(({ outcome }) => outcome)).toEqual(["pass", "fail", "pass"]);
    expect(suite.headline).toContain("flaky: it fails in repeat 2");
  });

  test("of which one could not tell cannot tell", () => {
    const suite = judgedSeries("pass", "inconclusive");
    expect(suite).toMatchObject({ outcome: "inconclusive", exitCode: 2 });
    expect(row(suite, "ORD-07").why).toContain("the effect of fault cut was not confirmed");
  });

  test.each([
    ["was interrupted", { why: "interrupt", code: "interrupted" }, 130],
    ["had a target that did not get ready", { why: "error", code: "target-not-ready" }, 69],
    ["lacked a tool", { why: "error", code: "tool-missing" }, 69],
    ["was stopped by a condition", { why: "condition", code: "stopped" }, 3],
  ] as const)("whose last repeat %s is as little a pass as that one", (_name, stop, exitCode) => {
    const suite = judgedShort({ rules: ["ORD-01"], attempts: [{ conduct: calm }, { conduct: { stopAt: { ...stop, atMs: 3000, message: "so it was" } } }] });
    expect(suite).toMatchObject({ outcome: "inconclusive", exitCode, incomplete: expect.stringContaining("in repeat 2"), repeats: { counted: 2 } });
  });

  test("of which one left something behind says so", () => {
    expect(judgedSeries("unclean")).toMatchObject({ outcome: "pass", exitCode: 4, cleanup: { complete: false, left: [{ id: "4002" }] } });
  });

  test("whose harness was killed, or of which a repeat is missing, is incomplete", () => {
    expect(judgedShort({ rules: ["ORD-01"], attempts: [{ conduct: calm }], ended: false })).toMatchObject({ outcome: "inconclusive", incomplete: expect.stringContaining("did not write its last record") });
    expect(judgedShort({ rules: ["ORD-01"], attempts: [{ conduct: calm }], asked: { most: 2, untilDecided: false } })).toMatchObject({ outcome: "inconclusive", incomplete: "only 1 of 2 repeats count" });
    expect(judgedShort({ rules: ["ORD-01"], attempts: [{ conduct: calm }], asked: { most: 2, untilDecided: false }, interrupted: true })).toMatchObject({ outcome: "inconclusive", exitCode: 130, incomplete: "the run was interrupted: SIGINT" });
    expect(judgedSeries()).toMatchObject({ outcome: "inconclusive", exitCode: 2, incomplete: "no repeat began" });
    using place = mkdtempDisposableSync(join(tmpdir(), "roadworthy-series-"));
    writeShortSeries(place.path, { rules: ["ORD-01"], attempts: [{ conduct: calm }, { conduct: calm }] });
    rmSync(join(place.path, "repeat-2"), { recursive: true });
    expect(judgeSuite(place.path).suite).toMatchObject({ outcome: "inconclusive", incomplete: "in repeat 2 nothing of repeat-2 can be read" });
  });

  test("is judged to the same bytes elsewhere, and each repeat by itself as well", () => {
    using place = mkdtempDisposableSync(join(tmpdir(), "roadworthy-series-"));
    const here = join(place.path, "here");
    const there = join(place.path, "there");
    writeShortSeries(here, { rules: ["ORD-01", "ORD-10"], attempts: [{ conduct: calm }, { conduct: { copies: (n) => (n === 7 ? 0 : 1) } }] });
    cpSync(here, there, { recursive: true });
    expect(JSON.stringify(judgeSuite(there).suite)).toBe(JSON.stringify(judgeSuite(here).suite));
    expect([1, 2].map((repeat) => judgeSuite(join(here, `repeat-${repeat}`)).suite)).toMatchObject([{ outcome: "pass", run: "2026-11-20-1402-syn-r1", seed: 8127 }, { outcome: "fail", seed: 8128 }]);
  });
});

describe("samples of all repeats together", () => {
  const rules = ["ORD-01", "ORD-04", "ORD-06"];

  test("decide what one repeat cannot", () => {
    const one = judgedShort({ rules, attempts: [{ conduct: calm }] });
    expect(row(one, "ORD-04")).toMatchObject({ outcome: "inconclusive", samples: 150 });
    const five = judgedShort({ rules, attempts: [{ conduct: calm }, { conduct: calm }, { conduct: calm }, { conduct: calm }, { conduct: calm }] });
    expect(five).toMatchObject({ outcome: "pass", exitCode: 0 });
    expect(row(five, "ORD-04")).toMatchObject({ outcome: "pass", samples: 750, repeats: [{ rule: "pooled", open: false }] });
    expect(row(five, "ORD-04").why).toContain("5 repeats together: 0 of 750 items");
    // A percentile is that of all samples: one repeat has too few to print it. A gauge asks for 60 samples.
    expect([row(one, "ORD-01").value, row(five, "ORD-01").value]).toEqual([null, expect.any(Number)]);
    expect([row(one, "ORD-06").samples, row(five, "ORD-06").samples]).toEqual([12, 60]);
  });

  test("pass only when each repeat can be believed, and when none fails by itself", () => {
    const doubtful = judgedShort({ rules: ["ORD-01"], attempts: [{ conduct: calm }, { conduct: slowing }] });
    expect(row(doubtful, "ORD-01")).toMatchObject({ outcome: "inconclusive", why: expect.stringContaining("n repeat 2 the phase was not steady"), repeats: [{ open: false }] });
    const flaky = judgedShort({ rules: ["ORD-01"], attempts: [{ conduct: calm }, { conduct: calm }, { conduct: calm }, { conduct: calm }, { conduct: failing(9) }] });
    // 16 of 750 are far below 5 %; 16 of 150 are not.
    expect(row(flaky, "ORD-01")).toMatchObject({ outcome: "inconclusive", repeats: [{ flaky: true, open: false }] });
    expect(row(flaky, "ORD-01").why).toMatch(/^Flaky: it fails in repeat 5 and passes in repeats 1, 2, 3 and 4\. 5 repeats together: /i);
    expect(flaky).toMatchObject({ exitCode: 2, repeats: { flaky: expect.arrayContaining(["ORD-01"]) } });
  });

  test("fail when they are too bad together, although no repeat is by itself", () => {
    // 12 of 150 may be chance at 5 %, 36 of 450 are not.
    const suite = judgedShort({ rules: ["ORD-01"], attempts: [{ conduct: failing(13) }, { conduct: failing(13) }, { conduct: failing(13) }, { conduct: failing(13) }] });
    expect(row(suite, "ORD-01").repeats?.[0]?.outcomes.map(({ outcome }) => outcome)).toEqual(["inconclusive", "inconclusive", "inconclusive", "inconclusive"]);
    expect(suite).toMatchObject({ outcome: "fail", exitCode: 1 });
  });

  test("until decided ask for more than 95 % at each look, and a pass at the usual 95 % is none", () => {
    const attempts = [{ conduct: calm }, { conduct: calm }, { conduct: calm }, { conduct: calm }];
    const suite = judgedShort({ rules: ["ORD-04"], attempts, asked: { most: 5, untilDecided: true } });
    expect(suite.repeats).toMatchObject({ confidencePercent: 99, untilDecided: true });
    // 600 clean ones show 0.5 % with 95 % confidence, and 919 with 99 %.
    expect(row(suite, "ORD-04")).toMatchObject({ outcome: "inconclusive", repeats: [{ open: true }] });
    expect(row(suite, "ORD-04").why).toContain("with 99 % confidence");
    expect(suite).toMatchObject({ incomplete: null, exitCode: 2 });
  });
});

describe("an attempt whose tools failed", () => {
  const rules = ["ORD-01"];

  test.each([["its generator was too slow", busy, "too busy"], ["a process of ours died", broken, "probe-steady ended"]])("does not count when %s, and is told", (_name, conduct, why) => {
    const suite = judgedShort({ rules, attempts: [{ conduct: calm }, { conduct }, { conduct: calm, again: true }] });
    expect(suite).toMatchObject({ outcome: "pass", exitCode: 0, repeats: { counted: 2, most: 2 } });
    expect(suite.repeats?.attempts[1]).toMatchObject({ repeat: 2, attempt: 1, folder: "repeat-2", void: expect.stringContaining(why) });
    expect(suite.repeats?.attempts[2]).toMatchObject({ folder: "repeat-2-try-2", void: null });
    expect(row(suite, "ORD-01").samples).toBe(300);
  });

  test("counts all the same when it shows a failure", () => {
    // The ledger does not hang on the generator: what is lost is lost.
    const lossy = judgedShort({ rules: ["ORD-01", "ORD-10"], attempts: [{ conduct: calm }, { conduct: { ...busy, copies: (n) => (n === 7 ? 0 : 1) } }] });
    expect(lossy).toMatchObject({ outcome: "fail", exitCode: 1, repeats: { counted: 2 } });
  });

  test("leaves the series incomplete when it was the last that there may be", () => {
    const suite = judgedShort({ rules, attempts: [{ conduct: calm }, { conduct: broken }, { conduct: broken, again: true }, { conduct: broken, again: true }] });
    expect(suite).toMatchObject({ outcome: "inconclusive", exitCode: 70, incomplete: expect.stringContaining("repeat 2 could not be had in 3 attempts") });
  });
});
