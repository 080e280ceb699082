import { mkdtempDisposableSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { EngineEnd, LogEvent, RunHeader } from "../../../log/event.ts";
import type { GuestWorkload } from "../../../scenario/workload/engines.ts";
import { workloadSchema } from "../../../scenario/workload/workload.ts";
import { memoryLog, writeLog } from "../../../sli/scripted/store.fixture.ts";
import { scenarioEvents, syntheticRun, writeSyntheticRun } from "../../corpus/synthetic.fixture.ts";
import { judgeScenario, type JudgedScenario } from "../scenario.ts";
import { verdictSchema, type Ruling } from "../schema.ts";
import { judgeSuite } from "../suite.ts";

const steady = scenarioEvents(syntheticRun(), 0, {});
const k6 = guest({ name: "shop", engine: "k6", script: "./shop.js" });
const autocannon = guest({ name: "most", engine: "autocannon", route: "place" });

const wellEnded: EngineEnd = {
  type: "engine-end",
  at: 0,
  workload: "shop",
  engine: "k6",
  version: "k6 v1.8.1",
  exitCode: 105,
  wasStopped: true,
  said: "",
  clockShiftMs: 0.2,
  checks: { passed: 40, failed: 2 },
  thresholds: [{ metric: "http_req_duration", expression: "p(95)<500", samples: 42, crossed: false, value: 212, unit: "ms" }],
};

function guest(workload: unknown): GuestWorkload {
  const parsed = workloadSchema.parse(workload);
  if (parsed.engine !== "k6" && parsed.engine !== "autocannon") throw new Error("not a workload of another tool");
  return parsed;
}

/** Scenario `steady` of the corpus with a workload that another tool sent, and what that tool told. */
function eventsWith(workload: GuestWorkload, told: readonly LogEvent[], change: (event: LogEvent) => LogEvent = (event) => event): [RunHeader, LogEvent[]] {
  const [first, ...rest] = steady;
  if (first?.type !== "run" || first.scenario === null) throw new Error("a log begins with its header");
  const header: RunHeader = { ...first, scenario: { ...first.scenario, workloads: [...first.scenario.workloads, workload] } };
  const lastUs = Math.max(...rest.map(({ at }) => at));
  return [header, [header, ...rest.slice(0, -1).map(change), ...told.map((event) => ({ ...event, at: lastUs })), guestsEnd(lastUs), ...rest.slice(-1)]];
}

/** Of the process that had the other tool send: its requests are counted where the scripted ones are. */
function guestsEnd(at: number): LogEvent {
  return { type: "load-end", at, offered: 0, started: 0, dropped: 0 };
}

function judged(...given: Parameters<typeof eventsWith>): JudgedScenario {
  return judgeScenario(memoryLog(...eventsWith(...given)));
}

function rulingOf({ verdict }: JudgedScenario, objective: string): Ruling | undefined {
  expect(verdictSchema.parse(verdict)).toEqual(verdict);
  return verdict.rulings.find((ruling) => ruling.objective === objective);
}

const script = "shop/script";
const speed = "shop/http_req_duration/p(95)<500";

describe("what k6 rules itself", () => {
  test("is a ruling of its own for each threshold, and one for the script", () => {
    const found = judged(k6, [wellEnded]);
    expect(rulingOf(found, speed)).toMatchObject({ kind: "threshold", indicator: "k6", status: "ruled", outcome: "pass", op: "<", limit: 500, unit: "ms", value: 212, samples: 42, statement: "http_req_duration: p(95)<500" });
    expect(rulingOf(found, script)).toMatchObject({ outcome: "pass", value: 105, why: expect.stringContaining("40 of its 42 checks held") });
    expect(found.verdict.outcome).toBe("pass");
  });

  test("a threshold that was crossed is a failure of the run", () => {
    const found = judged(k6, [{ ...wellEnded, exitCode: 99, wasStopped: false, thresholds: wellEnded.thresholds.map((threshold) => ({ ...threshold, crossed: true })) }]);
    expect(rulingOf(found, speed)).toMatchObject({ outcome: "fail", why: "According to k6, http_req_duration does not hold p(95)<500, of 42 samples." });
    expect(rulingOf(found, script)?.outcome).toBe("pass");
    expect(found.verdict).toMatchObject({ outcome: "fail", exitCode: 1 });
  });

  test("a threshold without samples says nothing, whatever k6 says", () => {
    for (const crossed of [false, true]) {
      const found = judged(k6, [{ ...wellEnded, thresholds: wellEnded.thresholds.map((threshold) => ({ ...threshold, samples: 0, crossed })) }]);
      expect(rulingOf(found, speed)).toMatchObject({ outcome: "inconclusive", samples: 0, value: null });
      expect(found.verdict).toMatchObject({ outcome: "inconclusive", exitCode: 2 });
    }
  });

  test("a clock that moved by more than 5 ms: neither a pass nor a failure, also of objectives", () => {
    for (const clockShiftMs of [5.1, -80]) {
      const found = judged(k6, [{ ...wellEnded, clockShiftMs, thresholds: wellEnded.thresholds.map((threshold) => ({ ...threshold, crossed: true })) }]);
      expect(rulingOf(found, speed)).toMatchObject({ outcome: "inconclusive", why: expect.stringContaining("It would be a fail") });
      expect(rulingOf(found, "ORD-01")).toMatchObject({ outcome: "inconclusive", why: expect.stringContaining("5 ms are allowed") });
      expect(rulingOf(found, "ORD-10")?.outcome).toBe("pass");
    }
    expect(rulingOf(judged(k6, [{ ...wellEnded, clockShiftMs: -5 }]), "ORD-01")?.outcome).toBe("pass");
  });

  test.for([
    [0, false, "pass"],
    [99, false, "pass"],
    [105, true, "pass"],
    [105, false, "inconclusive"],
    [107, false, "inconclusive"],
    [108, false, "inconclusive"],
    [104, false, "inconclusive"],
    [110, false, "fail"],
    [1, false, "inconclusive"],
    [null, true, "inconclusive"],
  ] as const)("exit code %j (told to end: %j): %s", ([exitCode, wasStopped, outcome]) => {
    const found = judged(k6, [{ ...wellEnded, exitCode, wasStopped, said: "what it said" }]);
    expect(rulingOf(found, script)).toMatchObject({ outcome, value: exitCode, why: expect.stringContaining("what it said") });
    expect(rulingOf(found, speed)?.outcome).toBe(outcome === "pass" ? "pass" : "inconclusive");
    expect(rulingOf(found, "ORD-01")?.outcome).toBe(outcome === "pass" ? "pass" : "inconclusive");
  });

  test("a k6 that told nothing of its end makes the run incomplete", () => {
    expect(judged(k6, []).verdict).toMatchObject({ outcome: "inconclusive", incomplete: expect.stringContaining("k6 (shop)") });
  });

  test("says that its latencies are service times, in the ruling and in the evidence", () => {
    const found = judged(k6, [wellEnded]);
    expect(rulingOf(found, "ORD-01")?.why).toContain("Of shop this is service time");
    expect(found.evidence.workloads.at(-1)).toEqual({ name: "shop", shape: expect.stringMatching(/k6 runs shop\.js.*service times, dropped iterations/), ratePerSecond: null, latency: "service time" });
  });

  test("knows no lag of requests of which nobody told when they were due", () => {
    const all = (event: LogEvent): LogEvent => (event.type === "request" ? { ...event, workload: "shop" } : event);
    expect(judged(k6, [wellEnded], all).verdict.generator).toMatchObject({ startLagP99Ms: null, saturated: false });
    expect(judged(k6, [wellEnded]).verdict.generator.startLagP99Ms).toBeGreaterThan(0);
  });

  test("iterations that k6 dropped are failed requests", () => {
    let n = 0;
    const dropped = judged(k6, [wellEnded], (event) => (event.type === "request" && (n += 1) % 10 === 0 ? { ...event, workload: "shop", outcome: "dropped", status: 0, endUs: event.startUs } : event));
    expect(rulingOf(dropped, "ORD-01")?.outcome).toBe("fail");
    expect(dropped.verdict.generator).toMatchObject({ saturated: true, why: expect.stringContaining("could not be sent") });
  });

  test("a k6 that takes all processors voids what hangs on the load", () => {
    const at = steady.find((event) => event.type === "generator")?.at ?? 0;
    const busy: LogEvent[] = [{ type: "generator", at: 0, of: "shop", startLagP99Ms: 0, eventLoopDelayP99Ms: 0, cpuPercent: 97, connections: 0, inFlight: 0 }];
    const [header, events] = eventsWith(k6, [wellEnded]);
    const found = judgeScenario(memoryLog(header, [...events.slice(0, -1), ...busy.map((event) => ({ ...event, at: at + 10_000_000 })), ...events.slice(-1)].toSorted((a, b) => a.at - b.at)));
    expect(rulingOf(found, "ORD-01")).toMatchObject({ outcome: "inconclusive", why: expect.stringContaining("load generator of shop was too busy") });
  });

  test("has its rows behind the objectives of the suite, and changes no count of required ones", () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "roadworthy-engines-"));
    writeSyntheticRun(folder.path);
    const [, events] = eventsWith(k6, [wellEnded]);
    rmSync(join(folder.path, "steady", "log"), { recursive: true });
    writeLog(join(folder.path, "steady", "log"), events);
    const { suite } = judgeSuite(folder.path);
    expect(suite.objectives.slice(-2).map(({ objective, scenario, outcome, required }) => [objective, scenario, outcome, required])).toEqual([
      [script, "steady", "pass", false],
      [speed, "steady", "pass", false],
    ]);
    expect(suite).toMatchObject({ outcome: "pass", counts: { requiredPassed: suite.required.length } });
  });
});

describe("a closed model", () => {
  const ended: EngineEnd = { ...wellEnded, workload: "most", engine: "autocannon", version: "autocannon v9.0.0", exitCode: 0, clockShiftMs: null, thresholds: [] };

  test("rules on no response time, in either direction", () => {
    const slow = (event: LogEvent): LogEvent => (event.type === "request" ? { ...event, endUs: event.endUs + 60_000_000 } : event);
    for (const change of [undefined, slow]) {
      const found = judged(autocannon, [ended], change);
      expect(rulingOf(found, "ORD-01")).toMatchObject({ indicator: "latency", outcome: "inconclusive", why: expect.stringContaining("it says nothing of response time under open load") });
    }
    expect(rulingOf(judged(autocannon, [ended]), "ORD-02")?.outcome).toBe("pass");
  });

  /** Some 50 requests a second, which were all that was asked. */
  function throughput(atLeast: number, cpuPercent: number): Ruling | undefined {
    const [header, events] = eventsWith(autocannon, [ended], (event) => (event.type === "request" ? { ...event, workload: "most" } : event.type === "generator" ? { ...event, of: "most", cpuPercent } : event));
    const objectives = header.target.objectives.map((objective) => (objective.id === "ORD-18" ? { ...objective, op: ">=" as const, limit: atLeast } : objective));
    const changed = { ...header, target: { ...header.target, objectives } };
    return rulingOf(judgeScenario(memoryLog(changed, [changed, ...events.slice(1)])), "ORD-18");
  }

  test("rules on throughput without having to offer more than was answered", () => {
    expect(throughput(45, 50)).toMatchObject({ indicator: "throughput", outcome: "pass" });
    expect(throughput(55, 50)).toMatchObject({ outcome: "fail" });
  });

  test("that was at its own limit shows what the system can do at least, not what it cannot", () => {
    expect(throughput(45, 99)).toMatchObject({ outcome: "pass" });
    expect(throughput(55, 99)).toMatchObject({ outcome: "inconclusive", why: expect.stringContaining("load generator of most was too busy") });
  });

  test("has no thresholds and no script to rule on", () => {
    expect(judged(autocannon, [ended]).verdict.rulings.filter(({ kind }) => kind === "threshold")).toEqual([]);
  });
});
