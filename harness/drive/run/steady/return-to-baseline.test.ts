import { expect, test } from "vitest";
import type { LogEvent, ReturnReading } from "../../../log/event.ts";
import type { ScenarioInput } from "../../../scenario/scenario.ts";
import { timelineOf } from "../../../scenario/timeline.ts";
import { scriptedHeader, scriptedScenario, scriptedSuite, scriptedTarget } from "../../../sli/scripted/header.fixture.ts";
import { simulate, type Conduct } from "../../../sli/scripted/simulate.fixture.ts";
import { ReturnToBaseline } from "./return-to-baseline.ts";

const target = scriptedTarget({
  name: "shop",
  title: "Shop",
  nodes: { front: { kind: "process", command: ["node", "front.js"] }, store: { kind: "process", command: ["node", "store.js"] } },
  links: { "front-store": { from: "front", to: "store" } },
  routes: { list: { node: "front", path: "/" } },
  probes: { front: { layer: "http", at: { node: "front" }, path: "/", every: "100ms" } },
});
const suite = scriptedSuite({ name: "s", title: "S", target: "shop", scenarios: ["outage"], required: [] });

/** Two faults: 4 to 5 s and 6 to 8 s. The recovery phase ends at 14 s, the load at 16 s. */
function scenarioOf(more: Partial<ScenarioInput> = {}): ReturnType<typeof scriptedScenario> {
  return scriptedScenario({
    name: "outage",
    title: "Outage",
    target: "shop",
    workloads: [{ name: "w", profile: { shape: "constant", rate: 50 }, journeys: [{ steps: ["list"] }] }],
    phases: { warmUp: "1s", baseline: "3s", recovery: "6s", after: "2s" },
    steps: [
      { id: "first", hold: "1s", fault: { kind: "link-down", links: ["front-store"] } },
      { id: "last", at: "2s", hold: "2s", fault: { kind: "link-down", links: ["front-store"] } },
    ],
    stop: "none",
    rules: [],
    ...more,
  });
}

/** What is read of a system that goes bad with the last fault until then; the processes' segments come one after the other. */
function readingOf(downUntilMs: number, more: Partial<ScenarioInput> = {}): ReturnReading | null {
  const scenario = scenarioOf(more);
  const header = scriptedHeader({ target, suite, planned: ["outage"] }, scenario);
  const down = (atMs: number): boolean => atMs >= 6000 && atMs < downUntilMs;
  const conduct: Conduct = { answer: (atMs) => ({ outcome: down(atMs) ? "status" : "ok", status: 200, tookMs: 10 }), probe: (_probe, atMs) => ({ ok: !down(atMs), tookMs: 2 }) };
  const back = ReturnToBaseline.of(scenario, header, { timeline: timelineOf(scenario), startUs: header.at });
  const events = simulate(header, scenario, conduct);
  for (const event of [...of(events, "request"), ...of(events, "probe"), ...of(events, "fault")]) back?.take(event);
  return back?.read() ?? null;
}

function of(events: readonly LogEvent[], type: LogEvent["type"]): LogEvent[] {
  return events.filter((event) => event.type === type);
}

// The healing ends 1 ms after its time.
test("the time counts from the last healing to the first good request of a good stretch", () => {
  expect(readingOf(8500)).toMatchObject({ returned: true, why: null, tookMs: 499, withinMs: 6000 });
});

test("a system that was well again before the healing took no time", () => {
  expect(readingOf(7000)).toMatchObject({ returned: true, tookMs: 0 });
  expect(readingOf(6000)).toMatchObject({ returned: true, tookMs: 0 });
});

test("back after the recovery phase is too late", () => {
  expect(readingOf(14_200)).toMatchObject({ returned: false, tookMs: null, why: "back to its baseline only 6199 ms after the last healing, not within 6 s of the last healing" });
});

test("never back", () => {
  expect(readingOf(16_000)).toMatchObject({ returned: false, tookMs: null, why: "requests or probes still failed, or took longer than 60 ms, when the load ended: not back to its baseline within 6 s of the last healing" });
});

test("the deadline of a scenario without a recovery phase is the end of its load", () => {
  expect(readingOf(8500, { phases: { warmUp: "1s", baseline: "3s", after: "4s" } })).toMatchObject({ returned: true, withinMs: 4000 });
});

test.each<[string, Partial<ScenarioInput>]>([
  ["that asks for none", { steadyState: "none" }],
  ["whose load ends with the last fault", { phases: { warmUp: "1s", baseline: "3s", recovery: "1s" } }],
  ["without a fault", { steps: [] }],
])("of a scenario %s nothing is read", (_what, more) => {
  expect(readingOf(9000, more)).toBeNull();
});
