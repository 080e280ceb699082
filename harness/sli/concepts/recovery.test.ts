import { describe, expect, test } from "vitest";
import { dice, integerBetween } from "../../base/random.ts";
import type { LogEvent, RequestOutcome } from "../../log/event.ts";
import type { ScenarioInput } from "../../scenario/scenario.ts";
import { scriptedHeader, scriptedScenario, scriptedSuite, scriptedTarget } from "../scripted/header.fixture.ts";
import { simulate, type Conduct } from "../scripted/simulate.fixture.ts";
import { RecoveryTracker, type FaultRecovery } from "./recovery.ts";

const target = scriptedTarget({
  name: "shop",
  title: "Shop",
  nodes: { api: { kind: "process", command: ["shop"] } },
  links: { own: { from: "api", to: "api" } },
  routes: { home: { node: "api", path: "/" } },
});
const suite = scriptedSuite({ name: "gate", title: "Gate", target: "shop", scenarios: ["outage"], required: [] });

/** The fault is injected 6 s into the scenario and healed 1 s later: the outage is the service's own. */
const injectedMs = 6000;

type StepInput = NonNullable<ScenarioInput["steps"]>[number];

interface Changed {
  change?: (event: LogEvent) => LogEvent;
  next?: StepInput[];
}

function run(rate: number, conduct: Conduct, hold = "1s", { change = (event) => event, next = [] }: Changed = {}): FaultRecovery {
  const scenario = scriptedScenario({
    name: "outage",
    title: "Outage",
    target: "shop",
    workloads: [{ name: "load", profile: { shape: "constant", rate }, journeys: [{ steps: ["home"] }] }],
    phases: { warmUp: "1s", baseline: "5s", recovery: "9s", after: "4s" },
    steps: [{ id: "kill", fault: { kind: "node-kill", node: "api" }, hold }, ...next],
    stop: "none",
    rules: [],
  });
  const header = scriptedHeader({ target, suite, planned: ["outage"] }, scenario);
  const tracker = new RecoveryTracker({ header, scenario });
  for (const event of simulate(header, scenario, conduct)) tracker.step(change(event));
  const [recovery] = tracker.read();
  if (recovery === undefined) throw new Error("the scenario has a fault");
  return recovery;
}

const good = { outcome: "ok", status: 200, tookMs: 5 } as const;

function failing(outcome: RequestOutcome, down: (atMs: number) => boolean): Conduct {
  return { answer: (atMs) => (down(atMs) ? { outcome, status: outcome === "status" ? 503 : 0, tookMs: 5 } : good) };
}

describe("a scripted outage", () => {
  const flapping = [0, 10, 50] as const;
  const grid = [50, 250, 1000, 5000].flatMap((lengthMs) => [20, 200, 1000].flatMap((rate) => flapping.map((flapMs) => ({ lengthMs, rate, flapMs }))));

  test.each(grid)("of $lengthMs ms at $rate/s, up for $flapMs ms in between, is measured within its resolution", ({ lengthMs, rate, flapMs }) => {
    const roll = dice(lengthMs, `${rate}/${flapMs}`);
    for (let round = 0; round < 3; round += 1) {
      const offsetMs = integerBetween(roll, 0, 40);
      const endMs = injectedMs + offsetMs + lengthMs;
      const outcome = (["refused", "reset", "status"] as const)[round] ?? "refused";
      // The last 30 ms are always down, so that the true end is the scripted one.
      const down = (atMs: number): boolean => atMs >= injectedMs && atMs < endMs && (flapMs === 0 || atMs >= endMs - 30 || Math.floor((atMs - injectedMs) / flapMs) % 2 === 0);
      const { faultClock, upUs } = run(rate, failing(outcome, down));
      const trueMs = endMs - injectedMs;
      if (upUs === null) expect(trueMs).toBeLessThanOrEqual(faultClock.resolutionMs);
      else expect(Math.abs((faultClock.valueMs ?? Infinity) - trueMs)).toBeLessThanOrEqual(faultClock.resolutionMs);
    }
  });

  test("that never was is no outage seen, never 0", () => {
    const recovery = run(200, {});
    expect(recovery).toMatchObject({ downUs: null, upUs: null, notRecovered: false, invalid: null, faultClock: { valueMs: null } });
    expect(recovery.faultClock.resolutionMs).toBeLessThan(10);
  });

  test("of a fault that was not repaired, and that the run ended, had not ended by then; what was back before that was back", () => {
    const unrepaired = (event: LogEvent): LogEvent => (event.type === "fault" && event.stage === "healed" ? { ...event, stage: "unrepaired", why: "nobody came" } : event);
    const until = (endMs: number): FaultRecovery => run(200, failing("refused", (atMs) => atMs >= injectedMs && atMs < endMs), "1s", { change: unrepaired });
    expect(until(injectedMs + 1200)).toMatchObject({ upUs: null, notRecovered: true, faultClock: { valueMs: expect.closeTo(995, -1) }, healClock: { valueMs: null } });
    expect(until(injectedMs + 1200).faultClock.valueMs).toBeLessThanOrEqual(1000);
    expect(until(injectedMs + 600)).toMatchObject({ notRecovered: false, faultClock: { valueMs: expect.closeTo(600, -1) } });
    expect(until(Infinity).faultClock.valueMs).toBeGreaterThan(10_000);
  });

  test("that came with the next fault is not that of one before it that was not repaired", () => {
    const unrepaired = (event: LogEvent): LogEvent => (event.type === "fault" && event.id === "kill" && event.stage === "healed" ? { ...event, stage: "unrepaired", why: "nobody came" } : event);
    const next: StepInput = { id: "next", fault: { kind: "node-kill", node: "api" }, at: "4s", hold: "1s" };
    const recovery = run(200, failing("refused", (atMs) => atMs >= injectedMs + 4000), "1s", { change: unrepaired, next: [next] });
    expect(recovery).toMatchObject({ fault: { id: "kill" }, downUs: null, notRecovered: false, failedRequests: 0 });
  });

  test("that lasts to the end gives a lower bound", () => {
    const recovery = run(50, failing("refused", (atMs) => atMs >= injectedMs));
    expect(recovery).toMatchObject({ notRecovered: true, upUs: null });
    expect(recovery.faultClock.valueMs).toBeGreaterThan(13_900);
  });

  test("by a stall counts from slow answers: the last that is waited for less than the degraded limit is the end", () => {
    const endMs = injectedMs + 1000;
    const stall: Conduct = { answer: (atMs) => (atMs >= injectedMs && atMs < endMs ? { outcome: "ok", status: 200, tookMs: endMs - atMs + 5 } : good) };
    const recovery = run(200, stall);
    expect(recovery.failedRequests).toBe(0);
    expect(recovery.degradedLimitMs).toBeCloseTo(55, 0);
    expect(Math.abs((recovery.faultClock.valueMs ?? 0) - 950)).toBeLessThanOrEqual(recovery.faultClock.resolutionMs);
  });

  test("after which every fiftieth request still fails is not over: the window allows 1 %", () => {
    const down = (atMs: number): boolean => atMs >= injectedMs && atMs < injectedMs + (Math.round(atMs) % 250 === 0 ? 3000 : 500);
    const { faultClock, failedRequests } = run(200, failing("status", down));
    expect(Math.abs((faultClock.valueMs ?? 0) - 2755)).toBeLessThanOrEqual(faultClock.resolutionMs);
    expect(failedRequests).toBe(100 + 10);
  });

  test.each([{ slow: 2, overMs: 1000 }, { slow: 3, overMs: 1250 }])("with $slow slow answers among the fifty after it is over after $overMs ms: their p95 decides", ({ slow, overMs }) => {
    const endMs = injectedMs + 1000;
    const isSlow = (atMs: number): boolean => Array.from({ length: slow }, (_, n) => endMs + 200 * (n + 1)).includes(Math.round(atMs));
    const answer: Conduct["answer"] = (atMs) => (atMs >= injectedMs && atMs < endMs ? { outcome: "refused", status: 0, tookMs: 1 } : { ...good, tookMs: isSlow(atMs) ? 300 : 5 });
    const { faultClock } = run(20, { answer });
    expect(Math.abs((faultClock.valueMs ?? 0) - overMs)).toBeLessThanOrEqual(1);
  });

  test("on the heal clock counts from the healing", () => {
    const recovery = run(200, failing("refused", (atMs) => atMs >= injectedMs && atMs < injectedMs + 3500), "3s");
    expect(Math.abs((recovery.healClock.valueMs ?? 0) - 500)).toBeLessThanOrEqual(recovery.healClock.resolutionMs);
    expect(recovery.failedRequests).toBe(700);
  });
});

describe("what is not an outage", () => {
  test("single slow answers of a busy machine", () => {
    const slow = run(200, { answer: (atMs) => (Math.round(atMs) % 500 === 0 ? { ...good, tookMs: 400 } : good) });
    expect(slow).toMatchObject({ downUs: null, invalid: null });
  });

  interface Pause {
    atMs: number;
    forMs: number;
  }
  // At 30 a second one of 120 ms holds up four of the fifty that a window holds.
  const pausing = (...pauses: Pause[]): Conduct => ({
    answer: (atMs) => {
      const pause = pauses.find(({ atMs: fromMs, forMs }) => atMs >= injectedMs + fromMs && atMs < injectedMs + fromMs + forMs);
      return pause === undefined ? good : { ...good, tookMs: injectedMs + pause.atMs + pause.forMs - atMs + 60 };
    },
  });
  const hiccup = (atMs: number): Pause => ({ atMs, forMs: 120 });

  test("a pause that holds up four answers, once it was good for a whole window after the healing", () => {
    expect(run(30, pausing(hiccup(5000), hiccup(8000)))).toMatchObject({ downUs: null, invalid: null });
  });

  test.each([
    { what: "before it was good for a window", conduct: pausing(hiccup(1500)), overMs: 1620 },
    { what: "that holds up five", conduct: pausing({ atMs: 5000, forMs: 150 }), overMs: 5150 },
    { what: "with an answer that failed", conduct: failing("status", (atMs) => atMs >= injectedMs + 5000 && atMs < injectedMs + 5150), overMs: 5150 },
    { what: "and later one that lasts", conduct: pausing(hiccup(4000), { atMs: 6500, forMs: 1100 }), overMs: 7600 },
  ])("but a pause $what is one", ({ conduct, overMs }) => {
    const { faultClock } = run(30, conduct);
    expect(Math.abs((faultClock.valueMs ?? 0) - overMs)).toBeLessThanOrEqual(faultClock.resolutionMs);
  });

  test("anything, without someone who looked", () => {
    expect(run(1, {}).invalid).toContain("too few requests");
    expect(run(200, { stopAt: { atMs: 6500, why: "interrupt", code: "interrupted", message: "SIGINT" } }).invalid).toContain("not healed");
  });

  test("a fault that was not confirmed proves nothing", () => {
    expect(run(200, { felt: false }).invalid).toContain("was not confirmed");
  });
});

test("the degraded limit is three times the baseline's p95, at least 50 ms more, or as declared", () => {
  const steps = (tookMs: number): number | null => run(200, { answer: () => ({ ...good, tookMs }) }).degradedLimitMs;
  expect(steps(5)).toBeCloseTo(55, 0);
  expect(steps(100)).toBeCloseTo(300, -1);
});
