import { describe, expect, test } from "vitest";
import { indicatorSchema } from "../../scenario/indicator.ts";
import { objectiveSchema, type Objective } from "../../scenario/objective.ts";
import type { ScenarioInput } from "../../scenario/scenario.ts";
import type { LogEvent } from "../../log/event.ts";
import { scriptedHeader, scriptedScenario, scriptedTarget } from "../../sli/scripted/header.fixture.ts";
import { simulate } from "../../sli/scripted/simulate.fixture.ts";
import { memoryLog } from "../../sli/scripted/store.fixture.ts";
import { syntheticRun, syntheticScenarios } from "../corpus/synthetic.fixture.ts";
import { whyNotExceedable } from "./exceedable.ts";
import { rule } from "./ruling.ts";
import { judgeScenario } from "./scenario.ts";
import type { Ruling } from "./schema.ts";

const [, outage] = syntheticScenarios();

/** 40 s at 50/s; cut from 12 s to 17 s; items may finish until 70 s. */
function why(indicator: object, limit: Partial<Objective>, change: Partial<ScenarioInput> = {}): string | null {
  const spec = indicatorSchema.parse(indicator);
  return whyNotExceedable(objectiveOf(indicator, limit), spec, { ...outage, ...scriptedScenario({ ...outage, ...change }) });
}

function objectiveOf(indicator: object, limit: Partial<Objective>): Objective {
  return objectiveSchema.parse({ id: "X-1", statement: "x", source: { document: "x.md", section: "x" }, kind: "own", indicator, phase: "all", op: "<=", limit: 1, unit: "s", ...limit });
}

describe("a limit that a run could not have exceeded", () => {
  const ledger = (set: string): object => ({ kind: "ledger", ledger: "orders", set });
  const count = { unit: "items" };

  test.each<[string, object, Partial<Objective>, Partial<Objective>]>([
    ["a recovery, from the healing to the end", { kind: "recovery-time" }, { limit: 23 }, { limit: 22.9 }],
    ["a recovery, from the fault to the end", { kind: "recovery-time" }, { clock: "fault", limit: 28 }, { clock: "fault", limit: 27.9 }],
    ["an RTO of hours", { kind: "recovery-time" }, { limit: 4, unit: "h" }, { limit: 0.006, unit: "h" }],
    ["a mean of recoveries", { kind: "mean-recovery-time" }, { limit: 23 }, { limit: 22 }],
    ["a resumption, until items may finish no more", { kind: "resume-time", completion: "shipped" }, { limit: 53 }, { limit: 52 }],
    ["an item, from the first of the phase until items may finish no more", { kind: "completion-time", completion: "shipped" }, { limit: 68 }, { limit: 67 }],
    ["the age of a loss, of the first write", { kind: "loss-age", ledger: "orders" }, { limit: 12 }, { limit: 11 }],
    ["lost writes, all that are sent", ledger("lost"), { limit: 2000, ...count }, { limit: 1999, ...count }],
    ["resurrected writes", ledger("resurrected"), { limit: 2001, op: "<", ...count }, { limit: 2000, op: "<", ...count }],
    ["unexpected answers", { kind: "unexpected-answers", allowed: [202] }, { limit: 2000, ...count }, { limit: 0, ...count }],
    ["a share of errors", { kind: "completion-errors", completion: "shipped" }, { limit: 100, unit: "%" }, { limit: 99.9, unit: "%" }],
    ["availability", { kind: "availability" }, { op: ">=", limit: 0, unit: "%" }, { op: ">=", limit: 1, unit: "%" }],
    ["a rate", { kind: "completion-rate", completion: "shipped" }, { op: ">=", limit: 0, unit: "items/day" }, { op: ">", limit: 0, unit: "items/day" }],
    ["throughput", { kind: "throughput" }, { op: ">", limit: -1, unit: "1/s" }, { op: ">", limit: 0, unit: "1/s" }],
  ])("of %s", (_what, indicator, within, beyond) => {
    expect(why(indicator, within)).toMatch(/whatever happens$/);
    expect(why(indicator, beyond)).toBeNull();
  });

  test.each<[string, object]>([
    ["response times: a failed request is over any limit", { kind: "latency" }],
    ["probes: a failed check is over any limit", { kind: "probe-time", probe: "api-deep" }],
  ])("is none for %s", (_what, indicator) => {
    expect(why(indicator, { limit: 100, unit: "h" })).toBeNull();
  });

  test("is none for gauges and facts, of which only the system knows how far they go", () => {
    for (const indicator of [{ kind: "gauge", gauge: "queue" }, { kind: "fact", fact: "attempts" }]) for (const op of ["<=", ">="] as const) expect(why(indicator, { op, limit: op === "<=" ? 1e9 : 0, unit: "" })).toBeNull();
  });

  test("is none for strangers in the store", () => {
    for (const set of ["unexpected", "misplaced", "duplicated"]) expect(why(ledger(set), { limit: 1e9, ...count })).toBeNull();
  });

  test("is none for a count when the schedule does not tell how much is sent", () => {
    const workloads: ScenarioInput["workloads"] = [{ name: "orders", profile: { shape: "poisson", rate: 50 }, journeys: [{ steps: ["place"] }] }];
    expect(why(ledger("lost"), { limit: 1e9, ...count }, { workloads })).toBeNull();
  });

  test("is whatever limit there is, where it is only measured", () => {
    for (const indicator of [{ kind: "gauge", gauge: "queue" }, { kind: "latency" }, { kind: "completion-rate", completion: "shipped" }]) expect(why(indicator, { op: "measure", limit: null })).toBe("it is measured and has no limit");
  });

  test("is information only as long as nothing exceeded it", () => {
    const indicator = { kind: "recovery-time" } as const;
    const objective = objectiveOf(indicator, { limit: 23 });
    const ruled = (valueMs: number): Pick<Ruling, "status" | "outcome"> => {
      const fault = { fault: "cut", faultKind: "link-down", on: "api-store", clock: "heal" as const, valueMs, lowerBound: true, resolutionMs: 100, invalid: null };
      return rule({ objective, spec: indicatorSchema.parse(indicator) }, { kind: "durations", faults: [fault] }, outage, { ofPass: null, ofFail: null }).ruling;
    };
    expect(ruled(20_000)).toMatchObject({ status: "information", outcome: null });
    expect(ruled(40_000)).toMatchObject({ status: "ruled", outcome: "fail" });
  });
});

describe("the age of what a drill restored", () => {
  const run = syntheticRun();
  const minutes = (count: number): number => count * 60_000;

  /** ORD-12: at most one hour is lost. Nothing is, and what is restored is so old. */
  function ruledOn(restored: readonly Pick<Extract<LogEvent, { type: "restored" }>, "ageMs" | "what">[], restores?: ScenarioInput["restores"]): Ruling | undefined {
    const scenario = scriptedScenario({ ...outage, restores });
    const header = scriptedHeader({ ...run, target: scriptedTarget(run.target) }, scenario);
    const events = simulate(header, scenario, { answer: (atMs) => (atMs >= 12_000 && atMs < 17_400 ? { outcome: "status", status: 503, tookMs: 4 } : { outcome: "ok", status: 202, tookMs: 12 }), probe: (_probe, atMs) => ({ ok: atMs < 12_000 || atMs >= 17_400, tookMs: 3 }) });
    const told = restored.map(({ ageMs, what }): LogEvent => ({ type: "restored", at: header.at + 17_000_000, ledger: "orders", ageMs, what }));
    const merged = [...events, ...told].map((event, index) => ({ event, index })).toSorted((a, b) => a.event.at - b.event.at || a.index - b.index).map(({ event }) => event);
    return judgeScenario(memoryLog(header, merged)).verdict.rulings.find(({ objective }) => objective === "ORD-12");
  }
  const drill: ScenarioInput["restores"] = [{ ledger: "orders" }];

  test("without a drill, a run of 40 s says nothing of an hour", () => {
    expect(ruledOn([])).toMatchObject({ status: "information", value: 0 });
  });

  test("decides, however young the run is and although it lost nothing itself", () => {
    expect(ruledOn([{ ageMs: minutes(30), what: "dump of 13:30" }], drill)).toMatchObject({ status: "ruled", outcome: "pass", value: 0.5, why: expect.stringContaining("restored: dump of 13:30") });
    expect(ruledOn([{ ageMs: minutes(90), what: "dump of 12:30" }], drill)).toMatchObject({ status: "ruled", outcome: "fail", value: 1.5 });
    expect(ruledOn([{ ageMs: minutes(10), what: "log" }, { ageMs: minutes(90), what: "dump" }], drill)).toMatchObject({ outcome: "fail", value: 1.5 });
  });

  test("is told times its scale, where the drill makes a day short", () => {
    expect(ruledOn([{ ageMs: 20_000, what: "dump" }], [{ ledger: "orders", scale: 90 }])).toMatchObject({ outcome: "pass", value: 0.5, why: expect.stringContaining("a second stands for 90") });
    expect(ruledOn([{ ageMs: 20_000, what: "dump" }], [{ ledger: "orders", scale: 360 }])).toMatchObject({ outcome: "fail", value: 2 });
  });

  test("decides also where the scenario did not say that it would restore", () => {
    expect(ruledOn([{ ageMs: minutes(90), what: "dump" }])).toMatchObject({ status: "ruled", outcome: "fail", value: 1.5 });
  });

  test("is no pass when it is not known", () => {
    expect(ruledOn([], drill)).toMatchObject({ status: "ruled", outcome: "inconclusive", why: expect.stringContaining("does not say that ledger orders was restored") });
    for (const ageMs of [null, -1, Number.NaN]) expect(ruledOn([{ ageMs, what: "a dump without a date" }], drill)).toMatchObject({ outcome: "inconclusive", why: expect.stringContaining("is not known: a dump without a date") });
  });
});
