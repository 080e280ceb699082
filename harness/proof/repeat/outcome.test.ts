import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeSyntheticRun, type SyntheticVariant } from "../../judge/corpus/synthetic.fixture.ts";
import { lineOf, outcomeOfRun, summaryOf, type RunOutcome } from "./outcome.ts";

function outcomeOf(variant: SyntheticVariant, exitCode: number): RunOutcome {
  using folder = mkdtempDisposableSync(join(tmpdir(), "roadworthy-outcome-"));
  writeSyntheticRun(folder.path, { variant });
  return outcomeOfRun(folder.path, { number: 1, exitCode, tookMs: 31_000 });
}

test("a run that is no pass says which objectives and why", () => {
  const passed: RunOutcome = { number: 1, outcome: "pass", exitCode: 0, seed: 1, tookMs: 31_000, reasons: [] };
  const undecided = outcomeOf("inconclusive", 2);
  const unclean = outcomeOf("unclean", 4);
  expect(lineOf(undecided)).toMatch(/^\| 1 \| 8127 \| inconclusive \| 2 \| 31 s \| ORD-07 .*inconclusive: .*the effect of fault cut was not confirmed/i);
  // Something left behind is no pass, whatever the rulings are.
  expect(unclean).toMatchObject({ outcome: "inconclusive", exitCode: 4, reasons: [expect.stringContaining("Clean-up is incomplete")] });
  expect(summaryOf([passed, undecided, unclean], 2)).toBe("1 of 3 runs pass, 2 inconclusive, 0 failed; at most 2 may not pass: held. The longest took 31 s.");
  expect(summaryOf([passed, undecided, unclean], 1)).toContain("NOT HELD");
});
