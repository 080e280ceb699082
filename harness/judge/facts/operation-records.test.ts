import { expect, test } from "vitest";
import type { LogEvent } from "../../log/event.ts";
import { OperationsFold } from "./operation-records.ts";

const deploy = { type: "operation", id: "new", kind: "rolling-deploy", on: "api" } as const;
const backUp = { type: "operation", id: "kept", kind: "back-up", on: "db" } as const;

function recordsOf(...events: LogEvent[]): unknown {
  const fold = new OperationsFold();
  for (const event of events) fold.step(event);
  return fold.read(1_000_000);
}

test("each with its end, and what was done on the way; one that was cut off is told as such", () => {
  expect(
    recordsOf(
      { ...deploy, at: 2_000_000, stage: "began" },
      { ...backUp, at: 2_500_000, stage: "began" },
      { ...deploy, at: 3_000_000, stage: "advanced", replica: "api-1", what: "2 was ready" },
      { ...deploy, at: 4_000_000, stage: "failed", tookMs: 2_000.4, why: "api-2 was not ready" },
      { ...deploy, at: 5_000_000, stage: "began" },
      { ...deploy, at: 6_000_000, stage: "ended", tookMs: 1_000, bytes: null, what: "api runs 2" },
    ),
  ).toEqual([
    { id: "new", kind: "rolling-deploy", on: "api", atMs: 1_000, tookMs: 2_000, outcome: "failed", what: "api-2 was not ready", parts: [{ of: "api-1", what: "2 was ready" }] },
    { id: "kept", kind: "back-up", on: "db", atMs: 1_500, tookMs: null, outcome: "not ended", what: "", parts: [] },
    { id: "new", kind: "rolling-deploy", on: "api", atMs: 4_000, tookMs: 1_000, outcome: "done", what: "api runs 2", parts: [] },
  ]);
});
