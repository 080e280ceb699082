import { describe, expect, test } from "vitest";
import { judgeTrials, matrixText, type TrialResult } from "./matrix.ts";

const gates = ["A-1", "A-2"];

function result(part: Partial<TrialResult> & Pick<TrialResult, "outcomes">): TrialResult {
  return { build: "broken/slow", isGood: false, control: null, scenarios: ["steady"], expected: ["A-1"], folder: "runs/x", incomplete: null, ...part };
}

const good = result({ build: "shop", isGood: true, expected: [], outcomes: { "A-1": "pass", "A-2": "pass" } });
const slow = result({ outcomes: { "A-1": "fail", "A-2": "pass" } });
const lossy = result({ build: "broken/lossy", expected: ["A-2"], outcomes: { "A-1": "pass", "A-2": "fail" } });

function judged(results: readonly TrialResult[], unshown: string[] = []): ReturnType<typeof judgeTrials> {
  return judgeTrials(results, { gates, unshown });
}

describe("the exit code is", () => {
  test("0 when each variant turned red exactly its own, and the good target nothing", () => {
    expect(judged([slow, lossy, good])).toEqual({ exitCode: 0, wrong: [], undecided: [] });
  });

  test("1 when a gate stayed green on what must turn it red", () => {
    const stayed = judged([{ ...slow, outcomes: { "A-1": "pass", "A-2": "pass" } }, lossy, good]);
    expect(stayed).toMatchObject({ exitCode: 1, wrong: ["A-1 did not turn red: broken/slow in steady"] });
  });

  test("1 when a variant turned another objective red as well, also one that is no gate", () => {
    expect(judged([{ ...slow, outcomes: { "A-1": "fail", "A-2": "fail" } }, lossy, good]).wrong).toEqual(["A-2 turned red as well: broken/slow in steady"]);
    expect(judged([{ ...slow, outcomes: { "A-1": "fail", "A-9": "fail" } }, lossy, good]).exitCode).toBe(1);
  });

  test("1 when the good target is red, 2 when nothing is known to turn a gate red", () => {
    expect(judged([slow, lossy, { ...good, outcomes: { "A-1": "fail", "A-2": "pass" } }])).toMatchObject({ exitCode: 1, wrong: ["A-1 is red without a defect: shop in steady"] });
    expect(judged([slow, good], ["A-2"])).toMatchObject({ exitCode: 2, undecided: ["A-2: nothing is known to turn it red; give the target a known-bad variant"] });
  });

  test("2 when a gate could not be told on what must turn it red, or on the good target, or the good run is incomplete", () => {
    for (const outcomes of [{ "A-1": "inconclusive", "A-2": "pass" }, { "A-2": "pass" }] as const) expect(judged([{ ...slow, outcomes }, lossy, good]).exitCode).toBe(2);
    expect(judged([slow, lossy, { ...good, outcomes: { "A-1": "inconclusive", "A-2": "pass" } }]).exitCode).toBe(2);
    expect(judged([slow, lossy, { ...good, incomplete: "interrupted" }])).toMatchObject({ exitCode: 2, undecided: ["the run of shop in steady is incomplete: interrupted"] });
  });

  test("0 also when another objective could not be told on a variant: it is not red", () => {
    expect(judged([{ ...slow, outcomes: { "A-1": "fail", "A-2": "inconclusive" } }, lossy, good]).exitCode).toBe(0);
  });

  test("0 when a control turned others red as well: it is made for its gate alone", () => {
    const shut = { ...slow, build: "shop", control: "the load cannot connect", outcomes: { "A-1": "fail", "A-2": "fail" } } as const;
    expect(judged([shut, lossy, good]).exitCode).toBe(0);
    expect(judged([{ ...shut, outcomes: { "A-1": "pass", "A-2": "fail" } }, lossy, good])).toMatchObject({ exitCode: 1, wrong: ["A-1 did not turn red: shop, and the load cannot connect, in steady"] });
  });

  test("1 before 2, and 2 for a suite without a gate", () => {
    expect(judged([{ ...slow, outcomes: { "A-1": "inconclusive", "A-2": "fail" } }, lossy, good]).exitCode).toBe(1);
    expect(judgeTrials([], { gates: [], unshown: [] }).exitCode).toBe(2);
  });
});

test("the matrix has a row for each gate, the good target first, and marks what has to be red", () => {
  const other = result({ build: "shop", isGood: true, scenarios: ["outage"], expected: [], outcomes: { "A-2": "inconclusive" } });
  const lines = matrixText([slow, good, { ...lossy, expected: ["A-2", "A-3"], outcomes: { "A-2": "fail", "A-3": "pass" } }, other], gates).split("\n");
  expect(lines.slice(0, 4)).toEqual(["gate  A  B  C", "A-1   ✓ [✗]", "A-2   ?  ✓ [✗]", "A-3        [✓] (not required)"]);
  expect(lines.slice(-3)).toEqual(["  A shop, in steady, outage", "  B broken/slow, in steady: A-1", "  C broken/lossy, in steady: A-2, A-3"]);
});
