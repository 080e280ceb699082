import { expect, test } from "vitest";
import type { LogEvent } from "../../log/event.ts";
import { OperationsFold } from "./operation-records.ts";

const operation = { type: "operation", id: "disaster", on: "postgres" } as const;
const startUs = 5_000_000;

function recordsOf(...events: LogEvent[]): ReturnType<OperationsFold["read"]> {
  const fold = new OperationsFold();
  for (const event of events) fold.step(event);
  return fold.read(startUs);
}

test("how much a restore moved, how fast, and how old that was", () => {
  const [backUp, restore] = recordsOf(
    { ...operation, kind: "back-up", at: 6_000_000, stage: "began" },
    { ...operation, kind: "back-up", at: 7_000_000, stage: "ended", tookMs: 1_000, bytes: 4_096, what: "pg_dump of app" },
    { ...operation, kind: "restore", at: 8_000_000, stage: "began" },
    { ...operation, kind: "restore", at: 10_000_000, stage: "ended", tookMs: 2_000, bytes: 4_096, what: "pg_dump of app" },
    { type: "restored", at: 10_100_000, ledger: "writes", ageMs: 1_500, what: "pg_dump of app" },
  );
  expect(backUp).toMatchObject({ beganAtMs: 1_000, ended: true, bytesPerSecond: 4_096, restoredAgeMs: null });
  expect(restore).toMatchObject({ kind: "restore", beganAtMs: 3_000, tookMs: 2_000, bytes: 4_096, bytesPerSecond: 2_048, restoredAgeMs: 1_500 });
});

test("one that failed says why, and one that the log ends in has no end", () => {
  const [failed, open] = recordsOf(
    { ...operation, kind: "restore", at: 6_000_000, stage: "began" },
    { ...operation, kind: "restore", at: 7_000_000, stage: "failed", tookMs: 1_000, why: "there is no back-up" },
    { ...operation, kind: "restore", at: 8_000_000, stage: "began" },
    { type: "restored", at: 9_000_000, ledger: "writes", ageMs: 1, what: "of another" },
  );
  expect(failed).toMatchObject({ ended: false, tookMs: 1_000, bytes: null, bytesPerSecond: null, restoredAgeMs: null, what: "there is no back-up" });
  expect(open).toMatchObject({ ended: null, tookMs: null, restoredAgeMs: null, what: "" });
});

test("what was done on the way, replica by replica, of that operation alone", () => {
  const deploy = { ...operation, kind: "rolling-deploy" } as const;
  const [first, other] = recordsOf(
    { ...deploy, at: 6_000_000, stage: "began" },
    { ...deploy, id: "other", at: 6_000_000, stage: "began" },
    { ...deploy, at: 7_000_000, stage: "advanced", replica: "api-1", what: "2 was ready" },
    { ...deploy, at: 8_000_000, stage: "failed", tookMs: 2_000, why: "api-2 was not ready" },
  );
  expect(first).toMatchObject({ ended: false, what: "api-2 was not ready", parts: [{ of: "api-1", what: "2 was ready" }] });
  expect(other).not.toHaveProperty("parts");
});
