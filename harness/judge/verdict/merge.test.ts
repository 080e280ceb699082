import { expect, test } from "vitest";
import { exitCodeFor, mergeOutcomes, type Ending } from "./merge.ts";

test("fail beats inconclusive beats pass, and nothing at all is inconclusive", () => {
  expect(mergeOutcomes(["pass", "inconclusive", "fail"])).toBe("fail");
  expect(mergeOutcomes(["pass", "inconclusive", "pass"])).toBe("inconclusive");
  expect(mergeOutcomes(["pass", "pass"])).toBe("pass");
  expect(mergeOutcomes([])).toBe("inconclusive");
});

const fine: Ending = { outcome: "pass", stopCodes: [], cleanupComplete: true };

test.each<[string, Partial<Ending>, number]>([
  ["a pass", {}, 0],
  ["a failure", { outcome: "fail" }, 1],
  ["inconclusive", { outcome: "inconclusive" }, 2],
  ["a breached stop condition", { outcome: "inconclusive", stopCodes: ["stopped"] }, 3],
  ["a stop condition and a failure", { outcome: "fail", stopCodes: ["stopped"] }, 1],
  ["incomplete cleanup of a pass", { cleanupComplete: false }, 4],
  ["incomplete cleanup of a failure", { outcome: "fail", cleanupComplete: false }, 1],
  ["incomplete cleanup after a stop condition", { outcome: "inconclusive", stopCodes: ["stopped"], cleanupComplete: false }, 4],
  ["an interrupt, whatever else", { outcome: "fail", stopCodes: ["interrupted", "internal"], cleanupComplete: false }, 130],
  ["an internal error and a failure", { outcome: "fail", stopCodes: ["internal"] }, 70],
  ["a full disk", { outcome: "inconclusive", stopCodes: ["cannot-write"] }, 74],
  ["a target that was never ready", { outcome: "inconclusive", stopCodes: ["target-not-ready"] }, 69],
  ["an engine that was lost", { outcome: "inconclusive", stopCodes: ["engine-lost"] }, 2],
  ["an engine that was lost, with containers in it", { outcome: "inconclusive", stopCodes: ["engine-lost"], cleanupComplete: false }, 4],
  ["a full disk and a missing tool", { outcome: "inconclusive", stopCodes: ["tool-missing", "cannot-write"] }, 74],
  ["a code of another version", { outcome: "inconclusive", stopCodes: ["melted"] }, 70],
  ["a log that ends before the cleanup", { outcome: "inconclusive", cleanupComplete: null }, 2],
])("%s", (_name, ending, code) => {
  expect(exitCodeFor({ ...fine, ...ending })).toBe(code);
});
