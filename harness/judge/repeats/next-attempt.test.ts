import { describe, expect, test } from "vitest";
import { isUndecided, mostAttempts, nextAttempt, type AttemptSoFar } from "./next-attempt.ts";

const sound = { isVoid: false, isLast: false };
const three = { most: 3, untilDecided: false };
const untilDecided = { most: 3, untilDecided: true };

function after(done: readonly (Partial<AttemptSoFar> & { repeat: number })[], asked = three, undecided = true): ReturnType<typeof nextAttempt> {
  return nextAttempt(asked, done.map((each) => ({ attempt: 1, ...sound, ...each })), undecided);
}

describe("the next attempt", () => {
  test("is the first repeat, then one after the other, up to as many as were asked for, however they came out", () => {
    expect(after([])).toEqual({ repeat: 1, attempt: 1 });
    expect(after([{ repeat: 1 }], three, false)).toEqual({ repeat: 2, attempt: 1 });
    expect(after([{ repeat: 3 }])).toBeNull();
  });

  test("is another one at the same repeat when a tool failed, a limited number of times", () => {
    expect(after([{ repeat: 2, isVoid: true }])).toEqual({ repeat: 2, attempt: 2 });
    expect(after([{ repeat: 3, isVoid: true, attempt: mostAttempts - 1 }])).toEqual({ repeat: 3, attempt: mostAttempts });
    expect(after([{ repeat: 2, isVoid: true, attempt: mostAttempts }])).toBeNull();
  });

  test("is none after one that was stopped or left something behind", () => {
    expect(after([{ repeat: 1, isLast: true }])).toBeNull();
    expect(after([{ repeat: 1, isVoid: true, isLast: true }])).toBeNull();
  });

  test("until decided is none once nothing is open, nor after the last that there may be", () => {
    expect(after([{ repeat: 1 }], untilDecided, true)).toEqual({ repeat: 2, attempt: 1 });
    expect(after([{ repeat: 1 }], untilDecided, false)).toBeNull();
    expect(after([{ repeat: 3 }], untilDecided, true)).toBeNull();
  });
});

describe("more repeats are of use", () => {
  type Row = Parameters<typeof isUndecided>[0]["objectives"][number];
  const row = (objective: string, fields: Pick<Row, "outcome" | "required"> & { open?: boolean; status?: Row["status"] }): Row => ({
    objective,
    statement: "",
    source: { document: "", section: "" },
    kind: "own",
    indicator: "latency",
    phase: null,
    clock: null,
    op: "<",
    limit: 1,
    unit: "ms",
    value: null,
    interval: null,
    samples: null,
    why: "",
    choice: null,
    sameAs: null,
    scenario: null,
    coverage: null,
    others: [],
    previous: null,
    status: fields.status ?? "ruled",
    outcome: fields.outcome,
    required: fields.required,
    repeats: [{ scenario: "steady", rule: "pooled", flaky: false, open: fields.open ?? false, outcomes: [] }],
  });
  const passed = row("A", { outcome: "pass", required: true });
  const open = row("B", { outcome: "inconclusive", required: true, open: true });

  test.each([
    ["something required is open", true, { outcome: "inconclusive", required: ["A", "B"], objectives: [passed, open] }],
    ["all that is required passes", false, { outcome: "inconclusive", required: ["A"], objectives: [passed, row("C", { outcome: "inconclusive", required: false, open: true })] }],
    ["nothing is required by name, and a row is open", true, { outcome: "inconclusive", required: [], objectives: [passed, row("C", { outcome: "inconclusive", required: false, open: true })] }],
    ["something failed", false, { outcome: "fail", required: ["A", "B"], objectives: [passed, open] }],
    ["something required can no longer be decided", false, { outcome: "inconclusive", required: ["B", "D"], objectives: [open, row("D", { outcome: "inconclusive", required: true })] }],
    ["something required is not ruled on at all", false, { outcome: "inconclusive", required: ["E"], objectives: [row("E", { outcome: null, required: true, status: "not covered" })] }],
    ["all is information", false, { outcome: "inconclusive", required: [], objectives: [row("F", { outcome: null, required: false, status: "information" })] }],
  ] as const)("when %s: %s", (_name, expected, suite) => {
    expect(isUndecided({ outcome: suite.outcome, required: [...suite.required], objectives: [...suite.objectives] })).toBe(expected);
  });
});
