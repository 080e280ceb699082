import { describe, expect, test } from "vitest";
import type { LogEvent } from "../../log/event.ts";
import type { RecoveryPart } from "../../scenario/drill/manual.ts";
import { unknownFault } from "../../sli/concepts/fault-times.ts";
import type { FaultRecovery } from "../../sli/concepts/recovery.ts";
import { DrillFold, manualRecords, partsText, recoveryPartsOf, type DrillOfFault } from "./recovery-parts.ts";

const ms = 1000;
const instant = (atMs: number): { beganUs: number; endedUs: number } => ({ beganUs: atMs * ms, endedUs: atMs * ms });

/** Injected at 0, bad from 100 ms on, repair from 5 s, healed at 9 s, back to normal at 9.5 s. */
const recovery: FaultRecovery = {
  fault: { ...unknownFault({ id: "cut", kind: "link-down", on: "db" }), injected: instant(0), healingUs: 5_000 * ms, healed: instant(9_000) },
  downUs: 100 * ms,
  upUs: 9_500 * ms,
  notRecovered: false,
  faultClock: { valueMs: 9_500, resolutionMs: 1 },
  healClock: { valueMs: 500, resolutionMs: 1 },
  failedRequests: 9,
  degradedLimitMs: 50,
  invalid: null,
};

function manual(step: number, part: RecoveryPart, fromMs: number, end: { at: number; late?: boolean } | null): LogEvent[] {
  const shared = { type: "manual", id: "cut", step, part, owner: "on call", text: `do ${step}`, expectedMs: 60_000 } as const;
  const asked = { ...shared, at: fromMs * ms, stage: "asked", withinMs: 9_000 } as const;
  if (end === null) return [asked];
  const tookMs = end.at - fromMs;
  return [asked, end.late === true ? { ...shared, at: end.at * ms, stage: "late", tookMs } : { ...shared, at: end.at * ms, stage: "confirmed", by: "ack", tookMs }];
}

function drillOf(...events: LogEvent[]): DrillOfFault {
  const fold = new DrillFold();
  for (const event of events) fold.step(event);
  return fold.of("cut");
}

const restoreFrom = (atMs: number): LogEvent => ({ type: "operation", at: atMs * ms, id: "cut", kind: "restore", on: "db", stage: "began" });

describe("a recovery in its parts", () => {
  test.each<[string, LogEvent[], [number | null, number | null, number | null, number | null]]>([
    ["without people nobody decides, and the hold is no decision", [], [100, null, 4_000, 500]],
    ["a restore acts from its beginning on", [restoreFrom(6_000)], [100, null, 3_000, 500]],
    ["people in every part", [...manual(1, "detect", 5_000, { at: 5_500 }), ...manual(2, "decide", 5_500, { at: 6_200 }), ...manual(3, "act", 6_200, { at: 8_900 }), ...manual(4, "verify", 9_000, { at: 10_000 })], [5_500, 700, 2_800, 1_000]],
    ["people who detect it and are not asked to decide", [...manual(1, "detect", 5_000, { at: 5_500 }), restoreFrom(6_000)], [5_500, null, 3_000, 500]],
    ["what follows a decision acts from then on", [...manual(1, "decide", 5_000, { at: 6_000 }), restoreFrom(6_010)], [100, 5_900, 3_000, 500]],
    ["of two that verify the last one counts", [...manual(1, "verify", 9_000, { at: 9_100 }), ...manual(2, "verify", 9_100, { at: 9_900 })], [100, null, 4_000, 900]],
    ["nobody has verified it, whatever the samples say", [...manual(1, "verify", 9_000, { at: 9_100 }), ...manual(2, "verify", 9_100, { at: 12_000, late: true })], [100, null, 4_000, null]],
    ["what is still asked is not done", manual(1, "detect", 5_000, null), [null, null, 4_000, 500]],
  ])("%s", (_what, events, [detectMs, decideMs, actMs, verifyMs]) => {
    expect(recoveryPartsOf(recovery, drillOf(...events))).toEqual({ detectMs, decideMs, actMs, verifyMs });
  });

  test("the parts of people add up to the whole", () => {
    const parts = recoveryPartsOf(recovery, drillOf(...manual(1, "decide", 5_000, { at: 6_000 }), ...manual(2, "act", 6_000, { at: 9_000 })));
    expect(parts === null ? null : Object.values(parts).reduce((sum: number, part) => sum + (part ?? 0), 0)).toBe(recovery.faultClock.valueMs);
  });

  test("of what was never injected, or never healed, no more is told than is known", () => {
    expect(recoveryPartsOf({ ...recovery, fault: { ...recovery.fault, injected: null } }, drillOf())).toBeNull();
    const unhealed = recoveryPartsOf({ ...recovery, upUs: null, fault: { ...recovery.fault, healed: null } }, drillOf());
    expect(unhealed).toEqual({ detectMs: 100, decideMs: null, actMs: null, verifyMs: null });
    expect(unhealed === null ? "" : partsText(unhealed)).toBe("detect 100 ms");
  });
});

test("what people were asked, with who came and who did not", () => {
  const records = manualRecords(drillOf(...manual(1, "decide", 5_000, { at: 6_000 }), ...manual(2, "act", 6_000, { at: 9_000, late: true }), ...manual(3, "verify", 9_000, null)));
  expect(records.map(({ step, tookMs, confirmedBy }) => [step, tookMs, confirmedBy])).toEqual([
    [1, 1_000, "ack"],
    [2, 3_000, null],
    [3, null, null],
  ]);
});
