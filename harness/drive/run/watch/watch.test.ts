import { describe, expect, test } from "vitest";
import type { LogEvent } from "../../../log/event.ts";
import { composeScenarios } from "../../../scenario/compose/compose.ts";
import { parseScenario, parseTarget } from "../../../scenario/parse.ts";
import { Watch } from "./watch.ts";

const secondUs = 1_000_000;

const target = parseTarget({
  name: "shop",
  title: "Shop",
  nodes: { api: { kind: "process", command: ["node", "api.js"] } },
  completions: { orders: { ledger: "orders", query: { via: "sql", node: "api", statement: "select 1" } } },
});

function watching(stop: unknown): Watch {
  const [scenario] = composeScenarios(
    parseScenario({
      name: "s",
      title: "S",
      target: "shop",
      workloads: [{ name: "w", profile: { shape: "constant", rate: 1 }, journeys: [{ steps: ["home"] }] }],
      phases: { baseline: "5s" },
      stop,
      rules: [],
    }),
    0,
  );
  if (scenario === undefined) throw new Error("no scenario");
  return new Watch(scenario, target);
}

function answer(atUs: number, outcome: "ok" | "status"): LogEvent {
  return { type: "request", at: atUs, workload: "w", route: "home", intendedUs: atUs, startUs: atUs, firstByteUs: atUs, endUs: atUs, status: 200, outcome, bytes: 0 };
}

describe("the error ratio", () => {
  const condition = [{ when: "error-ratio", above: 0.5, over: "10s" }];

  test("breaches once more than its share of a whole window failed", () => {
    const watch = watching(condition);
    for (let second = 0; second < 10; second += 1) watch.take(answer(second * secondUs, second < 4 ? "ok" : "status"));
    expect(watch.breach(10 * secondUs)?.message).toContain("6 of 10");
  });

  test("does not breach on a few early failures, nor at exactly the share", () => {
    const early = watching(condition);
    for (let second = 0; second < 3; second += 1) early.take(answer(second * secondUs, "status"));
    expect(early.breach(3 * secondUs)).toBeNull();
    const half = watching(condition);
    for (let second = 0; second < 10; second += 1) half.take(answer(second * secondUs, second % 2 === 0 ? "ok" : "status"));
    expect(half.breach(10 * secondUs)).toBeNull();
  });

  test("forgets what left the window", () => {
    const watch = watching(condition);
    for (let second = 0; second < 10; second += 1) watch.take(answer(second * secondUs, "status"));
    for (let second = 10; second < 20; second += 1) watch.take(answer(second * secondUs, "ok"));
    expect(watch.breach(20 * secondUs)).toBeNull();
  });
});

describe("several conditions of one kind", () => {
  test("each has its own window", () => {
    const watch = watching([
      { when: "error-ratio", above: 0.9, over: "2s" },
      { when: "error-ratio", above: 0.4, over: "10s" },
    ]);
    for (let tenth = 0; tenth <= 100; tenth += 1) watch.take(answer(tenth * 0.1 * secondUs, tenth % 2 === 0 ? "ok" : "status"));
    expect(watch.breach(9.9 * secondUs)).toBeNull();
    expect(watch.breach(10 * secondUs)?.message).toContain("within 10s");
  });

  test("each has its own limit of the same gauge", () => {
    const watch = watching([
      { when: "gauge-above", gauge: "depth", above: 1000, for: "1s" },
      { when: "gauge-above", gauge: "depth", above: 10, for: "5s" },
    ]);
    watch.take({ type: "gauge", at: 0, gauge: "depth", value: 11, why: null });
    expect(watch.breach(5 * secondUs)).toBeNull();
    expect(watch.breach(5.1 * secondUs)?.message).toContain("above 10 for more than 5s");
  });
});

test("what no condition needs any more is forgotten, and the display still sees its last second", () => {
  const watch = watching("none");
  for (let n = 0; n < 50_000; n += 1) watch.take(answer(n * 1000, n % 100 === 0 ? "status" : "ok"));
  expect(watch.rates(50 * secondUs)).toEqual({ requestsPerSecond: 1000, errorsPerSecond: 10 });
});

describe("a probe that is down", () => {
  const probe = (atUs: number, ok: boolean): LogEvent => ({ type: "probe", at: atUs, probe: "live", intendedUs: atUs, tookMs: 1, ok, why: null });

  test("breaches after its time, and not when it was good in between", () => {
    const watch = watching([{ when: "probe-down", probe: "live", for: "5s" }]);
    watch.take(probe(0, false));
    watch.take(probe(3 * secondUs, true));
    watch.take(probe(4 * secondUs, false));
    expect(watch.breach(8 * secondUs)).toBeNull();
    expect(watch.breach(9.1 * secondUs)?.message).toContain("probe live");
  });
});

describe("a gauge above its limit", () => {
  test("breaches after its time; a missed sample changes nothing", () => {
    const watch = watching([{ when: "gauge-above", gauge: "depth", above: 10, for: "2s" }]);
    watch.take({ type: "gauge", at: 0, gauge: "depth", value: 11, why: null });
    watch.take({ type: "gauge", at: secondUs, gauge: "depth", value: null, why: "refused" });
    expect(watch.breach(2.5 * secondUs)?.message).toContain("depth");
    watch.take({ type: "gauge", at: 3 * secondUs, gauge: "depth", value: 10, why: null });
    expect(watch.breach(9 * secondUs)).toBeNull();
  });
});

describe("open items", () => {
  const write = (id: string, what: "invoke" | "ok" | "info"): LogEvent => ({ type: "write", at: 1, ledger: "orders", id, intendedUs: 1, what });

  test("are acknowledged and not yet finished, whichever is read first", () => {
    const watch = watching("none");
    watch.take(write("a", "ok"));
    watch.take(write("b", "info"));
    expect(watch.openItems).toBe(1);
    watch.take({ type: "completion", at: 2, completion: "orders", resolutionMs: 1, done: [{ id: "a", ok: true }, { id: "c", ok: false }] });
    expect(watch.openItems).toBe(0);
    watch.take(write("c", "ok"));
    expect(watch.openItems).toBe(0);
  });
});
