import { describe, expect, test } from "vitest";
import { RoadworthyError } from "../base/error.ts";
import { checkScenario, checkSuite, checkTarget } from "./check.ts";
import { composeScenarios } from "./compose/compose.ts";
import { parseScenario, parseSuite, parseTarget } from "./parse.ts";
import { faultOfAnswer, pickJson } from "./route.ts";
import { fillTemplate, parseTemplate } from "./template.ts";
import { gateOf, returnOf, timelineOf } from "./timeline.ts";

const target = parseTarget({
  name: "shop",
  title: "Shop",
  nodes: { api: { kind: "process", command: ["node", "api.js"] }, db: { kind: "postgres" } },
  links: { "api-db": { from: "api", to: "db" } },
  routes: { home: { node: "api", path: "/" } },
  objectives: [
    { id: "S-1", statement: "Home is fast.", source: { document: "roadmap.md", line: 1, section: "Speed" }, kind: "target", indicator: { kind: "latency" }, op: "<", limit: 200, unit: "ms" },
  ],
});

const outage = {
  name: "outage",
  title: "Database away",
  target: "shop",
  workloads: [{ name: "home", profile: { shape: "constant", rate: 10 }, journeys: [{ steps: ["home"] }] }],
  phases: { warmUp: "2s", baseline: "5s", recovery: "4s", after: "3s" },
  steps: [
    { id: "late", at: "4s", hold: "2s", fault: { kind: "link-down", links: ["api-db"] } },
    { id: "early", at: "0s", hold: "3s", fault: { kind: "node-stop", node: "db" } },
  ],
  stop: "none",
  rules: ["S-1"],
};

function messageFrom(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(RoadworthyError);
    if (error instanceof RoadworthyError) {
      expect(error.exitCode).toBe(64);
      return error.message;
    }
  }
  return "nothing was thrown";
}

describe("a wrong definition names the field", () => {
  test.each([
    ["an unknown field", { ...outage, speed: 1 }, "speed: there is no such field"],
    ["an unknown field of a fault", { ...outage, steps: [{ ...outage.steps[0], fault: { kind: "link-down", links: ["api-db"], colour: 1 } }] }, "steps[0].fault.colour: there is no such field"],
    ["a destructive fault that is not called so", { ...outage, steps: [{ ...outage.steps[0], fault: { kind: "redis-flush", node: "db" } }] }, "steps[0].fault.destructive"],
    ["a table that could be a statement", { ...outage, steps: [{ ...outage.steps[0], fault: { kind: "postgres-table-lock", node: "db", table: 'jobs"; drop table jobs' } }] }, "steps[0].fault.table"],
    ["a fault that does not exist", { ...outage, steps: [{ ...outage.steps[0], fault: { kind: "meteor" } }] }, "steps[0].fault.kind"],
    ["a duration without a unit", { ...outage, phases: { ...outage.phases, baseline: "5" } }, "phases.baseline"],
    ["a name that could be an argument", { ...outage, name: "-rf" }, "name: must start with a letter"],
  ])("%s", (_what, data, expected) => {
    expect(messageFrom(() => parseScenario(data))).toContain(expected);
  });

  test.each([
    ["an objective", { rules: ["S-1", "S-9"] }, 'rules[1]: there is no objective "S-9"'],
    ["a route", { workloads: [{ ...outage.workloads[0], journeys: [{ steps: ["cart"] }] }] }, 'workloads[0].journeys[0].steps[0]: there is no route "cart"'],
    ["a link", { steps: [{ id: "x", hold: "1s", fault: { kind: "link-down", links: ["api-cache"] } }] }, 'steps[0].fault.links[0]: there is no link "api-cache"'],
    ["a node", { steps: [{ id: "x", hold: "1s", fault: { kind: "node-kill", node: "cache" } }] }, 'steps[0].fault.node: there is no node "cache"'],
    ["a probe of the steady state", { steadyState: { probes: ["live"] } }, 'steadyState.probes[0]: there is no probe "live"'],
    ["a gauge of the steady state", { steadyState: { gauges: [{ gauge: "depth", above: 1 }] } }, 'steadyState.gauges[0].gauge: there is no gauge "depth"'],
    ["a probe", { stop: [{ when: "probe-down", probe: "live", for: "5s" }] }, 'stop[0].probe: there is no probe "live"'],
  ])("%s that does not exist", (_what, change, expected) => {
    const scenario = parseScenario({ ...outage, ...change });
    expect(messageFrom(() => checkScenario(scenario, target))).toContain(expected);
  });

  test("a scenario of another target", () => {
    expect(messageFrom(() => checkScenario(parseScenario({ ...outage, target: "bank" }), target))).toContain('for target "bank"');
  });

  test("a required objective that does not exist", () => {
    const suite = parseSuite({ name: "gate", title: "Gate", target: "shop", scenarios: ["outage"], required: ["S-1", "S-2"] });
    expect(messageFrom(() => checkSuite(suite, target))).toContain('required[1]: there is no objective "S-2"');
  });

  test("a part of the target that asks what it does not have", () => {
    const asking = { ...target, gauges: { depth: { query: { via: "sql" as const, node: "cache", statement: "select 1" }, every: "1s", unit: "" } } };
    expect(messageFrom(() => checkTarget(asking))).toContain('gauges.depth.query.node: there is no node "cache"');
    const wrong = { ...target, probes: { db: { layer: "tcp" as const, at: { link: "api-cache" }, every: "1s", timeout: "1s" } } };
    expect(messageFrom(() => checkTarget(wrong))).toContain('probes.db.at.link: there is no link "api-cache"');
  });
});

describe("a timeline", () => {
  test("puts the faults in order and lets the fault phase end with the last healing", () => {
    const [scenario] = composeScenarios(parseScenario(outage), 0);
    const timeline = timelineOf(scenario ?? expect.unreachable());
    expect(timeline.phases).toEqual([
      { name: "warm-up", startMs: 0, endMs: 2000 },
      { name: "baseline", startMs: 2000, endMs: 7000 },
      { name: "fault", startMs: 7000, endMs: 13_000 },
      { name: "recovery", startMs: 13_000, endMs: 17_000 },
      { name: "after", startMs: 17_000, endMs: 20_000 },
    ]);
    expect(timeline.steps.map(({ step, injectAtMs, healAtMs }) => [step.id, injectAtMs, healAtMs])).toEqual([
      ["early", 7000, 10_000],
      ["late", 11_000, 13_000],
    ]);
    expect(timeline.totalMs).toBe(20_000);
  });

  /** When a steady state, and the return to it, are asked for. */
  function asked(more: object): { gate: ReturnType<typeof gateOf>; back: ReturnType<typeof returnOf> } {
    const [scenario] = composeScenarios(parseScenario({ ...outage, ...more }), 0);
    const timeline = timelineOf(scenario ?? expect.unreachable());
    return { gate: gateOf(scenario ?? expect.unreachable(), timeline), back: returnOf(scenario ?? expect.unreachable(), timeline) };
  }

  test("asks for a steady state a moment before the first fault, and for the return to it by the end of the recovery phase", () => {
    const { gate, back } = asked({});
    expect(gate).toEqual({ lookAtMs: 6900, baselineMs: 2000, window: { fromMs: 2000, untilMs: 6400 } });
    expect(back).toMatchObject({ step: { id: "late" }, injectAtMs: 11_000, healAtMs: 13_000, faultsFromMs: 7000, deadlineMs: 17_000 });
    expect(asked({ steadyState: { over: "1s" } }).gate?.window).toEqual({ fromMs: 5400, untilMs: 6400 });
  });

  test("asks for neither where the scenario says none, or has no fault", () => {
    for (const more of [{ steadyState: "none" }, { steps: [] }]) expect(asked(more)).toEqual({ gate: null, back: null });
  });

  test("asks for no return when less than two seconds of load are left to see it in", () => {
    expect(asked({ phases: { baseline: "5s", recovery: "1999ms" } }).back).toBeNull();
    expect(asked({ phases: { baseline: "5s", recovery: "2s" } }).back).not.toBeNull();
  });
});

describe("the check of an answer", () => {
  const expected = { status: [200], json: { "state.name": "healthy" } };
  test.each([
    ["good", 200, '{"state":{"name":"healthy"}}', null],
    ["wrong status", 503, '{"state":{"name":"healthy"}}', "status"],
    ["status 200 with an unhealthy body", 200, '{"state":{"name":"ill"}}', "body"],
    ["no JSON", 200, "healthy", "body"],
    ["an empty body", 200, "", "body"],
  ])("%s", (_what, status, body, fault) => {
    expect(faultOfAnswer(expected, status, body)).toBe(fault);
  });

  test("reads each entry of a list", () => {
    expect(pickJson({ items: [{ id: 1 }, { id: 2 }, {}] }, "items[].id")).toEqual([1, 2]);
    expect(pickJson({}, "items[].id")).toEqual([]);
  });
});

describe("a template", () => {
  test("is filled in place by place", () => {
    const template = parseTemplate("{{a}}-{{ pick:x:y }}!");
    expect(fillTemplate(template, (place) => `${place.name}(${place.arguments.join("|")})`)).toBe("a()-pick(x|y)!");
  });

  test("names a place that nothing fills", () => {
    expect(messageFrom(() => fillTemplate(parseTemplate("{{moon:1}}"), () => undefined))).toContain("{{moon:1}}");
  });
});
