import { describe, expect, test } from "vitest";
import type { LogEvent } from "../log/event.ts";
import { objectiveSchema } from "../scenario/objective.ts";
import { indicatorSchema, type IndicatorSpec } from "../scenario/indicator.ts";
import type { ScenarioInput } from "../scenario/scenario.ts";
import { indicators, startFold } from "./index.ts";
import type { Observation } from "./observation.ts";
import { scriptedHeader, scriptedScenario, scriptedSuite, scriptedTarget } from "./scripted/header.fixture.ts";
import { simulate, type Conduct } from "./scripted/simulate.fixture.ts";

const sql = { via: "sql", node: "store", statement: "select 1" } as const;
const target = scriptedTarget({
  name: "shop",
  title: "Shop",
  nodes: { api: { kind: "process", command: ["shop"] }, store: { kind: "postgres" } },
  links: { "api-store": { from: "api", to: "store" } },
  routes: { place: { node: "api", method: "POST", path: "/orders", write: { ledger: "orders" } }, list: { node: "api", path: "/orders" } },
  ledgers: { orders: { readBack: { database: [sql] } } },
  completions: { shipped: { ledger: "orders", query: sql, timeLimit: "20s" } },
  gauges: { queue: { query: sql } },
  facts: { attempts: { query: sql } },
  probes: { health: { layer: "http", at: { node: "api" }, path: "/health", every: "100ms" }, store: { layer: "postgres", at: { link: "api-store" }, every: "100ms" } },
});
const suite = scriptedSuite({ name: "gate", title: "Gate", target: "shop", scenarios: ["x"], required: [] });

/** Baseline from 1 s, fault from 5 s to 7 s, recovery to 9 s, after to 12 s; 100 requests a second, every other one a write. */
function observe(spec: IndicatorSpec, objective: object, conduct: Conduct, change: (events: LogEvent[]) => LogEvent[] = (events) => events): Observation {
  const input: ScenarioInput = {
    name: "x",
    title: "X",
    target: "shop",
    workloads: [{ name: "load", profile: { shape: "constant", rate: 100 }, journeys: [{ steps: ["place", "list"] }] }],
    phases: { warmUp: "1s", baseline: "4s", recovery: "2s", after: "3s" },
    steps: [{ id: "cut", fault: { kind: "link-down", links: ["api-store"] }, hold: "2s" }],
    stop: "none",
    rules: [],
  };
  const scenario = scriptedScenario(input);
  const header = scriptedHeader({ target, suite, planned: ["x"] }, scenario);
  const row = { id: "X-1", statement: "x", source: { document: "x.md", section: "x" }, kind: "own", indicator: spec, op: "<", limit: 1, unit: "ms", ...objective };
  const fold = startFold(spec, { objective: objectiveSchema.parse(row), header, scenario });
  for (const event of change(simulate(header, scenario, conduct))) fold.step(event);
  return fold.read();
}

const good = { outcome: "ok", status: 200, tookMs: 10 } as const;
const bad = { outcome: "status", status: 503, tookMs: 10 } as const;

describe("requests", () => {
  const spec = { kind: "latency", quantile: 0.5 } as const;
  const slowInBaseline: Conduct = { answer: (atMs) => (atMs >= 2000 && atMs < 2100 ? { ...good, tookMs: 500 } : atMs < 1000 ? { ...good, tookMs: 900 } : good) };

  test("latency counts the slow ones of its phase by their intended start, and not those of the warm-up", () => {
    expect(observe(spec, { limit: 500, op: "<" }, slowInBaseline)).toMatchObject({ kind: "proportion", bad: 10, total: 700 });
    expect(observe(spec, { limit: 500, op: "<=" }, slowInBaseline)).toMatchObject({ bad: 0 });
    expect(observe(spec, { limit: 0.5, op: "<", unit: "s", phase: "baseline" }, slowInBaseline)).toMatchObject({ bad: 10, total: 400, value: expect.closeTo(0.01, 4) });
    expect(observe({ ...spec, routes: ["list"] }, { limit: 500 }, slowInBaseline)).toMatchObject({ bad: 5, total: 350 });
  });

  test("latency counts failed and dropped ones as over any limit", () => {
    const failing: Conduct = { answer: (atMs) => (atMs >= 2000 && atMs < 2100 ? { outcome: "dropped", status: 0, tookMs: 1 } : good) };
    expect(observe(spec, { limit: 500 }, failing)).toMatchObject({ bad: 10, total: 700, detail: "10 of them failed" });
  });

  test("availability is weighted by requests, with slots and the worst second beside it", () => {
    const seen = observe({ kind: "availability" }, { op: ">=", limit: 99.9, unit: "%" }, { answer: (atMs) => (atMs >= 2000 && atMs < 2050 ? bad : good) });
    expect(seen).toMatchObject({ bad: 5, total: 700, value: (100 * 695) / 700 });
    expect(seen).toHaveProperty("detail", expect.stringContaining("of 70 slots of 100 ms without a failure (40 without a request left out); worst second 95 %"));
  });

  test("throughput is what was answered well per second of the phase", () => {
    const seen = observe({ kind: "throughput" }, { phase: "baseline", op: ">", unit: "1/s" }, { answer: (atMs) => (atMs >= 2000 && atMs < 3000 ? bad : good) });
    expect(seen).toMatchObject({ kind: "rate", finished: 300, offered: 400, seconds: 4, ratePerUnit: 75, offeredPerUnit: 100 });
  });

  test("unexpected answers are other statuses and no answer at all; dropped ones were never asked", () => {
    const mixed: Conduct = {
      answer: (atMs) =>
        atMs === 5100 ? { outcome: "timeout", status: 0, tookMs: 100 } : atMs === 5200 ? { outcome: "status", status: 500, tookMs: 1 } : atMs === 5300 ? { outcome: "dropped", status: 0, tookMs: 1 } : bad,
    };
    const seen = observe({ kind: "unexpected-answers", allowed: [503] }, { phase: "fault" }, mixed);
    expect(seen).toMatchObject({ kind: "values", values: [2], exercised: 199, detail: "500 × 1, timeout × 1" });
  });
});

describe("items", () => {
  const acknowledgedAt = (n: number): number => n * 20 + 10;

  test("completion time runs from the intended ingest to the poll that saw it", () => {
    const seen = observe({ kind: "completion-time", completion: "shipped", quantile: 0.5 }, { limit: 2, unit: "s", phase: "baseline" }, {
      answer: () => good,
      finish: (n, atMs) => (n === 100 ? null : n === 101 ? { atMs: atMs + 25_000, ok: true } : n === 102 ? { atMs: atMs + 100, ok: false } : n === 103 ? { atMs: atMs + 3000, ok: true } : { atMs: acknowledgedAt(n) + 490, ok: true }),
    });
    // Never finished, finished after the time limit, ended as an error, over the limit.
    expect(seen).toMatchObject({ kind: "proportion", bad: 4, total: 200 });
    expect(seen).toHaveProperty("value", expect.closeTo(0.625, 1));
  });

  test("completion errors are dead letters and items that never ended", () => {
    const seen = observe({ kind: "completion-errors", completion: "shipped" }, { unit: "%", phase: "baseline" }, {
      answer: () => good,
      finish: (n, atMs) => (n === 100 ? null : { atMs: atMs + 100, ok: n % 50 !== 1 }),
    });
    expect(seen).toMatchObject({ kind: "proportion", bad: 5, total: 200, detail: "4 ended as an error, 1 never ended" });
  });

  test("completion rate counts what finished in the phase, and the backlog at both its ends", () => {
    const slow: Conduct = { answer: () => good, finish: (n, atMs) => ({ atMs: atMs < 1000 ? atMs + 100 : atMs + 1990, ok: true }) };
    const seen = observe({ kind: "completion-rate", completion: "shipped", per: "min" }, { phase: "baseline", op: ">=", unit: "orders/min" }, slow);
    // Seen in [1000, 5000): 17 of the warm-up and the 88 that were acknowledged up to 2750. At 5000 those after 3010 are still open.
    expect(seen).toMatchObject({ kind: "rate", finished: 105, offered: 200, seconds: 4, ratePerUnit: 1575, offeredPerUnit: 3000, backlogBegin: 5, backlogEnd: 99 });
  });

  test("items of a run that was not waited for are unmeasured, as is a log that lacks what was seen to finish", () => {
    const spec = { kind: "completion-errors", completion: "shipped" } as const;
    expect(observe(spec, {}, { answer: () => good }, (events) => events.filter((event) => event.type !== "quiesced"))).toMatchObject({ kind: "unmeasured" });
    expect(observe(spec, {}, { answer: () => good }, (events) => events.filter((event) => event.type !== "completion"))).toMatchObject({ kind: "unmeasured" });
  });

  test("resume time runs from the healing to the next item, with the poll as its resolution", () => {
    const stuck: Conduct = { answer: () => good, finish: (_n, atMs) => ({ atMs: atMs > 4000 && atMs < 8100 ? 8100 : atMs + 100, ok: true }) };
    const seen = observe({ kind: "resume-time", completion: "shipped" }, { phase: "all", unit: "s" }, stuck);
    expect(seen).toMatchObject({ kind: "durations", faults: [{ fault: "cut", clock: "heal", lowerBound: false, invalid: null, resolutionMs: 250.5, valueMs: 1249.5 }] });
  });
});

test("a gauge gives the share of its samples within the limit, and what is missing", () => {
  const conduct: Conduct = { gauge: (_gauge, atMs) => (atMs === 2000 ? null : atMs === 3000 ? 40 : 5) };
  expect(observe({ kind: "gauge", gauge: "queue", share: 0.95 }, { limit: 10, unit: "orders" }, conduct)).toMatchObject({ kind: "samples", within: 12, total: 13, missing: 1, worst: 40 });
});

test("a gauge that left its range from below shows that value, and not the highest, which is within", () => {
  const conduct: Conduct = { gauge: (_gauge, atMs) => (atMs === 3000 ? 4 : 8) };
  expect(observe({ kind: "gauge", gauge: "queue", share: 1 }, { op: "between", limit: [5, 50], unit: "orders" }, conduct)).toMatchObject({ worst: 4, quantileValue: 4, detail: "from 4 to 8" });
});

test("a gauge that fell silent has the samples missing that its rate promises", () => {
  const silent = (events: LogEvent[]): LogEvent[] => events.filter((event) => event.type !== "gauge" || event.at < 1_002_000_000);
  expect(observe({ kind: "gauge", gauge: "queue", share: 0.95 }, { limit: 10, phase: "baseline" }, {}, silent)).toMatchObject({ total: 2, missing: 6 });
});

describe("probes", () => {
  const down = (atMs: number): boolean => atMs >= 5000 && atMs < 7000;

  test("health lies while the store is down, one time-out after the fault was felt until it is healed", () => {
    const spec = { kind: "health-lies", probe: "health", while: "store" } as const;
    const lying = observe(spec, { phase: "fault" }, { probe: (probe, atMs) => ({ ok: probe === "health" || !down(atMs), tookMs: 2 }) });
    expect(lying).toMatchObject({ kind: "values", values: [8], exercised: 8 });
    const honest = observe(spec, { phase: "fault" }, { probe: (_probe, atMs) => ({ ok: !down(atMs), tookMs: 2 }) });
    expect(honest).toMatchObject({ kind: "values", values: [0], exercised: 8 });
    // Health says at 6450 that the store is back, and rightly; the probe of the store sees it at 6600 only.
    const quick = observe(spec, { phase: "fault" }, { probe: (probe, atMs) => ({ ok: probe === "health" ? !down(atMs) || atMs >= 6450 : !down(atMs) || atMs >= 6600, tookMs: 2 }) });
    expect(quick).toMatchObject({ kind: "values", values: [0] });
    expect(observe(spec, { phase: "fault" }, {})).toMatchObject({ kind: "unmeasured" });
  });

  test("probe time keeps every answer, and a failed one is over any limit", () => {
    const seen = observe({ kind: "probe-time", probe: "health" }, { phase: "fault", unit: "s" }, { probe: (_probe, atMs) => ({ ok: atMs !== 6000, tookMs: 30 }) });
    expect(seen).toMatchObject({ kind: "values", exercised: 20, detail: "1 of 20 checks failed" });
    if (seen.kind === "values") expect([...new Set(seen.values)]).toEqual([0.03, Infinity]);
  });
});

describe("ledger, facts, boot", () => {
  const conduct: Conduct = { answer: () => good, copies: (n) => (n === 10 ? 0 : n === 11 ? 2 : 1), fact: () => [3, 3, 2] };

  test("the ledger's sets", () => {
    expect(observe({ kind: "ledger", ledger: "orders", set: "lost" }, {}, conduct)).toMatchObject({ values: [1], exercised: 600 });
    expect(observe({ kind: "ledger", ledger: "orders", set: "duplicated" }, {}, conduct)).toMatchObject({ values: [1], exercised: 599 });
    expect(observe({ kind: "ledger", ledger: "orders", set: "misplaced" }, {}, conduct)).toMatchObject({ values: [2] });
    expect(observe({ kind: "ledger", ledger: "orders", set: "resurrected" }, {}, conduct)).toMatchObject({ values: [0], exercised: 0 });
  });

  test("the age of the oldest lost write, in the objective's unit", () => {
    expect(observe({ kind: "loss-age", ledger: "orders" }, { unit: "s" }, conduct)).toMatchObject({ kind: "values", values: [4.79], exercised: 250 });
    expect(observe({ kind: "loss-age", ledger: "orders" }, { unit: "s" }, { ...conduct, felt: false })).toMatchObject({ kind: "unmeasured" });
  });

  test("facts, and facts that could not be read", () => {
    expect(observe({ kind: "fact", fact: "attempts" }, {}, conduct)).toMatchObject({ values: [3, 3, 2], exercised: 3 });
    expect(observe({ kind: "fact", fact: "attempts" }, {}, { fact: () => null })).toMatchObject({ kind: "unmeasured" });
  });

  test("checks of a restore: less than at the back-up, no answer, and a restore that failed", () => {
    const restore = { type: "operation", at: 1, id: "lost", kind: "restore", on: "store" } as const;
    const ended: LogEvent = { ...restore, stage: "ended", tookMs: 1, bytes: 1, what: "dump" };
    const check = (atBackup: number | null, restored: number | null): LogEvent => ({ type: "restore-check", at: 1, node: "store", check: "rows", atBackup, restored, why: null });
    const seen = (...told: LogEvent[]): Observation => observe({ kind: "restore-checks", node: "store" }, {}, {}, (events) => [...events, ...told]);
    expect(seen(ended, check(5, 5), check(0, 7))).toMatchObject({ kind: "values", values: [0], exercised: 1, detail: "dump" });
    expect(seen(ended, check(0, 0), check(0, 7))).toMatchObject({ kind: "values", values: [0], exercised: 0 });
    expect(seen(ended, check(0, null))).toMatchObject({ kind: "values", values: [1], exercised: 1 });
    expect(seen(ended, check(null, 5), check(5, 4))).toMatchObject({ kind: "values", values: [1], exercised: 1 });
    expect(seen(ended, check(5, 4), check(5, null))).toMatchObject({ values: [2], detail: "rows: 4 restored, 5 at the back-up; rows: no answer restored, 5 at the back-up; dump" });
    expect(seen({ ...restore, stage: "failed", tookMs: 1, why: "no tape" })).toMatchObject({ values: [1], exercised: 1, detail: "the restore failed: no tape" });
    for (const unknown of [[], [ended], [ended, check(null, 5)], [ended, check(Number.NaN, 5)], [check(5, 5)]]) expect(seen(...unknown)).toMatchObject({ kind: "unmeasured" });
  });

  test("the boot", () => {
    expect(observe({ kind: "boot" }, {}, {})).toMatchObject({ kind: "values", values: [0], exercised: 2 });
    const late = observe({ kind: "boot" }, {}, {}, (events) => events.map((event) => (event.type === "boot" ? { ...event, ready: ["store"], notReady: ["api"] } : event)));
    expect(late).toMatchObject({ values: [1], exercised: 2, detail: "not ready: api" });
    expect(observe({ kind: "boot" }, {}, {}, (events) => events.filter((event) => event.type !== "boot"))).toMatchObject({ kind: "unmeasured" });
  });
});

test("recovery time takes the objective's clock, or the one that the fault asks for", () => {
  const conduct: Conduct = { answer: (atMs) => (atMs >= 5000 && atMs < 7500 ? bad : good), probe: () => ({ ok: true, tookMs: 2 }) };
  const spec = { kind: "recovery-time" as const, routes: ["place", "list"] };
  expect(observe(spec, { unit: "s", phase: "all" }, conduct)).toMatchObject({ faults: [{ clock: "heal", valueMs: 499.5 }] });
  expect(observe(spec, { unit: "s", phase: "all", clock: "fault" }, conduct)).toMatchObject({ faults: [{ clock: "fault", valueMs: 2499.5 }] });
  expect(observe({ ...spec, faults: ["node-kill"] }, { unit: "s", phase: "all" }, conduct)).toMatchObject({ kind: "unmeasured" });
});

test("every kind has a fold, and on an empty log every fold is unmeasured", () => {
  const kinds = indicatorSchema.options.map((option) => option.shape.kind.value);
  expect(Object.keys(indicators).toSorted()).toEqual(kinds.toSorted());
  for (const kind of kinds) {
    const spec = indicatorSchema.parse({ kind, ...needs(kind) });
    const seen = observe(spec, { phase: "all", unit: "s" }, {}, (events) => events.slice(0, 1));
    if (seen.kind === "durations") expect(seen.faults.every((fault) => fault.invalid !== null), kind).toBe(true);
    else expect(seen.kind, kind).toBe("unmeasured");
  }
});

function needs(kind: IndicatorSpec["kind"]): object {
  if (kind.startsWith("completion") || kind === "resume-time") return { completion: "shipped" };
  if (kind === "ledger") return { ledger: "orders", set: "lost" };
  if (kind === "loss-age") return { ledger: "orders" };
  if (kind === "gauge") return { gauge: "queue" };
  if (kind === "restore-checks") return { node: "store" };
  if (kind === "fact") return { fact: "attempts" };
  if (kind === "health-lies") return { probe: "health", while: "store" };
  if (kind === "probe-time") return { probe: "health" };
  return kind === "unexpected-answers" ? { allowed: [200] } : {};
}
