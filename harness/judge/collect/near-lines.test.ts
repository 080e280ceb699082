import { expect, test } from "vitest";
import type { Scene } from "../evidence.ts";
import { firstBadMs, nearLines } from "./near-lines.ts";

function scene(lines: readonly [number, string, string][]): Scene {
  const processes = lines.map(([atMs, process, line]) => ({ node: process, process, before: null, after: null, exits: [], lines: [{ atMs, stream: "out", line }], leftOut: null, why: null }));
  return { fault: "crash", fromMs: 0, toMs: 60_000, processes };
}

test("what looks like trouble comes before what is nearer, the same thing once, in order of time", () => {
  const scenes = [scene([[35_000, "api", "GET / 200"], [34_000, "api", "error 17: no database"], [34_100, "api", "error 18: no database"], [36_000, "postgres", "FATAL: terminating"]])];
  expect(nearLines({ scenes, output: [] }, 35_000, 3)).toEqual([
    { atMs: 34_100, process: "api", line: "error 18: no database" },
    { atMs: 35_000, process: "api", line: "GET / 200" },
    { atMs: 36_000, process: "postgres", line: "FATAL: terminating" },
  ]);
});

test("what is far away, empty, or there already is left out", () => {
  const scenes = [scene([[35_000, "api", "ready"], [90_000, "api", "error"], [35_001, "api", "  "]])];
  expect(nearLines({ scenes, output: [{ atMs: 35_000, process: "api", stream: "out", line: "ready" }] }, 35_000, 9)).toEqual([{ atMs: 35_000, process: "api", line: "ready" }]);
});

test("the first bad sample is the one that was answered first, not the one that was due first", () => {
  const sample = { route: "r", phase: "fault", serviceMs: 1, status: 500, outcome: "status" };
  expect(firstBadMs({ firstFailing: [{ ...sample, atMs: 1_000, responseMs: 5_000 }, { ...sample, atMs: 2_000, responseMs: 10 }] })).toBe(2_010);
  expect(firstBadMs({ firstFailing: [] })).toBeNull();
});
