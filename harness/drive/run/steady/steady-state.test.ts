import { expect, test } from "vitest";
import type { LogEvent, RequestOutcome, SteadyReading } from "../../../log/event.ts";
import { scriptedScenario } from "../../../sli/scripted/header.fixture.ts";
import type { ScenarioInput } from "../../../scenario/scenario.ts";
import { gateOf, timelineOf } from "../../../scenario/timeline.ts";
import { dueRequests } from "./due-requests.ts";
import { SteadyState } from "./steady-state.ts";

const startUs = 50_000_000;
const rate = 50;
/** Warm-up to 1 s, first fault at 11 s: a look at 10.9 s, of the 5 s until 10.4 s. */
const phases = { warmUp: "1s", baseline: "10s" };

interface Play {
  /** How the request goes that is due then; null: no answer yet. */
  answer?: (atMs: number) => { tookMs?: number; outcome?: RequestOutcome } | null;
  probe?: (atMs: number) => boolean | null;
  gauge?: (atMs: number) => number | null;
  spec?: ScenarioInput["steadyState"];
  scenario?: Partial<ScenarioInput>;
}

/** What is read a moment before the first fault. */
function readingOf({ answer = () => ({}), probe = () => true, gauge = () => null, spec = {}, scenario: more = {} }: Play): SteadyReading {
  const scenario = scriptedScenario({
    name: "outage",
    title: "Outage",
    target: "shop",
    workloads: [{ name: "w", profile: { shape: "constant", rate }, journeys: [{ steps: ["home"] }] }],
    phases,
    steps: [{ id: "cut", hold: "1s", fault: { kind: "link-down", links: ["a-b"] } }],
    stop: "none",
    steadyState: spec,
    rules: [],
    ...more,
  });
  const gate = gateOf(scenario, timelineOf(scenario)) ?? expect.unreachable();
  if (scenario.steadyState === "none") return expect.unreachable();
  const at = (ms: number): number => startUs + ms * 1000;
  const { baselineMs, window, lookAtMs } = gate;
  const state = new SteadyState(scenario.steadyState, {
    baselineUs: at(baselineMs),
    window: { fromUs: at(window.fromMs), toUs: at(window.untilMs) },
    startUs,
    due: dueRequests(scenario.workloads, 7, window),
    probes: ["live"],
    degradedLimitMs: null,
  });
  for (let ms = 0; ms < lookAtMs; ms += 1000 / rate) for (const event of answered(at(ms), answer(ms))) if (event.at <= at(lookAtMs)) state.take(event);
  for (let ms = 0; ms < lookAtMs; ms += 250) {
    const ok = probe(ms);
    if (ok !== null) state.take({ type: "probe", at: at(ms), probe: "live", intendedUs: at(ms), tookMs: 1, ok, why: ok ? null : "refused" });
    state.take({ type: "gauge", at: at(ms), gauge: "depth", value: gauge(ms), why: null });
  }
  return state.read(at(lookAtMs));
}

function answered(intendedUs: number, answer: { tookMs?: number; outcome?: RequestOutcome } | null): LogEvent[] {
  if (answer === null) return [];
  const { tookMs = 10, outcome = "ok" } = answer;
  const endUs = intendedUs + tookMs * 1000;
  return [{ type: "request", at: endUs, workload: "w", route: "home", intendedUs, startUs: intendedUs, firstByteUs: endUs, endUs, status: 200, outcome, bytes: 0 }];
}

const whyOf = (play: Play): string | null => readingOf(play).why;

test("a system that answers all alike is steady, and the reading says by which numbers", () => {
  expect(readingOf({})).toEqual({
    steady: true,
    why: null,
    baseline: { requests: 470, good: 470 },
    window: { fromUs: startUs + 5_400_000, toUs: startUs + 10_400_000, requests: 250, good: 250, unanswered: 0 },
    p95Ms: 10,
    p95LimitMs: 60,
  });
});

test("what failed in the warm-up, or is due too late to be answered yet, is not asked for", () => {
  expect(whyOf({ answer: (ms) => (ms < 1000 || ms > 10_400 ? { outcome: "status" } : {}) })).toBeNull();
});

test.each<[string, Play, string]>([
  ["too many failures in the window", { answer: (ms) => ({ outcome: ms >= 8000 && ms < 8080 ? "status" : "ok" }) }, "246 of 250 requests were good in the 5 s before the first fault; 99 % are asked for"],
  ["failures early in the baseline", { answer: (ms) => ({ outcome: ms >= 1000 && ms < 1200 ? "reset" : "ok" }) }, "460 of 470 requests of the baseline were good; 99 % are asked for"],
  ["no answer at all since the window began", { answer: (ms) => (ms < 5400 ? {} : null) }, "no request was answered in the 5 s before the first fault"],
  ["answers that stopped coming at the end", { answer: (ms) => (ms < 9000 ? {} : null) }, "70 of 250 requests had no answer yet in the 5 s before the first fault; 60 ms is the limit"],
  ["a tail that grew beyond three times the baseline's p95", { answer: (ms) => ({ tookMs: ms > 10_000 ? 400 : 10 }) }, "p95 was 400 ms in the 5 s before the first fault; 60 ms is the limit"],
  ["a level that rose", { answer: (ms) => ({ tookMs: ms < 6000 ? 10 : 90 }) }, "half of the answers took longer than 90 ms in the 5 s before the first fault; before it, 95 % took 10 ms at most"],
  ["a p95 above the limit of its own", { spec: { p95: "5ms" } }, "p95 was 10 ms in the 5 s before the first fault; 5 ms is the limit"],
  ["a probe that is bad", { probe: (ms) => ms < 10_000 }, "probe live was bad in 2 of 20 looks in the 5 s before the first fault: refused"],
  ["a probe that never looked", { probe: () => null }, "probe live had not looked yet"],
  ["a gauge above", { spec: { gauges: [{ gauge: "depth", above: 5 }] }, gauge: (ms) => (ms === 6000 ? 6 : 1) }, "gauge depth was at 6 in the 5 s before the first fault, above 5"],
  ["a gauge without a sample", { spec: { gauges: [{ gauge: "depth", above: 5 }] } }, "gauge depth had no sample yet"],
  ["a baseline of few requests", { answer: (ms) => (ms % 1100 === 0 ? {} : null) }, "only 9 requests of the baseline were answered; 10 are needed to call it steady"],
])("not steady: %s", (_what, play, why) => {
  expect(readingOf(play)).toMatchObject({ steady: false, why });
});

test.each<[string, Play]>([
  ["one bad look among many", { probe: (ms) => ms !== 10_000 }],
  ["a bad probe that is not asked for", { spec: { probes: [] }, probe: () => false }],
  ["a gauge that was above before the window", { spec: { gauges: [{ gauge: "depth", above: 5 }] }, gauge: (ms) => (ms < 5000 ? 100 : 5) }],
  ["failures within the share that is asked for", { spec: { availability: 0.9 }, answer: (ms) => ({ outcome: ms % 240 === 0 ? "status" : "ok" }) }],
  ["slow answers within the scenario's own limit", { spec: { p95: "500ms" }, answer: () => ({ tookMs: 400 }) }],
  ["slow answers from the beginning, some still under way", { answer: () => ({ tookMs: 900 }) }],
])("steady: %s", (_what, play) => {
  expect(whyOf(play)).toBeNull();
});

test("a probe that looks less often than the window is long is asked for its newest look", () => {
  expect(whyOf({ probe: (ms) => (ms === 3000 ? true : null) })).toBeNull();
  expect(whyOf({ probe: (ms) => (ms === 3000 ? false : null) })).toBe("probe live was bad when it looked last: refused");
});

test("of a short baseline, what there is counts", () => {
  const reading = readingOf({ scenario: { phases: { warmUp: "500ms", baseline: "900ms" } } });
  expect(reading).toMatchObject({ steady: true, window: { fromUs: startUs + 500_000, toUs: startUs + 1_100_000, requests: 30 } });
});

test("which requests are due is known of open models in journeys of one step", () => {
  const [known, steps, users] = scriptedScenario({
    name: "s",
    title: "S",
    target: "shop",
    workloads: [
      { name: "known", profile: { shape: "constant", rate: 10 }, journeys: [{ steps: ["a"] }] },
      { name: "steps", profile: { shape: "constant", rate: 10 }, journeys: [{ steps: ["a", "b"] }] },
      { name: "users", profile: { shape: "closed", users: 3 }, journeys: [{ steps: ["a"] }] },
    ],
    phases,
    stop: "none",
    rules: [],
  }).workloads;
  if (known === undefined || steps === undefined || users === undefined) return expect.unreachable();
  const due = dueRequests([known, steps, users], 1, { fromMs: 250, untilMs: 600 });
  expect([...due.workloads]).toEqual(["known"]);
  expect(due.atMs).toEqual([300, 400, 500]);
});
