import { describe, expect, test } from "vitest";
import { dice, integerBetween } from "../../base/random.ts";
import type { LogEvent, RunHeader } from "../../log/event.ts";
import { memoryLog } from "../../sli/scripted/store.fixture.ts";
import { scenarioEvents, syntheticRun, type SyntheticOptions } from "../corpus/synthetic.fixture.ts";
import { judgeScenario } from "./scenario.ts";
import { verdictSchema, type Verdict } from "./schema.ts";

function headerOf(events: readonly LogEvent[]): RunHeader {
  const [header] = events;
  if (header?.type !== "run") throw new Error("a log begins with its header");
  return header;
}

const played = new Map<string, LogEvent[]>();

/** The scripted events, played once for each choice of options. */
function eventsOf(index: number, options: SyntheticOptions): LogEvent[] {
  const key = `${index} ${JSON.stringify(options)}`;
  const events = played.get(key) ?? scenarioEvents(syntheticRun(options), index, options);
  played.set(key, events);
  return events;
}

/** Scenario 0 is `steady`, 1 is `store-outage`. */
function judged(index: number, options: SyntheticOptions = {}, change: (events: LogEvent[]) => LogEvent[] = (events) => events): Verdict {
  const events = change(eventsOf(index, options));
  return judgeScenario(memoryLog(headerOf(events), events)).verdict;
}

function outcomes(verdict: Verdict): Record<string, string | null> {
  return Object.fromEntries(verdict.rulings.map((ruling) => [ruling.objective, ruling.outcome ?? ruling.status]));
}

const without = (...types: readonly string[]) => (events: LogEvent[]): LogEvent[] => events.filter((event) => !types.includes(event.type));

describe("a whole run", () => {
  test("passes, and keeps to the published schema", () => {
    for (const index of [0, 1]) {
      const verdict = judged(index);
      expect(verdictSchema.parse(verdict)).toEqual(verdict);
      expect(verdict).toMatchObject({ outcome: "pass", exitCode: 0, incomplete: null, stopped: null, cleanup: { complete: true } });
    }
  });

  test("shows the fault with both clocks, its resolution, and the outage", () => {
    const [fault] = judged(1).faults;
    expect(fault).toMatchObject({ id: "cut", injectedAtMs: 12_000, healedAtMs: 17_001, heldMs: 4999, recoveryTimeMs: 5399.5, sinceHealMs: 399.5, resolutionMs: 501.5, notRecovered: false });
    expect(fault?.outage).toMatchObject({ fromMs: 12_000, toMs: 17_400 });
  });

  test("the same log gives the same bytes", () => {
    expect(JSON.stringify(judged(1))).toBe(JSON.stringify(judged(1)));
  });

  test("with a lost engine nothing fails: what its containers did not do is not the target's failure", () => {
    const lost: LogEvent = { type: "stop", at: Number.MAX_SAFE_INTEGER, why: "error", code: "engine-lost", message: "the container engine was lost in the middle of the run: it is not running" };
    const verdict = judged(1, { variant: "fail" }, (events) => [...events, { ...lost, at: events.at(-1)?.at ?? 0 }]);
    expect(verdict).toMatchObject({ outcome: "inconclusive", exitCode: 2, stopped: { message: lost.message } });
    expect(Object.values(outcomes(verdict))).not.toContain("fail");
    expect(verdict.rulings.find(({ objective }) => objective === "ORD-10")?.why).toContain("the container engine was lost");
  });

  test("what failed has its own ruling, and nothing else has", () => {
    const verdict = judged(1, { variant: "fail" });
    expect(outcomes(verdict)).toEqual({
      "ORD-07": "fail",
      "ORD-08": "information",
      "ORD-09": "fail",
      "ORD-10": "fail",
      "ORD-11": "pass",
      "ORD-12": "information",
      "ORD-14": "fail",
      "ORD-15": "pass",
    });
    expect(verdict.dataLoss).toMatchObject({ lost: 2, holes: false, lostIds: expect.arrayContaining(["2026-11-20-1402-syn-598"]) });
  });
});

describe("no data is never a pass (R24)", () => {
  /** What each objective lives on: without it there is nothing to judge. */
  const food: Record<string, readonly string[]> = {
    "ORD-01": ["request"],
    "ORD-02": ["request"],
    "ORD-03": ["completion"],
    "ORD-04": ["completion"],
    "ORD-05": ["completion"],
    "ORD-06": ["gauge"],
    "ORD-07": ["request", "probe"],
    "ORD-09": ["completion"],
    "ORD-10": ["read-back"],
    "ORD-11": ["read-back"],
    "ORD-13": ["fact"],
    "ORD-14": ["probe"],
    "ORD-15": ["request"],
    "ORD-16": ["probe"],
    "ORD-17": ["boot"],
  };
  const types = ["request", "write", "completion", "gauge", "read-back", "fact", "probe", "boot", "phase", "fault", "quiesced", "generator", "load-end", "end"];

  test.each(Object.entries(food))("%s without its %j", (objective, eaten) => {
    const rulings = [0, 1].flatMap((index) => Object.entries(outcomes(judged(index, {}, without(...eaten)))));
    const found = rulings.filter(([id]) => id === objective).map(([, outcome]) => outcome);
    expect(found.length).toBeGreaterThan(0);
    expect(found).not.toContain("pass");
  });

  test("whatever else is missing with it", () => {
    const roll = dice(24, "missing");
    for (let round = 0; round < 24; round += 1) {
      const missing = types.filter(() => roll() < 0.4);
      const found = outcomes(judged(round % 2, {}, without(...missing)));
      for (const [objective, outcome] of Object.entries(found)) {
        if (food[objective]?.every((type) => missing.includes(type)) === true) expect(outcome, `${objective} without ${missing.join(", ")}`).not.toBe("pass");
      }
    }
  });

  test("a log that is cut anywhere never passes", () => {
    const roll = dice(16, "cut");
    for (let round = 0; round < 20; round += 1) {
      const verdict = judged(round % 2, {}, (events) => events.slice(0, integerBetween(roll, 1, events.length - 2)));
      expect(verdict.outcome).not.toBe("pass");
      expect(Object.values(outcomes(verdict))).not.toContain("pass");
    }
  });

  test("a segment that lost whole records is found out by what the processes counted", () => {
    const lastOf = (type: string) => (events: LogEvent[]): LogEvent[] => events.filter((event, index) => event.type !== type || index !== events.findLastIndex((other) => other.type === type));
    for (const type of ["request", "load-end", "fact", "read-back"]) expect(judged(1, {}, lastOf(type)).incomplete, type).not.toBeNull();
    expect(judged(1, {}, (events) => events.filter((event) => event.type !== "probe" && event.type !== "gauge")).incomplete).toContain("probes and gauges ended");
  });
});

describe("what cannot be believed", () => {
  const generator = (change: Partial<Extract<LogEvent, { type: "generator" }>>, every = 1) => (events: LogEvent[]): LogEvent[] =>
    events.map((event, index) => (event.type === "generator" && (every === 1 || index % every === 0) ? { ...event, ...change } : event));

  test("a generator that was too busy: neither a pass nor a failure that hangs on the load", () => {
    const busy = judged(0, {}, generator({ eventLoopDelayP99Ms: 45 }));
    expect(outcomes(busy)).toMatchObject({ "ORD-01": "inconclusive", "ORD-03": "inconclusive", "ORD-10": "pass", "ORD-13": "pass" });
    expect(busy.generator).toMatchObject({ saturated: true, why: expect.stringContaining("too busy") });
    expect(outcomes(judged(1, { variant: "fail" }, generator({ cpuPercent: 99 })))).toMatchObject({ "ORD-07": "inconclusive", "ORD-10": "fail", "ORD-14": "fail" });
  });

  test("a generator whose health is known for the first seconds only", () => {
    const early = (events: LogEvent[]): LogEvent[] => events.filter((event, index) => event.type !== "generator" || events.slice(0, index).filter(({ type }) => type === "generator").length < 10);
    const rulings = judged(0, {}, early).rulings.filter(({ why }) => /^The load generator's own health was recorded in \d+ of \d+ seconds only/.test(why));
    expect(rulings.length).toBeGreaterThan(0);
    expect(rulings.map(({ outcome }) => outcome)).toEqual(rulings.map(() => "inconclusive"));
  });

  test("the reason says what to do about it", () => {
    const why = (change: (events: LogEvent[]) => LogEvent[]): string => judged(0, {}, change).generator.why ?? "";
    expect(why(generator({ cpuPercent: 99 }))).toMatch(/99 % of a CPU, 85 % are allowed; give its workload more `threads`/);
    expect(why(generator({ eventLoopDelayP99Ms: 45, collectionMs: 300 }))).toMatch(/30 % of its time went into collecting garbage: keep less of answers/);
  });

  test.each([
    ["EMFILE", "raise `ulimit -n`"],
    ["EADDRNOTAVAIL", "keep connections alive"],
  ])("R19: a machine that ran out of what %s stands for: neither a pass nor a failure that hangs on the load", (message, advice) => {
    const exhausted = (count: number) => (events: LogEvent[]): LogEvent[] =>
      events.flatMap((event): LogEvent[] => (event.type === "load-end" ? [{ type: "request-errors", at: event.at, route: "place", outcome: "dropped", message, count }, event] : [event]));
    const broken = judged(1, { variant: "fail" }, exhausted(40));
    expect(outcomes(broken)).toMatchObject({ "ORD-07": "inconclusive", "ORD-10": "fail" });
    expect(broken.generator).toMatchObject({ saturated: true, why: expect.stringContaining(advice) });
    expect(judged(0, {}, exhausted(1)).outcome).toBe("pass");
  });

  test("one load process of several that never ended, or that was too busy while the others were not", () => {
    const twoThreads = (events: LogEvent[]): LogEvent[] =>
      events.map((event) => (event.type === "run" && event.scenario !== null ? { ...event, scenario: { ...event.scenario, workloads: event.scenario.workloads.map((workload) => ({ ...workload, threads: 2 })) } } : event));
    expect(judged(0, {}, twoThreads).incomplete).toContain("1 of 2 load processes did not write their last record");
    const oneBusy = (event: LogEvent): LogEvent[] => {
      if (event.type === "generator") return [{ ...event, process: 1 }, { ...event, process: 2, cpuPercent: 99 }];
      return event.type === "load-end" ? [event, { ...event, offered: 0, started: 0, dropped: 0 }] : [event];
    };
    const busy = judged(0, {}, (events) => twoThreads(events).flatMap(oneBusy));
    expect(busy).toMatchObject({ incomplete: null, generator: { saturated: true } });
  });

  test("one bad second of a shared machine voids nothing", () => {
    const oneSecond = (events: LogEvent[]): LogEvent[] => {
      const at = events.findIndex((event) => event.type === "generator" && event.at > headerOf(events).at + 5_000_000);
      return events.map((event, index) => (index === at && event.type === "generator" ? { ...event, eventLoopDelayP99Ms: 400, cpuPercent: 100 } : event));
    };
    expect(judged(0, {}, oneSecond).outcome).toBe("pass");
  });

  test("requests that were dropped or late before any fault: no pass, but a failure stays one", () => {
    const late = (events: LogEvent[]): LogEvent[] => events.map((event) => (event.type === "request" ? { ...event, startUs: event.intendedUs + 15_000 } : event));
    expect(outcomes(judged(0, {}, late))).toMatchObject({ "ORD-01": "inconclusive", "ORD-10": "pass" });
    expect(outcomes(judged(1, { variant: "fail" }, late))).toMatchObject({ "ORD-07": "fail" });
  });

  test("health of the generator that was not recorded", () => {
    expect(outcomes(judged(0, {}, without("generator")))).toMatchObject({ "ORD-01": "inconclusive", "ORD-13": "pass" });
  });

  test("a baseline that is no steady state: nothing about the fault is known", () => {
    const shaky = (events: LogEvent[]): LogEvent[] =>
      events.map((event, index) => (event.type === "request" && index % 20 === 0 && event.intendedUs < headerOf(events).at + 12_000_000 ? { ...event, outcome: "status", status: 500 } : event));
    const found = judged(1, { variant: "fail" }, shaky);
    expect(outcomes(found)).toMatchObject({ "ORD-07": "inconclusive", "ORD-09": "inconclusive", "ORD-10": "fail" });
    expect(found.rulings.find((ruling) => ruling.objective === "ORD-07")?.why).toContain("no steady state before the fault");
  });

  test("a fault whose effect was not confirmed: what it should have shown is open", () => {
    expect(outcomes(judged(1, { variant: "inconclusive" }))).toMatchObject({ "ORD-07": "inconclusive", "ORD-10": "inconclusive", "ORD-15": "inconclusive" });
  });

  test("a fault on a link that the service walked past has not met it", () => {
    const onlyOurs = (events: LogEvent[]): LogEvent[] => events.map((event) => (event.type === "link" ? { ...event, connections: 9, bytesUp: 0, bytesDown: 0, own: { connections: 9, bytesUp: 0, bytesDown: 0 } } : event));
    const past = judged(1, {}, onlyOurs);
    expect(outcomes(past)).toMatchObject({ "ORD-07": "inconclusive", "ORD-10": "inconclusive", "ORD-15": "inconclusive" });
    expect(past.rulings.find((ruling) => ruling.objective === "ORD-07")?.why).toMatch(/^Fault cut was on link api-store, over which api sent nothing/);
    expect(past.links).toEqual([{ link: "api-store", from: "api", to: "store", use: { connections: 0, bytesUp: 0, bytesDown: 0 } }]);
    // Without a fault on it an unused link voids nothing, nor does one of which nothing is known.
    expect(judged(0, {}, onlyOurs).outcome).toBe("pass");
    expect(judged(1, {}, without("link"))).toMatchObject({ outcome: "pass", links: [{ use: null }] });
  });

  test("a run that was stopped passes nothing, and what failed before stays failed", () => {
    const stopped = judged(1, { variant: "stopped" });
    expect(stopped).toMatchObject({ outcome: "inconclusive", exitCode: 3, stopped: { why: "condition" } });
    expect(Object.values(outcomes(stopped))).not.toContain("pass");
    const lying = judged(1, { variant: "stopped" }, (events) => events.map((event) => (event.type === "probe" && event.probe === "api-deep" ? { ...event, ok: true } : event)));
    expect(lying).toMatchObject({ outcome: "fail", exitCode: 1 });
    expect(judged(1, { variant: "interrupted" })).toMatchObject({ outcome: "inconclusive", exitCode: 130 });
  });
});

describe("a closed model (MEASURES.md: latency is response time)", () => {
  /** The same log as if its load had come from users who wait for answers. */
  const closed = (events: LogEvent[]): LogEvent[] =>
    events.map((event) => {
      if (event.type !== "run" || event.scenario === null) return event;
      const workloads = event.scenario.workloads.map((workload) => ({ ...workload, profile: { shape: "closed" as const, users: 5, thinkTime: "0s", rampUp: "0s" } }));
      return { ...event, scenario: { ...event.scenario, workloads } };
    });

  /** Every answer takes a second: the latency objective is broken by far. */
  const slow = (events: LogEvent[]): LogEvent[] => events.map((event) => (event.type === "request" ? { ...event, endUs: event.endUs + 1_000_000, at: event.at + 1_000_000 } : event));

  test("rules on no latency, neither as a pass nor as a failure, and says why", () => {
    const p95 = (change: (events: LogEvent[]) => LogEvent[]): Verdict["rulings"][number] | undefined => judged(0, {}, change).rulings.find(({ objective }) => objective === "ORD-01");
    expect([p95((events) => events)?.outcome, p95(slow)?.outcome]).toEqual(["pass", "fail"]);
    for (const [change, would] of [[closed, "pass"], [(events: LogEvent[]) => closed(slow(events)), "fail"]] as const) {
      const ruling = p95(change);
      expect(ruling).toMatchObject({ status: "ruled", outcome: "inconclusive", samples: expect.any(Number), value: expect.any(Number) });
      expect(ruling?.why).toMatch(/^In a closed model \(orders\) this is service time: waiting does not show in it, so it says nothing of response time under open load\./);
      expect(ruling?.why).toContain(`It would be a ${would}: `);
    }
  });

  test("leaves every other ruling as it is", () => {
    const others = (verdict: Verdict): Record<string, string | null> => {
      const { "ORD-01": _latency, ...rest } = outcomes(verdict);
      return rest;
    };
    const changed = Object.entries(others(judged(0, {}, closed))).filter(([id, outcome]) => others(judged(0))[id] !== outcome);
    expect(changed).toEqual([]);
  });

  test("has no start lag, as it has no schedule, and is not judged by one", () => {
    const late = (events: LogEvent[]): LogEvent[] => events.map((event) => (event.type === "request" ? { ...event, startUs: event.startUs + 500_000, endUs: event.endUs + 500_000 } : event));
    expect(judged(0, {}, late).generator).toMatchObject({ saturated: true });
    expect(judged(0, {}, (events) => closed(late(events))).generator).toMatchObject({ saturated: false, startLagP99Ms: null });
  });

  test("is told in the evidence, and so is what a replay left out", () => {
    const events = eventsOf(0, {});
    const evidenceOf = (change: LogEvent[]): unknown => judgeScenario(memoryLog(headerOf(change), change)).evidence.workloads;
    expect(evidenceOf(closed(events))).toEqual([{ name: "orders", shape: "closed model, 5 users who think 0s between journeys; latency is service time", ratePerSecond: null, latency: "service time" }]);
    const [header] = events;
    if (header?.type !== "run" || header.scenario === null) throw new Error("a log begins with its header");
    const workloads = header.scenario.workloads.map((workload) => ({ ...workload, profile: { shape: "replay" as const, file: "/logs/night.csv", speed: 1, loop: false, unknown: "skip" as const }, journeys: [] }));
    const replay: LogEvent = { type: "replay", at: header.at, workload: "orders", sha256: "0", arrivals: 5, spanMs: 10, skipped: 3, isSpread: true };
    expect(evidenceOf([{ ...header, scenario: { ...header.scenario, workloads } }, replay, ...events.slice(1)])).toEqual([
      {
        name: "orders",
        shape: "the arrivals of night.csv as they came, once, without those that no route makes; 3 of its lines are of no route and were left out; its times are whole seconds, over which arrivals were spread evenly",
        ratePerSecond: null,
        latency: "response time",
      },
    ]);
  });
});
