import { describe, expect, test } from "vitest";
import { exitCodes } from "../../base/error.ts";
import type { LogEvent, ReturnReading } from "../../log/event.ts";
import { memoryLog } from "../../sli/scripted/store.fixture.ts";
import { scenarioEvents, syntheticRun } from "../corpus/synthetic.fixture.ts";
import { judgeScenario } from "../verdict/scenario.ts";
import { verdictSchema, type Verdict } from "../verdict/schema.ts";

const run = syntheticRun();
const away: ReturnReading = { returned: false, why: "requests still failed when the load ended", tookMs: null, resolutionMs: 501, withinMs: 15_000 };

/** The scenario with an outage, of a run that recorded `more` as well. */
function judged(variant: "pass" | "fail", change: (events: LogEvent[]) => LogEvent[]): Verdict {
  const events = change(scenarioEvents(run, 1, { variant }));
  const [header] = events;
  if (header?.type !== "run") return expect.unreachable();
  return judgeScenario(memoryLog(header, events)).verdict;
}

function recording(reading: ReturnReading): (events: LogEvent[]) => LogEvent[] {
  return (events) => events.map((event) => (event.type === "return-to-baseline" ? { type: event.type, at: event.at, ...reading } : event));
}

test("a system that did not return to its baseline passes nothing as a whole, and its rulings stay what they are", () => {
  const [before, after] = [judged("pass", (events) => events), judged("pass", recording(away))];
  expect(before).toMatchObject({ outcome: "pass", incomplete: null, steadyState: { before: { steady: true }, back: { returned: true, tookMs: 399 } } });
  expect(after).toMatchObject({ outcome: "inconclusive", exitCode: exitCodes.inconclusive, incomplete: away.why, steadyState: { before: { steady: true }, back: away } });
  expect(after.rulings).toEqual(before.rulings);
  expect(verdictSchema.parse(after)).toEqual(after);
});

test("one that failed stays failed", () => {
  expect(judged("fail", recording(away))).toMatchObject({ outcome: "fail", exitCode: exitCodes.fail, incomplete: away.why });
});

test("one that returned passes, with the time it took", () => {
  expect(judged("pass", recording({ ...away, returned: true, why: null, tookMs: 399.5 }))).toMatchObject({ outcome: "pass", incomplete: null, steadyState: { back: { returned: true, tookMs: 399.5 } } });
});

describe("records of the gate that are missing", () => {
  const withoutRecords = (events: LogEvent[]): LogEvent[] => events.filter(({ type }) => type !== "steady-state" && type !== "return-to-baseline");
  const asking = (events: LogEvent[], steadyState: "none" | undefined): LogEvent[] => events.map((event): LogEvent => (event.type === "run" && event.scenario !== null ? { ...event, scenario: Object.assign({ ...event.scenario }, { steadyState }) } : event));

  test("are named, and nothing passes", () => {
    const verdict = judged("pass", withoutRecords);
    expect(verdict).toMatchObject({ outcome: "inconclusive", incomplete: "the log is incomplete: nothing says that the system was steady before the first fault; nothing says whether the system returned to its baseline after the last fault" });
    expect(verdict.rulings.filter(({ outcome }) => outcome === "pass")).toEqual([]);
  });

  test("leave a failure what it is", () => {
    expect(judged("fail", withoutRecords)).toMatchObject({ outcome: "fail", exitCode: exitCodes.fail });
  });

  test.each([["that asks for none", "none"], ["of before there was a gate", undefined]] as const)("are not missed in a scenario %s", (_name, steadyState) => {
    expect(judged("pass", (events) => asking(withoutRecords(events), steadyState))).toMatchObject({ outcome: "pass", incomplete: null, steadyState: null });
  });
});

test("without a steady state nothing was injected: inconclusive, exit 2, with the numbers", () => {
  const verdict = judged("pass", (events) => {
    const firstUs = events.find((event) => event.type === "fault")?.at ?? 0;
    const kept = events.filter((event) => event.at < firstUs && event.type !== "fault" && event.type !== "steady-state");
    const reading = { steady: false, why: "30 of 500 were not good", baseline: { requests: 500, good: 470 }, window: { fromUs: firstUs - 5_600_000, toUs: firstUs - 600_000, requests: 250, good: 220, unanswered: 0 }, p95Ms: 38, p95LimitMs: 114 };
    return [
      ...kept,
      { type: "steady-state", at: firstUs - 100_000, ...reading },
      { type: "stop", at: firstUs - 100_000, why: "unsteady", code: "not-steady", message: `there was no steady state before the first fault: ${reading.why}` },
      { type: "end", at: firstUs },
    ];
  });
  const message = "there was no steady state before the first fault: 30 of 500 were not good";
  expect(verdict).toMatchObject({ outcome: "inconclusive", exitCode: exitCodes.inconclusive, incomplete: `nothing was injected: ${message}`, stopped: { why: "unsteady", message } });
  expect(verdict.steadyState?.before).toEqual({ steady: false, why: "30 of 500 were not good", windowMs: 5000, requests: 250, good: 220, unanswered: 0, p95Ms: 38, p95LimitMs: 114 });
  expect(verdict.rulings.map(({ outcome }) => outcome).filter((outcome) => outcome !== null && outcome !== "inconclusive")).toEqual([]);
  expect(verdict.faults).toMatchObject([{ id: "cut", injectedAtMs: null }]);
});

test("the baseline is judged by the share that the scenario asks for", () => {
  // Every thirtieth request of the baseline failed: 96.7 % were good.
  const failing = (events: LogEvent[], availability: number): LogEvent[] => {
    let n = 0;
    return events.map((event) => {
      if (event.type === "run" && event.scenario !== null && event.scenario.steadyState !== "none") return { ...event, scenario: { ...event.scenario, steadyState: { ...event.scenario.steadyState, availability } } };
      if (event.type !== "request" || event.intendedUs - (events[0]?.at ?? 0) > 12_000_000) return event;
      n += 1;
      return n % 30 === 0 ? { ...event, outcome: "status", status: 500 } : event;
    });
  };
  const whyOf = (availability: number): string | undefined => judged("pass", (events) => failing(events, availability)).rulings.find(({ objective }) => objective === "ORD-07")?.why;
  expect(whyOf(0.99)).toContain("no steady state before the fault: only 96.6 % of 500 requests");
  expect(whyOf(0.95)).not.toContain("steady");
});
