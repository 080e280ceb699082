import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { temporaryFolder } from "../../base/spawned.fixture.ts";
import { scriptedStartUs } from "../../sli/scripted/header.fixture.ts";
import type { Conduct } from "../../sli/scripted/simulate.fixture.ts";
import { writeShortSeries } from "../corpus/series.fixture.ts";
import { judgeSuite } from "../verdict/suite.ts";
import { explainJudged } from "./explain.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

/** Every twelfth request fails. */
const failing: Conduct = { answer: (atMs) => (Math.round(atMs / 40) % 12 === 5 ? { outcome: "status", status: 500, tookMs: 9 } : { outcome: "ok", status: 202, tookMs: 30 }) };
const calm: Conduct = { answer: () => ({ outcome: "ok", status: 202, tookMs: 30 }) };
const busy: Conduct = { generator: { startLagP99Ms: 0.4, eventLoopDelayP99Ms: 90, cpuPercent: 14 } };

function explained(name: string, series: Omit<Parameters<typeof writeShortSeries>[1], "rules">): (objective: string) => string {
  const path = join(folder.path, name);
  writeShortSeries(path, { ...series, rules: ["ORD-01", "ORD-06", "ORD-10"] });
  const judged = judgeSuite(path);
  return (objective) => explainJudged(judged, path, objective);
}

const looked = explained("looked", { attempts: [{ conduct: calm }, { conduct: busy }, { conduct: failing, again: true }], asked: { most: 5, untilDecided: true } });

test("samples of repeats: each repeat's own count and log, their sum, and the rule at the confidence that it was asked", () => {
  const text = looked("ORD-01");
  const [, first = "", bad = "", total = ""] = /k = 0 \+ (\d+) = (\d+); n = 150 \+ 150 = (\d+)/.exec(text) ?? [];
  expect([first, bad, total]).toEqual(["13", "13", "300"]);
  expect(text).toContain("  repeats    2 repeats, judged together, as the samples of one run; flaky; the records of each stand below\n");
  expect(text).toMatch(/^ {4}repeat 1 +pass +0 of 150 bad +\S+\/looked\/repeat-1\/steady\/log$/m);
  // The attempt of which a tool failed does not count, and is not told.
  expect(text).toMatch(/^ {4}repeat 2 +\S+ +13 of 150 bad +\S+\/looked\/repeat-2-try-2\/steady\/log$/m);
  expect(text).not.toContain("looked/repeat-2/");
  const pooled = text.slice(0, text.indexOf("\n\n", text.indexOf("repeat 2 ")));
  expect(pooled).toContain("k = 13 of n = 300: P(X ≤ k | n, p) =");
  expect(pooled).toContain("a pass when at most 0.01;");
});

test("a count of the worst repeat: which one, and where each stands", () => {
  const text = explained("lost", { attempts: [{ conduct: calm }, { conduct: { ...calm, copies: (n) => (n === 7 ? 0 : 1) } }] })("ORD-10");
  expect(text).toMatch(/^ {2}repeats {4}2 repeats, the worst of their rulings; flaky;/m);
  expect(text).toMatch(/^ {4}repeat 1 +pass +1 value: 0; exercised 175 times /m);
  expect(text).toMatch(/^ {4}repeat 2 +fail +1 value: 1; exercised 175 times /m);
  expect(text).toContain("  formula    worst of (pass, fail); each by the formula that stands with it\n");
});

test("the places below a repeat are those of its own log", () => {
  const part = looked("ORD-01").split(/\n(?=\w+ in )/).find((entry) => entry.includes(" in steady, repeat 2\n")) ?? "";
  const log = /^ {2}log {8}(.*)$/m.exec(part)?.[1] ?? "";
  expect(log).toBe(join(folder.path, "looked", "repeat-2-try-2", "steady", "log"));
  expect(part).toMatch(/^ {2}records {4}13 requests over the limit or failed \(10 of them\)$/m);
  const [, byte = ""] = /at 1\.16 s +load\.requests record 30 byte (\d+) /.exec(part) ?? [];
  // Of 25 a second, the thirtieth but one.
  expect(readFileSync(join(log, "load.requests")).readDoubleLE(Number(byte)) - scriptedStartUs).toBe(1_160_000);
});
