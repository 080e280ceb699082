import { describe, expect, test } from "vitest";
import type { ScenarioInput } from "../../scenario/scenario.ts";
import type { Target, TargetInput } from "../../scenario/target/target.ts";
import { byEngine } from "../../scenario/workload/workload.ts";
import { scriptedHeader, scriptedScenario, scriptedSuite, scriptedTarget } from "../../sli/scripted/header.fixture.ts";
import { simulate } from "../../sli/scripted/simulate.fixture.ts";
import { memoryLog } from "../../sli/scripted/store.fixture.ts";
import { syntheticRun, syntheticScenarios } from "../corpus/synthetic.fixture.ts";
import { corpusTarget } from "../corpus/target.fixture.ts";
import { judgeScenario } from "../verdict/scenario.ts";
import { outlooksOf, type Outlook } from "./outlook.ts";
import type { RequestsDue } from "./planned-run.ts";

const target = corpusTarget();

/** Of one workload at a constant rate on one route, as in the corpus. */
function due(rate: number, own = "place"): RequestsDue {
  const by = (atMs: number): number => Math.ceil((atMs * rate) / 1000 - 1e-9);
  return (routes, { fromMs, toMs }) => (routes?.includes(own) === false ? 0 : by(toMs) - by(fromMs));
}

type Change = Partial<ScenarioInput> & { rate?: number };

function scenarioOf({ rate = 50, ...change }: Change, base: 0 | 1 = 0): ReturnType<typeof scriptedScenario> {
  const workloads = [{ name: "orders", profile: { shape: "constant" as const, rate }, journeys: [{ steps: ["place"] }] }];
  return { ...syntheticScenarios()[base], ...scriptedScenario({ ...syntheticScenarios()[base], ...change, workloads: change.workloads ?? workloads }) };
}

function outlookOf(objective: string, change: Change = {}, base: 0 | 1 = 0): Outlook | undefined {
  const scenario = scenarioOf({ ...change, rules: [objective] }, base);
  return outlooksOf(scenario, target, due(change.rate ?? 50))[0];
}

describe("samples that a pass needs when all are good", () => {
  const system = corpusTarget();
  const asked = (objective: NonNullable<TargetInput["objectives"]>[number]): Outlook | undefined => {
    const changed: Target = scriptedTarget({ ...system, objectives: [objective] });
    return outlooksOf(scenarioOf({ rules: [objective.id] }), changed, due(50))[0];
  };
  const row = { id: "X-1", statement: "x", source: { document: "x.md", section: "x" }, kind: "own" } as const;

  test.each([
    [0.95, 59],
    [0.99, 299],
    [0.999, 2995],
    [0.9999, 29_956],
  ])("p%d: %i", (quantile, needed) => {
    expect(asked({ ...row, indicator: { kind: "latency", quantile }, op: "<", limit: 1, unit: "s" })).toMatchObject({ given: 3100, needed, prospect: needed > 3100 ? "inconclusive" : "open" });
  });

  test("availability of 99.9 %: 2,995; an error ratio under 0.5 %: 598; none at all: one", () => {
    expect(outlookOf("ORD-02")).toMatchObject({ given: 3100, needed: 2995, noun: "requests", phase: "steady", prospect: "open" });
    expect(outlookOf("ORD-04")).toMatchObject({ given: 3100, needed: 598, noun: "items", prospect: "open" });
    expect(asked({ ...row, indicator: { kind: "completion-errors", completion: "shipped" }, op: "==", limit: 0, unit: "%" })).toMatchObject({ needed: 1, prospect: "open" });
  });

  test("a rate: 1.2 times the limit offered", () => {
    // 100,000 a day in 62 s are 71.8, and 86.1 of them must be offered.
    expect(outlookOf("ORD-05", { rate: 86 / 62 })).toMatchObject({ given: 86, needed: 87, prospect: "inconclusive", change: "workloads: offer at least 1.39 items a second, 1.2 times the limit" });
    expect(outlookOf("ORD-05", { rate: 88 / 62 })).toMatchObject({ needed: 87, prospect: "open" });
  });

  test("a gauge: 60 samples", () => {
    expect(outlookOf("ORD-06", { phases: { warmUp: "2s", baseline: "30s" } })).toMatchObject({ given: 60, needed: 60, prospect: "open" });
    expect(outlookOf("ORD-06", { phases: { warmUp: "2s", baseline: "20s" } })).toMatchObject({ given: 40, prospect: "inconclusive", change: "phases.baseline: make it longer by 10 s, or raise the rate" });
  });

  test("an operator that the indicator cannot be judged by", () => {
    expect(asked({ ...row, indicator: { kind: "latency" }, op: ">", limit: 1, unit: "s" })).toMatchObject({ prospect: "inconclusive", why: "operator > with limit 1 cannot be judged by this indicator" });
    expect(asked({ ...row, indicator: { kind: "recovery-time" }, op: ">", limit: 1, unit: "s" })).toMatchObject({ prospect: "inconclusive" });
  });
});

describe("what stands against a pass", () => {
  test("too little time, with how much is missing", () => {
    expect(outlookOf("ORD-02", { phases: { warmUp: "2s", baseline: "20s" } })).toMatchObject({
      prospect: "inconclusive",
      why: "1,000 requests in phase steady are planned, and a pass needs 2,995",
      change: "phases.baseline: make it longer by 40 s, or raise the rate",
    });
  });

  test("no such request at all", () => {
    const [outlook] = outlooksOf(scenarioOf({ rules: ["ORD-10"] }), target, due(50, "elsewhere"));
    expect(outlook).toMatchObject({ given: 0, prospect: "inconclusive", change: "workloads: add a journey to place" });
  });

  test("no fault of the kind", () => {
    for (const objective of ["ORD-07", "ORD-08", "ORD-09", "ORD-12", "ORD-14"]) expect(outlookOf(objective), objective).toMatchObject({ given: 0, prospect: "inconclusive", change: expect.stringMatching(/^steps: plan a fault/) });
  });

  test("arrivals and probes that are coarser than the limit", () => {
    const coarse: Target = scriptedTarget({ ...target, objectives: target.objectives.map((objective) => (objective.id === "ORD-07" ? { ...objective, limit: 0.4 } : objective)) });
    const [outlook] = outlooksOf(scenarioOf({ rules: ["ORD-07"] }, 1), coarse, due(50));
    expect(outlook).toMatchObject({ prospect: "inconclusive", why: "its precision is ± 501 ms, which is coarser than the limit of 400 ms", note: "± 501 ms" });
    expect(outlookOf("ORD-07", {}, 1)).toMatchObject({ given: 1, needed: 1, prospect: "open", note: "± 501 ms" });
  });

  test("a next fault that comes too soon to see the end of the one before", () => {
    const steps: ScenarioInput["steps"] = [
      { id: "one", hold: "200ms", fault: { kind: "link-down", links: ["api-store"] } },
      { id: "two", at: "500ms", hold: "5s", fault: { kind: "link-down", links: ["api-store"] } },
    ];
    expect(outlookOf("ORD-07", { steps }, 1)).toMatchObject({ given: 2, prospect: "inconclusive", why: expect.stringMatching(/^fault one has 26 requests and probes until the next one/) });
  });

  test("a search that ends below the rate that is asked for", () => {
    const outlook = (to: number): Outlook | undefined => {
      const system = scriptedTarget({ ...corpusTarget(), objectives: [...target.objectives, { id: "X-1", statement: "x", source: { document: "x.md", section: "x" }, kind: "own", indicator: { kind: "throughput" }, op: ">=", limit: 500, unit: "1/s" }] });
      const workloads: ScenarioInput["workloads"] = [{ name: "crowd", profile: { shape: "search", from: 100, to, keep: ["ORD-01"] }, journeys: [{ steps: ["place"] }] }];
      return outlooksOf(scenarioOf({ workloads, rules: ["X-1"] }), system, () => null)[0];
    };
    expect(outlook(500)).toMatchObject({ prospect: "unknown", given: null });
    expect(outlook(499)).toMatchObject({ prospect: "inconclusive", why: 'the search "crowd" tries no rate above 499/s', change: expect.stringContaining("a higher `to`") });
  });

  test("a closed model, for response times alone", () => {
    const workloads: ScenarioInput["workloads"] = [{ name: "crowd", profile: { shape: "closed", users: 3 }, journeys: [{ steps: ["place"] }] }];
    const prospects = outlooksOf(scenarioOf({ workloads, rules: ["ORD-01", "ORD-02"] }), target, () => null).map(({ prospect, given }) => [prospect, given]);
    expect(prospects).toEqual([
      ["inconclusive", null],
      ["unknown", null],
    ]);
  });
});

describe("information", () => {
  test("is a limit that the run cannot exceed, and what has none", () => {
    expect(outlookOf("ORD-08", {}, 1)).toMatchObject({ prospect: "information", why: "this run could show 23 s at most, which is within the limit whatever happens" });
    expect(outlookOf("ORD-18")).toMatchObject({ prospect: "information", why: "it is measured and has no limit" });
  });
});

describe("the plan and the judge agree", () => {
  const judged = (scenario: ReturnType<typeof scenarioOf>): ReturnType<typeof judgeScenario>["verdict"] => {
    const run = { ...syntheticRun(), suite: scriptedSuite({ name: "one", title: "One", target: "orders", scenarios: [scenario.name], required: [] }) };
    const header = scriptedHeader(run, scenario);
    const down = (atMs: number): boolean => scenario.steps.length > 0 && atMs >= 12_000 && atMs < 17_400;
    const answer = (atMs: number): { outcome: "ok" | "status"; status: number; tookMs: number } => (down(atMs) ? { outcome: "status", status: 503, tookMs: 4 } : { outcome: "ok", status: 202, tookMs: 12 });
    return judgeScenario(memoryLog(header, simulate(header, scenario, { answer, probe: (_probe, atMs) => ({ ok: !down(atMs), tookMs: 3 }) }))).verdict;
  };
  const rates = [0.5, 2, 55];
  const lengths = ["10s", "62s"];

  test.each([0, 1] as const)("of a run in which all goes well: what is open passes, what is not does not (scenario %i)", (base) => {
    const seen = new Set<string>();
    for (const rate of rates) {
      for (const baseline of lengths) {
        const scenario = scenarioOf({ rate, phases: { ...syntheticScenarios()[base].phases, baseline: base === 0 ? baseline : "10s" } }, base);
        expect(byEngine(scenario.workloads).own).toHaveLength(1);
        const verdict = judged(scenario);
        for (const outlook of outlooksOf(scenario, target, due(rate))) {
          const ruling = verdict.rulings.find(({ objective }) => objective === outlook.objective);
          const told = `${outlook.objective} at ${rate}/s for ${baseline}: ${JSON.stringify(outlook)} ${JSON.stringify(ruling)}`;
          seen.add(`${outlook.prospect} ${ruling?.outcome ?? "information"}`);
          if (outlook.prospect === "inconclusive") expect(ruling?.outcome, told).toBe("inconclusive");
          if (outlook.prospect === "information") expect(ruling?.status, told).toBe("information");
          if (outlook.prospect === "open") expect(ruling?.outcome, told).toBe("pass");
          if (outlook.given !== null && ruling?.samples != null && outlook.noun === "requests" && outlook.phase === "steady") expect(Math.abs(ruling.samples - outlook.given), told).toBeLessThanOrEqual(1);
        }
      }
    }
    expect(seen).toContain("open pass");
    // In the outage there are probes besides, and they are enough.
    if (base === 0) expect(seen).toContain("inconclusive inconclusive");
  });
});
