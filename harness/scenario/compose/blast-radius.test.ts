import { describe, expect, test } from "vitest";
import { RoadworthyError } from "../../base/error.ts";
import { dice, integerBetween, sample } from "../../base/random.ts";
import { faultSchema } from "../fault.ts";
import { parseScenario, parseTarget } from "../parse.ts";
import type { ScenarioInput } from "../scenario.ts";
import { timelineOf } from "../timeline.ts";
import { checkBlastRadius, narrowed, refusal } from "./blast-radius.ts";
import { composeScenarios } from "./compose.ts";

const target = parseTarget({
  name: "shop",
  title: "Shop",
  nodes: { api: { kind: "process", command: ["node", "api.js"] }, db: { kind: "postgres" }, cache: { kind: "redis" } },
  links: { "api-db": { from: "api", to: "db" }, "api-cache": { from: "api", to: "cache" } },
});

const cut = faultSchema.parse({ kind: "link-down", links: ["api-db"] });
const late = faultSchema.parse({ kind: "link-latency", links: ["api-db"], delay: "100ms" });
const stall = faultSchema.parse({ kind: "link-stall", links: ["api-cache"] });
const stopDb = faultSchema.parse({ kind: "node-stop", node: "db" });
const killDb = faultSchema.parse({ kind: "node-kill", node: "db" });

function scenario(parts: Partial<ScenarioInput>): ScenarioInput {
  return {
    name: "storm",
    title: "Storm",
    target: "shop",
    workloads: [{ name: "visitors", profile: { shape: "constant", rate: 10 }, journeys: [{ steps: ["home"] }] }],
    phases: { baseline: "3s" },
    stop: "none",
    rules: [],
    ...parts,
  };
}

/** Null when the scenario stays within its limits. */
function problem(parts: Partial<ScenarioInput>): string | null {
  try {
    checkBlastRadius(parseScenario(scenario(parts)), target.links);
    return null;
  } catch (error) {
    if (error instanceof RoadworthyError && error.exitCode === 64) return error.message;
    throw error;
  }
}

const three: NonNullable<ScenarioInput["steps"]> = [
  { id: "cut", at: "0s", hold: "9s", fault: cut },
  { id: "late", at: "2s", hold: "9s", fault: late },
  { id: "stall", at: "4s", hold: "2s", fault: stall },
];

describe("what goes beyond the limits is refused with its path", () => {
  test.each([
    ["three at once by default", { steps: three }, 'steps[2]: with "cut", "late" there are 3 faults at once, limits.faultsAtOnce is 2'],
    ["two at once where one is allowed", { steps: three.slice(0, 2), limits: { faultsAtOnce: 1 } }, 'steps[1]: with "cut" there are 2 faults at once, limits.faultsAtOnce is 1'],
    [
      "one that begins when the other is to be healed",
      {
        steps: [
          { id: "cut", hold: "2s", fault: cut },
          { id: "stall", at: "2s", hold: "1s", fault: stall },
        ],
        limits: { faultsAtOnce: 1 },
      },
      "steps[1]: with",
    ],
    ["longer than ten minutes by default", { steps: [{ id: "cut", hold: "11m", fault: cut }] }, "steps[0]: its hold of 660 s is longer than limits.longestFault, 10m"],
    ["longer than said", { random: [{ id: "gust", choose: [cut], times: 1, between: ["0s", "30s"], hold: "20s" }], limits: { longestFault: "10s" } }, "random[0]: its hold of 20 s"],
    ["a node never to touch", { steps: [{ id: "kill", hold: "1s", fault: killDb }], limits: { untouchable: ["db"] } }, 'steps[0]: it touches node "db", which limits.untouchable names'],
    ["a link to it", { steps: [{ id: "cut", hold: "1s", fault: cut }], limits: { untouchable: ["db"] } }, 'steps[0]: it touches node "db"'],
    ["a link from it", { random: [{ id: "gust", choose: [stall, cut], times: 1, between: ["0s", "9s"], hold: "1s" }], limits: { untouchable: ["api"] } }, 'random[0]: it touches node "api"'],
    [
      "a cut in a cut: healing the first would end the second",
      {
        steps: [
          { id: "cut", hold: "5s", fault: cut },
          { id: "again", at: "3s", hold: "5s", fault: { kind: "link-down", links: ["api-cache", "api-db"] } },
        ],
      },
      'steps[1]: it meets fault "cut" on link api-db: healing one would end the other',
    ],
    [
      "a kill of a node that is stopped",
      {
        steps: [
          { id: "stop", hold: "5s", fault: stopDb },
          { id: "kill", at: "3s", hold: "1s", fault: killDb },
        ],
      },
      'steps[1]: it meets fault "stop" on node db',
    ],
    [
      "a random one that some seed would put there",
      { steps: [{ id: "cut", at: "20s", hold: "5s", fault: cut }], random: [{ id: "gust", choose: [stall, cut], times: 1, between: ["0s", "60s"], hold: "1s" }] },
      'steps[0]: it meets fault "gust" on link api-db',
    ],
    [
      "at one point of a sweep",
      {
        steps: [
          { id: "cut", hold: "1s", fault: cut },
          { id: "stall", at: "3s", hold: "1s", fault: stall },
        ],
        sweep: [{ step: "cut", holds: ["1s", "4s"] }],
        limits: { faultsAtOnce: 1 },
      },
      'steps[1]: with "cut"',
    ],
  ] satisfies [string, Partial<ScenarioInput>, string][])("%s", (_what, parts, message) => {
    expect(problem(parts)).toContain(message);
  });

  test.each([
    ["three, where three are allowed", { steps: three, limits: { faultsAtOnce: 3 } }],
    ["one after the other", { steps: [{ id: "cut", hold: "2s", fault: cut, repeat: { every: "5s", times: 9 } }], limits: { faultsAtOnce: 1 } }],
    ["different faults on one link", { steps: three.slice(0, 2) }],
    ["a fault elsewhere than on the untouchable node", { steps: [{ id: "stall", hold: "1s", fault: stall }], limits: { untouchable: ["db"] } }],
    ["an hour, where it is allowed", { steps: [{ id: "cut", hold: "1h", fault: cut }], limits: { longestFault: "1h" } }],
  ] satisfies [string, Partial<ScenarioInput>][])("and not: %s", (_what, parts) => {
    expect(problem(parts)).toBeNull();
  });
});

test("what the check lets pass stays within the limits with every seed: 400 scenarios", () => {
  const roll = dice(4, "scenarios");
  let passed = 0;
  for (let round = 0; round < 400; round += 1) {
    const faultsAtOnce = integerBetween(roll, 1, 3);
    const steps = [cut, late, stall, killDb].map((fault, index) => ({
      id: `step${index}`,
      fault,
      at: `${integerBetween(roll, 0, 40)}s`,
      hold: `${integerBetween(roll, 1, 4)}s`,
      repeat: { every: `${integerBetween(roll, 5, 15)}s`, times: integerBetween(roll, 1, 3) },
    }));
    const random = [{ id: "gust", choose: [stall, stopDb], times: 2, between: [`${integerBetween(roll, 0, 60)}s`, "90s"] as [string, string], hold: "3s" }];
    const parts = { steps: sample(roll, steps, integerBetween(roll, 1, 3)), random, limits: { faultsAtOnce } };
    if (problem(parts) !== null) continue;
    passed += 1;
    for (let seed = 0; seed < 5; seed += 1) {
      const most = Math.max(...composeScenarios(parseScenario(scenario(parts)), seed).map(mostAtOnce));
      expect(most, JSON.stringify({ seed, parts })).toBeLessThanOrEqual(faultsAtOnce);
    }
  }
  expect(passed).toBeGreaterThan(50);
});

function mostAtOnce(composed: Parameters<typeof timelineOf>[0]): number {
  const { steps } = timelineOf(composed);
  return Math.max(...steps.map((step) => steps.filter((other) => other.injectAtMs <= step.injectAtMs && step.injectAtMs <= other.healAtMs).length));
}

test("of the limits of scenario and suite, the narrower hold", () => {
  const own = { faultsAtOnce: 3, longestFault: "1m", untouchable: ["db"] };
  expect(narrowed(own, { faultsAtOnce: 2, longestFault: "1h", untouchable: ["api", "db"] })).toEqual({ faultsAtOnce: 2, longestFault: "1m", untouchable: ["db", "api"] });
  expect(narrowed(own, { longestFault: "59s" })).toEqual({ ...own, longestFault: "59s" });
  expect(narrowed(own)).toEqual(own);
});

test("an injection is refused by what is really in effect, planned or not", () => {
  const limits = { faultsAtOnce: 1, longestFault: "10s", untouchable: [] };
  const reach = { limits, links: target.links };
  expect(refusal({ id: "stall", fault: stall, holdMs: 1000 }, [], reach)).toBeNull();
  expect(refusal({ id: "stall", fault: stall, holdMs: 1000 }, [{ id: "cut", fault: cut }], reach)).toContain('with "cut" there are 2 faults at once');
  expect(refusal({ id: "stall", fault: stall, holdMs: 10_001 }, [], reach)).toContain("longer than limits.longestFault");
});
