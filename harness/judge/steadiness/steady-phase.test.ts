import { expect, test } from "vitest";
import type { LogEvent } from "../../log/event.ts";
import { memoryLog } from "../../sli/scripted/store.fixture.ts";
import { scenarioEvents, syntheticRun } from "../corpus/synthetic.fixture.ts";
import { judgeScenario } from "../verdict/scenario.ts";
import type { Ruling } from "../verdict/schema.ts";

const played = scenarioEvents(syntheticRun(), 0, {});

/** The ruling of ORD-01, p95 under 500 ms, of an hour of load in which each request took as long as `tookMs` says, with the load's shape as given. */
function ruled(tookMs: (atMs: number) => number, shape: "constant" | "ramp" = "constant"): Ruling | undefined {
  const [header, ...rest] = played;
  if (header?.type !== "run" || header.scenario === null) throw new Error("a log begins with its header");
  const profile = shape === "constant" ? { shape, rate: 50 } : { shape, from: 10, to: 50, over: "60s" };
  const scenario = { ...header.scenario, workloads: header.scenario.workloads.map((workload) => ({ ...workload, profile })) };
  const stretched = rest.map((event): LogEvent => (event.type === "request" ? { ...event, endUs: event.intendedUs + 1000 * tookMs((event.intendedUs - header.at) / 1000) } : event));
  return judgeScenario(memoryLog({ ...header, scenario }, stretched)).verdict.rulings.find(({ objective }) => objective === "ORD-01");
}

test("a phase whose level shifts passes nothing, although its percentile is within the limit", () => {
  expect(ruled(() => 100)?.outcome).toBe("pass");
  const shifted = ruled((atMs) => (atMs < 40_000 ? 100 : 320));
  expect(shifted).toMatchObject({ outcome: "inconclusive" });
  expect(shifted?.why).toMatch(/^The phase was not steady: it shifted, .* It would be a pass: p95 320/);
});

test("a failure stays one, whether the phase was steady or not", () => {
  expect(ruled((atMs) => (atMs < 40_000 ? 100 : 900))?.outcome).toBe("fail");
});

test("under a load that is meant to change nothing is expected to be steady", () => {
  expect(ruled((atMs) => (atMs < 40_000 ? 100 : 320), "ramp")?.outcome).toBe("pass");
});
