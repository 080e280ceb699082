import { describe, expect, test } from "vitest";
import type { JsonEvent, LogEvent } from "../../log/event.ts";
import { memoryLog } from "../../sli/scripted/store.fixture.ts";
import { scenarioEvents, syntheticRun } from "../corpus/synthetic.fixture.ts";
import { whyVoid } from "../repeats/void.ts";
import { judgeScenarioFully, type ScenarioJudgement } from "../verdict/scenario.ts";
import { FactsFold } from "./scenario-facts.ts";
import { distrust } from "./trust.ts";

/** Scenario 1 of the corpus: with a fault, and all of it passes. */
const [header, ...events] = scenarioEvents(syntheticRun(), 1, {});
if (header?.type !== "run" || header.scenario === null) throw new Error("a scenario's log begins with its header");
const { scenario } = header;

function whyNoFailure(kind: "restore-checks" | "ledger", why: "interrupt" | "error" | "condition"): string | null {
  if (header?.type !== "run") throw new Error("a log begins with its header");
  const fold = new FactsFold(header, scenario);
  const stop: JsonEvent = { type: "stop", at: header.at, why, code: "supervisor-lost", message: "its process ended" };
  for (const event of [header, ...events, stop]) fold.step(event);
  return distrust(fold.read({ complete: true, problems: [] }), scenario, { kind, phase: "all" }).ofFail;
}

test("a restore that failed in a run that could not go on is none of the system's; one that failed before a stop condition is", () => {
  expect(whyNoFailure("restore-checks", "interrupt")).toBe("the run was interrupted: its process ended");
  expect(whyNoFailure("restore-checks", "error")).toBe("the run could not go on: its process ended");
  expect(whyNoFailure("restore-checks", "condition")).toBeNull();
  expect(whyNoFailure("ledger", "error")).toBeNull();
});

describe("an operation that was not carried out", () => {
  const step = { id: "nightly", at: "0s", within: "5s", operation: { kind: "back-up", node: "store" } } as const;
  const record = { type: "operation", at: events.at(-1)?.at ?? 0, id: "nightly", kind: "back-up", on: "store" } as const;

  function judged(...told: LogEvent[]): ScenarioJudgement {
    if (header?.type !== "run") throw new Error("a log begins with its header");
    const busy = { ...header, scenario: { ...scenario, operations: [step] } };
    return judgeScenarioFully(memoryLog(busy, [busy, ...events, ...told]), null);
  }

  test("lets nothing pass, and counts as an attempt", () => {
    const whole = judged({ ...record, stage: "began" }, { ...record, stage: "ended", tookMs: 1, bytes: 1, what: "dump" });
    expect(whole.verdict.outcome).toBe("pass");
    const undone = judged({ ...record, stage: "began" }, { ...record, stage: "failed", tookMs: 1, why: "no such tool" });
    expect(undone.verdict).toMatchObject({ outcome: "inconclusive", incomplete: 'operation "nightly" (back-up of store) was not carried out: no such tool' });
    expect(undone.verdict.rulings.filter(({ outcome }) => outcome === "pass")).toEqual([]);
    expect(whyVoid({ stop: null, judged: [undone] })).toBeNull();
  });
});
