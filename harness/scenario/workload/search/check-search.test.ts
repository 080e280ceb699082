import { describe, expect, it } from "vitest";
import { checkScenario } from "../../check.ts";
import { parseScenario, parseTarget } from "../../parse.ts";

const source = { document: "page.md", section: "Speed" };
const own = { source, kind: "own", statement: "…" };
const target = parseTarget({
  name: "shop",
  title: "Shop",
  nodes: { front: { kind: "process", command: ["node", "front.mjs"], ready: { by: "http", path: "/" } } },
  routes: { list: { node: "front", path: "/list" }, order: { node: "front", path: "/order" } },
  objectives: [
    { ...own, id: "FAST", indicator: { kind: "latency", quantile: 0.95 }, op: "<", limit: 100, unit: "ms" },
    { ...own, id: "SAME", indicator: null, sameAs: "FAST", op: "<", limit: 100, unit: "ms" },
    { ...own, id: "SURE", indicator: { kind: "availability", routes: ["order"] }, op: ">=", limit: 99.9, unit: "%" },
    { ...own, id: "ALWAYS", indicator: { kind: "availability" }, op: ">=", limit: 100, unit: "%" },
    { ...own, id: "MANY", indicator: { kind: "throughput" }, op: ">=", limit: 100, unit: "1/s" },
    { ...own, id: "UP", indicator: { kind: "boot" }, op: "==", limit: 0, unit: "nodes" },
  ],
});

function check(profile: object, { workload = {}, more = {}, others = [] }: { workload?: object; more?: object; others?: object[] } = {}): void {
  const search = { name: "crowd", profile: { shape: "search", from: 20, to: 500, keep: ["FAST"], steps: 10, for: "5s", ...profile }, journeys: [{ steps: ["list"] }], ...workload };
  const scenario = parseScenario({ name: "capacity", title: "How much", target: "shop", workloads: [search, ...others], phases: { warmUp: "2s", baseline: "50s" }, stop: "none", rules: ["MANY", "UP"], ...more });
  checkScenario(scenario, target);
}

it("takes a search that fits its scenario", () => {
  expect(() => check({})).not.toThrow();
  // What is ruled on by requests of other routes is none of its business.
  expect(() => check({}, { more: { rules: ["MANY", "SURE"] } })).not.toThrow();
});

describe("refuses, with the reason", () => {
  it.each<[string, Parameters<typeof check>, string]>([
    ["a range that runs backwards", [{ from: 600 }], "workloads[0].profile.from: from is not below to"],
    ["steps too short for the generator's own health", [{ for: "500ms" }], "workloads[0].profile.for: a step lasts at least 1s"],
    ["several processes", [{}, { workload: { threads: 2 } }], "workloads[0].threads: a search is sent by one process"],
    ["journeys of several requests", [{}, { workload: { journeys: [{ steps: ["list"] }, { steps: ["list", "order"] }] } }], "workloads[0].journeys[1].steps: the rate of a search"],
    ["an objective that does not exist", [{ keep: ["FAST", "NONE"] }], 'workloads[0].profile.keep[1]: there is no objective "NONE"'],
    ["an objective that is no limit on requests", [{ keep: ["UP"] }], "is to keep UP, which is no limit on the latency or availability"],
    ["an objective that repeats another", [{ keep: ["SAME"] }], "is to keep SAME"],
    ["an objective that no number of requests can show", [{ keep: ["ALWAYS"] }], "is to keep ALWAYS"],
    ["an objective on other routes", [{ keep: ["SURE"] }], "is to keep SURE, which is about other routes"],
    ["a first rate at which a step cannot show anything", [{ from: 19 }], "counts 57 requests in a step at 19/s, and FAST needs 59"],
    ["more steps than the phases have room for", [{ steps: 11 }], "may take 55 s to search, and the phases after the warm-up last 50 s"],
    ["faults beside it", [{}, { more: { steps: [{ id: "kill", hold: "1s", fault: { kind: "node-kill", node: "front" } }] } }], "searches while faults are injected"],
    ["a second search", [{}, { others: [{ name: "mob", profile: { shape: "search", from: 20, to: 500, keep: ["FAST"] }, journeys: [{ steps: ["list"] }] }] }], 'workload "crowd" searches while "mob" does'],
    ["rulings on what it overloads", [{}, { more: { rules: ["FAST"] } }], "sends more than the target can take, on which FAST would be ruled"],
    ["rulings on what it overloads, by the row that repeats them", [{}, { more: { rules: ["SAME"] } }], "on which SAME would be ruled"],
  ])("%s", (_name, given, message) => {
    expect(() => check(...given)).toThrow(expect.objectContaining({ code: "scenario-invalid", message: expect.stringContaining(message) }));
  });
});
