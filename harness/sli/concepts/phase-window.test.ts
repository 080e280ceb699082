import { expect, test } from "vitest";
import type { PhaseName } from "../../scenario/objective.ts";
import { PhaseWindows } from "./phase-window.ts";

function windows(...edges: readonly [PhaseName, "begin" | "end", number][]): PhaseWindows {
  const phases = new PhaseWindows();
  for (const [name, edge, at] of edges) phases.step({ type: "phase", at, name, edge });
  return phases;
}

const whole = windows(
  ...(["warm-up", "baseline", "fault", "recovery", "after"] as const).flatMap((name, n): [PhaseName, "begin" | "end", number][] => [
    [name, "begin", n * 1_000_000],
    [name, "end", (n + 1) * 1_000_000],
  ]),
);

test("an instant belongs to the phase that begins with it", () => {
  expect([0, 999_999, 1_000_000, 4_999_999, 5_000_000, -1].map((at) => whole.phaseAt(at))).toEqual(["warm-up", "warm-up", "baseline", "after", null, null]);
});

test("steady is the baseline and after; all leaves out only the warm-up", () => {
  const middles = [500_000, 1_500_000, 2_500_000, 3_500_000, 4_500_000];
  expect(middles.map((at) => whole.contains("steady", at))).toEqual([false, true, false, false, true]);
  expect(middles.map((at) => whole.contains("all", at))).toEqual([false, true, true, true, true]);
  expect([whole.judgedSeconds("steady"), whole.judgedSeconds("all")]).toEqual([2, 4]);
});

test("a phase without its end lasts to the newest event of the scenario, and one that never began is empty", () => {
  const cut = windows(["baseline", "begin", 0]);
  cut.step({ type: "gauge", at: 3_000_000, gauge: "depth", value: 1, why: null });
  cut.step({ type: "cleanup", at: 90_000_000, complete: true, left: [] });
  expect([cut.judgedSeconds("steady"), cut.contains("steady", 2_000_000), cut.began("fault"), cut.judgedSeconds("fault")]).toEqual([3, true, false, 0]);
});
