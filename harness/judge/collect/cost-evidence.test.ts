import { expect, test } from "vitest";
import type { LogEvent } from "../../log/event.ts";
import { scriptedHeader, scriptedSuite, scriptedTarget } from "../../sli/scripted/header.fixture.ts";
import { CostEvidence } from "./cost-evidence.ts";

const target = scriptedTarget({
  name: "shop",
  title: "A shop",
  nodes: { api: { kind: "process", command: ["api"], ready: { by: "tcp" } }, store: { kind: "postgres" } },
  links: { "api-store": { from: "api", to: "store" } },
  probes: {
    through: { layer: "postgres", at: { link: "api-store" } },
    past: { layer: "postgres", at: { node: "store" }, every: "1s" },
    another: { layer: "postgres", at: { node: "store" }, statement: "select count(*) from orders" },
  },
});

const suite = scriptedSuite({ name: "one", title: "One", target: "shop", scenarios: ["calm"], required: [] });

function costOf(events: LogEvent[]): ReturnType<CostEvidence["read"]> {
  const cost = new CostEvidence(scriptedHeader({ target, suite, planned: [] }, null));
  for (const event of events) cost.step(event);
  return cost.read();
}

const phases: LogEvent[] = [
  { type: "phase", at: 0, name: "baseline", edge: "begin" },
  { type: "phase", at: 1_000_000, name: "baseline", edge: "end" },
  { type: "phase", at: 1_000_000, name: "fault", edge: "begin" },
];

const check = (probe: string, intendedUs: number, tookMs: number, ok = true): LogEvent => ({ type: "probe", at: intendedUs, probe, intendedUs, tookMs, ok, why: ok ? null : "refused" });

/** Twenty-one checks of 1, 2, … 21 times `unitMs`. */
const checks = (probe: string, unitMs: number): LogEvent[] => Array.from({ length: 21 }, (_unused, index) => check(probe, index * 1000, (index + 1) * unitMs));

test("the way through the proxy is put beside the same check past it, in calm times and of good checks only", () => {
  const begin = phases.slice(0, 1);
  const noise = [...phases.slice(1), ...checks("through", 0.2).map((event) => ({ ...event, intendedUs: 1_500_000, tookMs: 900 })), check("past", 500_000, 700, false)];
  const { links } = costOf([...begin, ...checks("through", 0.2), ...checks("past", 0.1), ...checks("another", 50), ...noise]);
  expect(links).toEqual([{ link: "api-store", throughMs: 2.2, directMs: 1.1, checks: 21 }]);
});

test("too few checks make no median, and neither does one side alone", () => {
  expect(costOf([...phases.slice(0, 1), ...checks("through", 0.2), ...checks("past", 0.1).slice(0, 5)]).links).toEqual([]);
  expect(costOf([...phases.slice(0, 1), ...checks("through", 0.2)]).links).toEqual([]);
});

test("processor time adds up over the samples, those who used most first", () => {
  const use = (at: number, overMs: number, ...used: [string, number][]): LogEvent => ({ type: "processor-use", at, overMs, used: used.map(([process, ms]) => ({ process, ms })) });
  const { processes } = costOf([use(1, 1000, ["proxy", 20], ["api", 100]), use(2, 1000, ["proxy", 40], ["api", 900]), use(3, 500, ["api", 500])]);
  expect(processes).toEqual([
    { process: "api", meanPercent: 60, mostPercent: 100, seconds: 1.5 },
    { process: "proxy", meanPercent: 3, mostPercent: 4, seconds: 0.06 },
  ]);
});
