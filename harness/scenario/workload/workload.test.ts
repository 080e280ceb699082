import { describe, expect, it } from "vitest";
import type { Objective } from "../objective.ts";
import { parseScenario, parseTarget } from "../parse.ts";
import { composeScenarios } from "../compose/compose.ts";
import type { Scenario } from "../scenario.ts";
import { loadHints } from "./load-hints.ts";
import { profileSchema } from "./profile.ts";
import { profileText } from "./profile-text.ts";
import { routesOf, workloadSchema } from "./workload.ts";

const journeys = [{ steps: ["home"] }];

function scenarioOf(workload: object, more: object = {}): Scenario {
  const definition = parseScenario({
    name: "night",
    title: "A night",
    target: "shop",
    workloads: [{ name: "crowd", journeys, ...workload }],
    phases: { warmUp: "2s", baseline: "5s" },
    stop: "none",
    rules: ["S-1"],
    ...more,
  });
  const [scenario] = composeScenarios(definition, 1);
  if (scenario === undefined) throw new Error("a definition makes a scenario");
  return scenario;
}

describe("a wrong profile names the field", () => {
  it.each<[string, object, string]>([
    ["a shape that does not exist", { profile: { shape: "square" } }, "workloads[0].profile.shape"],
    ["a soak without a rate", { profile: { shape: "soak" } }, "workloads[0].profile.rate"],
    ["a rate of nothing", { profile: { shape: "poisson", rate: 0 } }, "workloads[0].profile.rate"],
    ["a rate beyond all machines", { profile: { shape: "constant", rate: 1e6 } }, "workloads[0].profile.rate"],
    ["no users", { profile: { shape: "closed", users: 0 } }, "workloads[0].profile.users"],
    ["half a user", { profile: { shape: "closed", users: 1.5 } }, "workloads[0].profile.users"],
    ["a think time without a unit", { profile: { shape: "closed", users: 1, thinkTime: "5" } }, "workloads[0].profile.thinkTime"],
    ["a think time that runs backwards", { profile: { shape: "closed", users: 1, thinkTime: { from: "2s", to: "1s" } } }, "workloads[0].profile.thinkTime.from: from is longer than to"],
    ["a field of another shape", { profile: { shape: "closed", users: 1, rate: 5 } }, "workloads[0].profile.rate: there is no such field"],
    ["a replay without a file", { profile: { shape: "replay" }, journeys: [] }, "workloads[0].profile.file"],
    ["a replay of a file whose name would paint the terminal", { profile: { shape: "replay", file: "a\u{1B}[2J.csv" }, journeys: [] }, "workloads[0].profile.file: must not hold control characters"],
    ["a replay that stands still", { profile: { shape: "replay", file: "a.csv", speed: 0 }, journeys: [] }, "workloads[0].profile.speed"],
    ["a replay with journeys", { profile: { shape: "replay", file: "a.csv" } }, "workloads[0].journeys: the file of a replay names the route of each arrival: leave journeys out"],
    ["no journeys for anything else", { profile: { shape: "constant", rate: 5 }, journeys: [] }, "workloads[0].journeys: there must be at least one journey"],
  ])("%s", (_name, workload, message) => {
    expect(() => scenarioOf(workload)).toThrow(expect.objectContaining({ code: "scenario-invalid", message: expect.stringContaining(message) }));
  });
});

describe("a profile in plain words", () => {
  it.each<[object, string]>([
    [{ shape: "constant", rate: 50 }, "50/s throughout"],
    [{ shape: "ramp", from: 10, to: 30, over: "10s" }, "from 10/s to 30/s over 10s, then 30/s"],
    [{ shape: "steps", steps: [{ rate: 1, for: "1s" }, { rate: 2, for: "2s" }, { rate: 3, for: "3s" }] }, "1/s for 1s, 2/s for 2s, then 3/s to the end"],
    [{ shape: "steps", steps: [{ rate: 1, for: "1s" }] }, "1/s to the end"],
    [{ shape: "spike", base: 1, peak: 9, at: "5s", for: "2s" }, "1/s, with a spike to 9/s at 5s for 2s"],
    [{ shape: "soak", rate: 50 }, "soak: up from nothing within 1m, then 50/s to the end"],
    [{ shape: "poisson", rate: 5 }, "5/s on average, at random times of the seed (Poisson)"],
    [{ shape: "replay", file: "/logs/night.csv" }, "the arrivals of night.csv as they came, once"],
    [{ shape: "replay", file: "night.csv", speed: 2, loop: true, unknown: "skip" }, "the arrivals of night.csv at 2 × their speed, again and again, without those that no route makes"],
    [{ shape: "closed", users: 1 }, "closed model, 1 user who thinks 0s between journeys; latency is service time"],
    [{ shape: "closed", users: 9, thinkTime: { from: "1s", to: "3s" }, rampUp: "10s" }, "closed model, 9 users who think 1s to 3s between journeys, beginning within 10s; latency is service time"],
  ])("%j", (profile, text) => {
    expect(profileText(profileSchema.parse(profile))).toBe(text);
  });
});

describe("the routes of a workload", () => {
  it("are those of its journeys, and of a replay any that there are", () => {
    expect(routesOf(workloadSchema.parse({ name: "a", profile: { shape: "constant", rate: 1 }, journeys: [{ steps: ["x", "y"] }, { steps: ["z"] }] }), ["q"])).toEqual(["x", "y", "z"]);
    expect(routesOf(workloadSchema.parse({ name: "a", profile: { shape: "replay", file: "a.csv" } }), ["q", "r"])).toEqual(["q", "r"]);
  });
});

describe("what a load cannot show", () => {
  const source = { document: "roadmap.md", section: "Speed" };
  const { objectives }: { objectives: Objective[] } = parseTarget({
    name: "shop",
    title: "Shop",
    nodes: { api: { kind: "process", command: ["node", "api.js"] } },
    routes: { home: { node: "api", path: "/" }, other: { node: "api", path: "/other" } },
    gauges: { memory: { query: { via: "http", node: "api", path: "/", pick: "memory" }, unit: "MiB" } },
    objectives: [
      { id: "S-1", statement: "It is fast.", source, kind: "target", indicator: { kind: "latency" }, op: "<", limit: 200, unit: "ms" },
      { id: "S-2", statement: "Its home is fast.", source, kind: "target", indicator: { kind: "latency", routes: ["home"] }, op: "<", limit: 200, unit: "ms" },
      { id: "S-3", statement: "The other is fast.", source, kind: "target", indicator: { kind: "latency", routes: ["other"] }, op: "<", limit: 200, unit: "ms" },
      { id: "S-4", statement: "It is there.", source, kind: "target", indicator: { kind: "availability" }, op: ">=", limit: 99, unit: "%" },
      { id: "S-5", statement: "It stays small.", source, kind: "target", indicator: { kind: "gauge", gauge: "memory" }, op: "<", limit: 500, unit: "MiB" },
      { id: "S-6", statement: "Its home is fast, again.", source, kind: "target", indicator: null, sameAs: "S-2", op: "<", limit: 200, unit: "ms" },
    ],
  });
  it("is nothing, for a constant rate", () => {
    expect(loadHints(scenarioOf({ profile: { shape: "constant", rate: 3 } }, { rules: objectives.map(({ id }) => id) }), objectives)).toEqual([]);
  });

  it("is a leak, for a soak without a gauge; and its baseline when it still rises", () => {
    const soak = { profile: { shape: "soak", rate: 5, rampUp: "2s" } };
    expect(loadHints(scenarioOf(soak), objectives)).toEqual([expect.stringMatching(/^a soak finds what grows, and no gauge is ruled on here/)]);
    expect(loadHints(scenarioOf(soak, { rules: ["S-1", "S-5"] }), objectives)).toEqual([]);
    expect(loadHints(scenarioOf({ profile: { shape: "soak", rate: 5, rampUp: "3s" } }, { rules: ["S-5"] }), objectives)).toEqual(['"crowd" still rises when the baseline begins: make warmUp at least 3s']);
  });
});
