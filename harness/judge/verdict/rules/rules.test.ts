import { describe, expect, test } from "vitest";
import { indicatorSchema, type IndicatorSpec } from "../../../scenario/indicator.ts";
import { objectiveSchema, type Objective } from "../../../scenario/objective.ts";
import type { FaultDuration, Observation } from "../../../sli/observation.ts";
import { applyRule } from "./index.ts";
import type { RuleResult } from "./rule.ts";

function ruled(indicator: object, limit: Partial<Objective>, observation: Observation): RuleResult {
  const spec: IndicatorSpec = indicatorSchema.parse(indicator);
  const objective = objectiveSchema.parse({ id: "X-1", statement: "x", source: { document: "x.md", section: "x" }, kind: "own", indicator: spec, op: "<", limit: 1, unit: "s", ...limit });
  return applyRule(objective, spec, observation);
}

describe("proportions", () => {
  const seen = (bad: number, total: number): Observation => ({ kind: "proportion", bad, total, value: 1, detail: "", blocks: [] });

  test("a percentile is a claim about the share over its limit", () => {
    const p95 = (bad: number): string => ruled({ kind: "latency" }, { limit: 500, unit: "ms" }, seen(bad, 1000)).outcome;
    expect([38, 39, 62, 63].map(p95)).toEqual(["pass", "inconclusive", "inconclusive", "fail"]);
    expect(ruled({ kind: "latency", quantile: 0.99 }, { limit: 500, unit: "ms" }, seen(4, 1000)).outcome).toBe("pass");
  });

  test("availability is a claim about the share that fails, shown as the share that does not", () => {
    const result = ruled({ kind: "availability" }, { op: ">=", limit: 99.9, unit: "%" }, seen(0, 2995));
    expect(result.outcome).toBe("pass");
    expect(result.interval?.[0]).toBeCloseTo(99.9, 3);
    expect(ruled({ kind: "availability" }, { op: ">=", limit: 99.9, unit: "%" }, seen(0, 2994)).outcome).toBe("inconclusive");
  });

  test("says how many clean samples would decide it", () => {
    expect(ruled({ kind: "completion-errors", completion: "c" }, { limit: 0.5, unit: "%" }, seen(2, 480)).why).toContain("778 more clean ones decide it");
  });

  test("a claim of none at all is a count", () => {
    const all = { op: ">=", limit: 100, unit: "%" } as const;
    expect([ruled({ kind: "availability" }, all, seen(0, 50)).outcome, ruled({ kind: "availability" }, all, seen(1, 50)).outcome]).toEqual(["pass", "fail"]);
  });

  test("without a sample, or with an operator that makes no sense, it is inconclusive", () => {
    expect(ruled({ kind: "latency" }, {}, seen(0, 0)).outcome).toBe("inconclusive");
    expect(ruled({ kind: "latency" }, { op: ">" }, seen(0, 1e6)).outcome).toBe("inconclusive");
  });
});

describe("durations", () => {
  const fault = (valueMs: number | null, rest: Partial<FaultDuration> = {}): FaultDuration => ({
    fault: "kill",
    faultKind: "node-kill",
    on: "store",
    clock: "fault",
    valueMs,
    lowerBound: false,
    resolutionMs: 100,
    invalid: null,
    ...rest,
  });
  const outcome = (...faults: FaultDuration[]): string => ruled({ kind: "recovery-time" }, { op: "<=", limit: 5, unit: "s" }, { kind: "durations", faults }).outcome;

  test("the worst one with its precision decides", () => {
    expect([outcome(fault(4900)), outcome(fault(4901)), outcome(fault(5100)), outcome(fault(5101))]).toEqual(["pass", "inconclusive", "inconclusive", "fail"]);
    expect([outcome(fault(10), fault(5101)), outcome(fault(10), fault(4950), fault(20))]).toEqual(["fail", "inconclusive"]);
  });

  test("a lower bound fails beyond the limit and decides nothing within", () => {
    expect([outcome(fault(6000, { lowerBound: true })), outcome(fault(2000, { lowerBound: true }))]).toEqual(["fail", "inconclusive"]);
  });

  test("no outage seen counts as shorter than the precision, and has no value", () => {
    const result = ruled({ kind: "recovery-time" }, { op: "<=", limit: 5, unit: "s" }, { kind: "durations", faults: [fault(null)] });
    expect(result).toMatchObject({ outcome: "pass", value: null, interval: [0, 0.1] });
    expect(result.why).toContain("No outage seen (± 100 ms)");
    expect(outcome(fault(null, { resolutionMs: 6000 }))).toBe("inconclusive");
  });

  test("a fault that cannot be believed keeps the others from passing, and from nothing else", () => {
    expect([outcome(fault(10, { invalid: "unseen" })), outcome(fault(10), fault(10, { invalid: "unseen" })), outcome(fault(9000), fault(10, { invalid: "unseen" }))]).toEqual([
      "inconclusive",
      "inconclusive",
      "fail",
    ]);
    expect(outcome()).toBe("inconclusive");
  });

  test("a mean is taken over every fault with an outage, and says over how many", () => {
    const mean = (...faults: FaultDuration[]): RuleResult => ruled({ kind: "mean-recovery-time" }, { limit: 5, unit: "s" }, { kind: "durations", faults });
    expect(mean(fault(1000), fault(3000), fault(null))).toMatchObject({ outcome: "pass", value: 2, samples: 2 });
    expect(mean(fault(1000), fault(3000), fault(null)).why).toContain("over 2 faults, worst 3 s ± 0.1 s");
    expect(mean(fault(1000), fault(9300, { lowerBound: true })).outcome).toBe("fail");
    expect(mean(fault(1000), fault(3000, { lowerBound: true })).outcome).toBe("inconclusive");
    expect([mean(fault(null)).outcome, mean(fault(1000), fault(1, { invalid: "unseen" })).outcome, mean().outcome]).toEqual(["inconclusive", "inconclusive", "inconclusive"]);
  });
});

describe("values", () => {
  const outcome = (limit: Partial<Objective>, values: number[], exercised = 1): string => ruled({ kind: "fact", fact: "f" }, limit, { kind: "values", values, exercised, detail: "" }).outcome;

  test("any violation fails, and a pass needs to have been exercised", () => {
    expect([outcome({ op: "==", limit: 0 }, [0], 100), outcome({ op: "==", limit: 0 }, [1], 100), outcome({ op: "==", limit: 0 }, [0], 0)]).toEqual(["pass", "fail", "inconclusive"]);
    expect([outcome({ op: ">", limit: 1 }, [2, 3, 1]), outcome({ op: "<=", limit: 3 }, [1, Infinity]), outcome({ op: "<", limit: 3 }, [1, Number.NaN])]).toEqual(["fail", "fail", "inconclusive"]);
    expect(outcome({ op: "==", limit: 0 }, [], 5)).toBe("inconclusive");
  });

  test("ranges, lists and presence", () => {
    expect([outcome({ op: "between", limit: [2, 3] }, [2, 3]), outcome({ op: "between", limit: [2, 3] }, [4])]).toEqual(["pass", "fail"]);
    expect([outcome({ op: "in", limit: "1, 5..8" }, [1, 6]), outcome({ op: "in", limit: "1, 5..8" }, [2])]).toEqual(["pass", "fail"]);
    expect([outcome({ op: "exists", limit: null }, [7]), outcome({ op: "exists", limit: null }, [], 0)]).toEqual(["pass", "fail"]);
    expect(outcome({ op: "contains", limit: "x" }, [1])).toBe("inconclusive");
  });
});

describe("samples of a gauge", () => {
  const outcome = (within: number, total: number, missing = 0): string =>
    ruled({ kind: "gauge", gauge: "g" }, { limit: 10, unit: "" }, { kind: "samples", within, total, missing, share: 0.95, worst: 5, quantileValue: 5, detail: "" }).outcome;

  test("the share within the limit decides, of at least 60", () => {
    expect([outcome(57, 60), outcome(56, 60), outcome(59, 59), outcome(0, 59), outcome(0, 0)]).toEqual(["pass", "fail", "inconclusive", "inconclusive", "inconclusive"]);
  });

  test("a missing sample may have been on either side", () => {
    expect([outcome(95, 95, 5), outcome(94, 94, 6), outcome(80, 90, 10), outcome(80, 95, 5)]).toEqual(["pass", "inconclusive", "fail", "fail"]);
  });
});

describe("rates", () => {
  const outcome = (rest: Partial<Extract<Observation, { kind: "rate" }>>): string =>
    ruled({ kind: "completion-rate", completion: "c" }, { op: ">=", limit: 100, unit: "items/d" }, {
      kind: "rate",
      finished: 1000,
      offered: 1200,
      seconds: 10,
      ratePerUnit: 100,
      offeredPerUnit: 120,
      backlogBegin: 5,
      backlogEnd: 9,
      ...rest,
    }).outcome;

  test("enough was offered, enough finished, and the backlog stood", () => {
    expect([outcome({}), outcome({ ratePerUnit: 99 }), outcome({ offeredPerUnit: 119 }), outcome({ backlogEnd: 65 }), outcome({ backlogEnd: 66 })]).toEqual([
      "pass",
      "fail",
      "inconclusive",
      "pass",
      "inconclusive",
    ]);
    expect(outcome({ ratePerUnit: Number.NaN })).toBe("inconclusive");
  });
});

test("what was not measured is inconclusive, and says why", () => {
  expect(ruled({ kind: "boot" }, {}, { kind: "unmeasured", why: "the log has no boot" })).toMatchObject({ outcome: "inconclusive", value: null, why: "Not measured: the log has no boot." });
});

describe("what a search found", () => {
  const capacity = (rest: Partial<Extract<Observation, { kind: "capacity" }>> = {}): Observation => ({
    kind: "capacity",
    workload: "crowd",
    keep: ["FAST"],
    ratePerSecond: 200,
    brokenPerSecond: 210,
    requests: 600,
    seconds: 3,
    brokenBy: [{ objective: "FAST", bad: 70, total: 630 }],
    steps: 9,
    unsound: null,
    endedBy: "precision",
    ...rest,
  });
  const against = (limit: number, rest: Parameters<typeof capacity>[0] = {}, op: ">" | ">=" = ">="): RuleResult => ruled({ kind: "throughput" }, { op, limit, unit: "1/s" }, capacity(rest));

  test("passes up to the rate that holds, fails from the one that breaks, and cannot tell between", () => {
    expect([199, 200, 200.1, 209.9, 210, 211].map((limit) => against(limit).outcome)).toEqual(["pass", "pass", "inconclusive", "inconclusive", "fail", "fail"]);
    expect([199, 200, 210].map((limit) => against(limit, {}, ">").outcome)).toEqual(["pass", "inconclusive", "fail"]);
  });

  test("is shown with what held, what broke it, and how sure that is", () => {
    expect(against(150)).toMatchObject({ value: 200, interval: [200, 210], samples: 600 });
    expect(against(150).why).toBe("200/s kept FAST (600 requests in 3 s); 210/s did not (FAST: 70 of 630 requests bad), each at 95 % confidence; 9 steps, ended by coming as near as 5 %; at least 150/s asked for.");
  });

  test("is no failure where nothing was shown to break, and no pass where nothing was shown to hold", () => {
    const open = { brokenPerSecond: null, brokenBy: [], endedBy: "generator", unsound: "97 % of a CPU, 85 are allowed" } as const;
    expect(against(500, open)).toMatchObject({ outcome: "inconclusive", interval: null, why: expect.stringContaining("the load generator was the limit, and they count for nothing: 97 % of a CPU") });
    expect(against(1, { ratePerSecond: null, requests: 0 })).toMatchObject({ outcome: "inconclusive", value: null });
    expect(against(300, { ratePerSecond: null, requests: 0 }).outcome).toBe("fail");
  });

  test("keeps no upper limit", () => {
    expect(ruled({ kind: "throughput" }, { op: "<=", limit: 500, unit: "1/s" }, capacity()).outcome).toBe("inconclusive");
  });
});
