import { describe, expect, test } from "vitest";
import { dice, integerBetween } from "../../base/random.ts";
import { RoadworthyError } from "../../base/error.ts";
import { faultSchema } from "../fault.ts";
import { parseScenario } from "../parse.ts";
import type { Scenario, ScenarioInput } from "../scenario.ts";
import { timelineOf } from "../timeline.ts";
import { byEngine } from "../workload/workload.ts";
import { composeScenarios } from "./compose.ts";
import { delayStages } from "./ramp.ts";

const cut = faultSchema.parse({ kind: "link-down", links: ["api-db"] });
const late = { kind: "link-latency" as const, links: ["api-db"], delay: "100ms" };

function composed(parts: Partial<ScenarioInput>, seed = 7): Scenario[] {
  const scenario: ScenarioInput = {
    name: "storm",
    title: "Storm",
    target: "shop",
    workloads: [{ name: "visitors", profile: { shape: "constant", rate: 10 }, journeys: [{ steps: ["home"] }] }],
    phases: { warmUp: "2s", baseline: "3s", recovery: "4s" },
    stop: "none",
    rules: [],
    ...parts,
  };
  return composeScenarios(parseScenario(scenario), seed);
}

/** Id, injection and healing of each fault, in seconds from the start of the fault phase. */
function faultTimes(scenario: Scenario | undefined): [string, number, number][] {
  if (scenario === undefined) return expect.unreachable();
  return timelineOf(scenario).steps.map(({ step, injectAtMs, healAtMs }) => [step.id, (injectAtMs - 5000) / 1000, (healAtMs - 5000) / 1000]);
}

function messageFrom(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof RoadworthyError && error.code === "scenario-invalid") return error.message;
    throw error;
  }
  return "nothing was thrown";
}

describe("a step that is repeated", () => {
  test("becomes occurrences with ids of their own, among the other steps", () => {
    const [scenario] = composed({
      steps: [
        { id: "cut", at: "1s", hold: "2s", fault: cut, repeat: { every: "20s", times: 3 } },
        { id: "late", at: "5s", hold: "30s", fault: late },
      ],
    });
    expect(faultTimes(scenario)).toEqual([
      ["cut-1", 1, 3],
      ["late", 5, 35],
      ["cut-2", 21, 23],
      ["cut-3", 41, 43],
    ]);
    expect(timelineOf(scenario ?? expect.unreachable()).phases.find((phase) => phase.name === "fault")).toEqual({ name: "fault", startMs: 5000, endMs: 48_000 });
  });

  test.each([
    ["overlaps with itself", [{ id: "cut", hold: "5s", fault: cut, repeat: { every: "5s", times: 2 } }], "steps[0].repeat.every: 5s is not longer than the hold, 5s"],
    [
      "makes an id that is there",
      [
        { id: "cut", hold: "1s", fault: cut, repeat: { every: "5s", times: 2 } },
        { id: "cut-2", at: "20s", hold: "1s", fault: cut },
      ],
      'steps[1].id: steps[0] has a fault "cut-2" as well',
    ],
  ])("and %s is refused", (_what, steps, message) => {
    expect(messageFrom(() => composed({ steps }))).toContain(message);
  });
});

describe("a ramp", () => {
  const ramp = { from: "50ms", to: "500ms", stages: 4 };

  test("goes from its first to its last delay, in stages that share the hold", () => {
    expect(delayStages({ ...ramp, stages: 4 }, 8000)).toEqual([
      { afterMs: 0, delayMs: 50 },
      { afterMs: 2000, delayMs: 200 },
      { afterMs: 4000, delayMs: 350 },
      { afterMs: 6000, delayMs: 500 },
    ]);
    expect(delayStages({ from: "500ms", to: "0ms", stages: 2 }, 1000)).toEqual([
      { afterMs: 0, delayMs: 500 },
      { afterMs: 500, delayMs: 0 },
    ]);
  });

  test("is one fault with changes in the timeline", () => {
    const [scenario] = composed({ steps: [{ id: "late", at: "1s", hold: "8s", fault: { ...late, delay: ramp } }] });
    expect(faultTimes(scenario)).toEqual([["late", 1, 9]]);
    expect(timelineOf(scenario ?? expect.unreachable()).steps[0]?.changes).toEqual([
      { atMs: 8000, to: "delay 200 ms" },
      { atMs: 10_000, to: "delay 350 ms" },
      { atMs: 12_000, to: "delay 500 ms" },
    ]);
  });

  test("that changes faster than what it delays can pass is refused", () => {
    expect(messageFrom(() => composed({ steps: [{ id: "late", hold: "3s", fault: { ...late, delay: ramp } }] }))).toContain("steps[0].fault.delay: a stage of 750 ms is too short for a delay of 500 ms");
  });
});

describe("a sweep", () => {
  test("becomes one scenario for each combination, with its values in name and title", () => {
    const points = composed({
      steps: [{ id: "late", hold: "3s", fault: late }],
      sweep: [
        { workload: "visitors", rates: [50, 100] },
        { step: "late", delays: ["0ms", "500 ms"] },
      ],
    });
    expect(points.map(({ name, workloads, steps }) => [name, byEngine(workloads).own[0]?.profile, steps[0]?.fault])).toEqual([
      ["storm.visitors-50.late-0ms", { shape: "constant", rate: 50 }, { ...late, delay: "0ms", jitter: "0ms" }],
      ["storm.visitors-50.late-500ms", { shape: "constant", rate: 50 }, { ...late, delay: "500 ms", jitter: "0ms" }],
      ["storm.visitors-100.late-0ms", { shape: "constant", rate: 100 }, { ...late, delay: "0ms", jitter: "0ms" }],
      ["storm.visitors-100.late-500ms", { shape: "constant", rate: 100 }, { ...late, delay: "500 ms", jitter: "0ms" }],
    ]);
    expect(points[3]?.title).toBe("Storm, visitors 100/s, late 500 ms late");
  });

  test("over the hold reaches every occurrence", () => {
    const points = composed({ steps: [{ id: "cut", hold: "1s", fault: cut, repeat: { every: "10s", times: 2 } }], sweep: [{ step: "cut", holds: ["2s", "4s"] }] });
    expect(points.map(faultTimes)).toEqual([
      [
        ["cut-1", 0, 2],
        ["cut-2", 10, 12],
      ],
      [
        ["cut-1", 0, 4],
        ["cut-2", 10, 14],
      ],
    ]);
  });

  test.each([
    ["a workload that is not there", { sweep: [{ workload: "crowd", rates: [1] }] }, 'sweep[0].workload: there is no workload "crowd"'],
    ["a step that is not there", { sweep: [{ step: "late", delays: ["1ms"] }] }, 'sweep[0].step: there is no step "late"'],
    ["a delay where there is none", { steps: [{ id: "cut", hold: "1s", fault: cut }], sweep: [{ step: "cut", delays: ["1ms"] }] }, "fault link-down of step \"cut\" has no delay"],
    ["more than anyone waits for", { sweep: [{ workload: "visitors", rates: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] }, { workload: "visitors", rates: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }] }, "110 combinations"],
  ] satisfies [string, Partial<ScenarioInput>, string][])("over %s is refused", (_what, parts, message) => {
    expect(messageFrom(() => composed(parts))).toContain(message);
  });
});

describe("faults that the seed chooses", () => {
  const random: ScenarioInput["random"] = [{ id: "gust", choose: [cut, late, { kind: "node-kill", node: "db" }], times: 4, between: ["10s", "60s"], hold: "3s", apart: "2s" }];

  test("are the same for the same seed, and others for another", () => {
    const plans = Array.from({ length: 20 }, (_, seed) => JSON.stringify(composed({ random }, seed)));
    expect(Array.from({ length: 20 }, (_, seed) => JSON.stringify(composed({ random }, seed)))).toEqual(plans);
    expect(new Set(plans).size).toBe(20);
  });

  test("are known from one version to the next", () => {
    const [scenario] = composed({ random }, 7);
    expect(scenario?.steps.map(({ id, at, fault }) => [id, at, fault.kind])).toEqual([
      ["gust-1", "15113ms", "link-latency"],
      ["gust-2", "23579ms", "link-latency"],
      ["gust-3", "40340ms", "link-down"],
      ["gust-4", "51351ms", "link-down"],
    ]);
  });

  test("all of them come up, anywhere in the window", () => {
    const steps = Array.from({ length: 200 }, (_, seed) => composed({ random }, seed)[0]?.steps ?? []).flat();
    expect(new Set(steps.map((step) => step.fault.kind))).toEqual(new Set(["link-down", "link-latency", "node-kill"]));
    const atMs = steps.map((step) => Number.parseFloat(step.at));
    expect(Math.min(...atMs)).toBeLessThan(11_000);
    expect(Math.max(...atMs)).toBeGreaterThan(56_000);
  });

  test("never overlap, keep their distance, and stay in their window: 2,000 random blocks", () => {
    const roll = dice(2026, "blocks");
    for (let round = 0; round < 2000; round += 1) {
      const [times, holdMs, apartMs, fromMs] = [integerBetween(roll, 1, 12), integerBetween(roll, 1, 5000), integerBetween(roll, 1, 3000), integerBetween(roll, 0, 9000)];
      const toMs = fromMs + times * holdMs + (times - 1) * apartMs + integerBetween(roll, 0, 20_000);
      const block = { id: "gust", choose: [cut, late], times, between: [`${fromMs}ms`, `${toMs}ms`] as [string, string], hold: `${holdMs}ms`, apart: `${apartMs}ms` };
      const [scenario] = composed({ random: [block] }, round);
      const steps = timelineOf(scenario ?? expect.unreachable()).steps;
      const told = `round ${round}: ${JSON.stringify(block)}`;
      expect(steps, told).toHaveLength(times);
      expect(steps[0]?.injectAtMs, told).toBeGreaterThanOrEqual(5000 + fromMs);
      expect(steps.at(-1)?.healAtMs, told).toBeLessThanOrEqual(5000 + toMs);
      const gapsMs = steps.slice(1).map((step, index) => step.injectAtMs - (steps[index]?.healAtMs ?? 0));
      expect(Math.min(apartMs, ...gapsMs), told).toBe(apartMs);
    }
  });

  test("are the same at all points of a sweep", () => {
    const points = composed({ random, sweep: [{ workload: "visitors", rates: [10, 20, 30] }] });
    expect(points).toHaveLength(3);
    expect(new Set(points.map(({ steps }) => JSON.stringify(steps))).size).toBe(1);
  });

  test("without room for them are refused", () => {
    expect(messageFrom(() => composed({ random: [{ id: "gust", choose: [cut], times: 4, between: ["0s", "17s"], hold: "3s", apart: "2s" }] }))).toContain(
      "random[0].between: 4 faults of 3s, 2s apart, need 18000 ms; from 0s to 17s there are 17000 ms",
    );
  });
});
