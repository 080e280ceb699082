/**
 * R11: stop conditions, and the blast radius, end all faults within one second of the breach. The breach is found in the log by folding
 * it as the run does, so every instant here is one that the run recorded.
 *
 *   injected ──── evidence: answers, probes, gauges ──── breach ──▶ healed, all of them
 *                                                          └── ≤ 1 s ──┘
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Watch } from "../../drive/run/watch/watch.ts";
import type { LogEvent } from "../../log/event.ts";
import { openLog } from "../../log/reader.ts";
import { command, newWorld, onlyRun, readJson } from "./command.fixture.ts";

const secondUs = 1_000_000;

type FaultEvent = Extract<LogEvent, { type: "fault" }>;

/** No condition lets a fault of 60 s come to its planned end. The delay is longer than anyone looks for its effect before the breach. */
const late = "{ id: late, hold: 60s, fault: { kind: link-latency, links: [front-store], delay: 5s } }";
const stall = "{ id: stall, at: 200ms, hold: 60s, fault: { kind: link-stall, links: [front-store] } }";
const cut = "{ id: cut, at: 200ms, hold: 60s, fault: { kind: link-down, links: [front-store] } }";
const pause = "{ id: stop, at: 100s, hold: 1s, fault: { kind: node-stop, node: store } }";

function scenario(steps: readonly string[], stop: string, limits = "{}"): string {
  return [
    "name: stopped",
    "title: Stopped",
    "target: tiny",
    "workloads:",
    "  - { name: visitors, profile: { shape: constant, rate: 100 }, journeys: [{ steps: [order] }, { steps: [list] }] }",
    "phases: { warmUp: 500ms, baseline: 1s, recovery: 1s }",
    `steps: [${steps.join(", ")}]`,
    `stop: ${stop}`,
    `limits: ${limits}`,
    "rules: [TINY-2]",
  ].join("\n");
}

interface Stopped {
  header: ReturnType<typeof openLog>["header"];
  events: LogEvent[];
  faults: FaultEvent[];
}

async function runStopped(text: string): Promise<Stopped> {
  using world = newWorld();
  const path = join(world.tiny, "stopped.yaml");
  writeFileSync(path, text);
  const ran = await command(world, "run", path, "--target", world.tiny, "--out", world.runs);
  expect(ran.stderr + ran.stdout).toContain("exit 3");
  expect(ran.code).toBe(3);
  expect(world.leftovers()).toEqual([]);
  const folder = join(onlyRun(world), "stopped");
  expect(readJson(join(folder, "verdict.json"))["stopped"]).toMatchObject({ why: "condition" });
  const log = openLog(join(folder, "log"));
  const events = [...log.events()];
  return { header: log.header, events, faults: events.filter((event): event is FaultEvent => event.type === "fault") };
}

/** The first recorded instant at which what was recorded until then breaches a stop condition. */
function breachUs({ header, events }: Stopped): number {
  const watch = new Watch(header.scenario ?? expect.unreachable(), header.target);
  for (const event of events) {
    watch.take(event);
    if (watch.breach(event.at) !== null) return event.at;
  }
  return expect.unreachable();
}

test.each([
  ["the error ratio", [late, stall, pause], "[{ when: error-ratio, above: 0.3, over: 1s }]", ["late", "stall"]],
  ["a probe that is down", [late, cut, pause], "[{ when: probe-down, probe: store, for: 500ms }]", ["late", "cut"]],
  ["a gauge above its limit", [late, pause], "[{ when: gauge-above, gauge: orders, above: 100, for: 300ms }]", ["late"]],
])("R11: %s ends all faults within a second of its breach", { timeout: 120_000 }, async (_what, steps, stop, begun) => {
  const stopped = await runStopped(scenario(steps, stop));
  const breachedUs = breachUs(stopped);
  expect(stopped.faults.filter((event) => event.stage === "injected").map((event) => event.id)).toEqual(begun);
  for (const id of begun) {
    const healed = stopped.faults.find((event) => event.id === id && event.stage === "healed");
    if (healed?.stage !== "healed") return expect.unreachable();
    expect(healed.beganUs, id).toBeGreaterThan(breachedUs);
    expect(healed.endedUs - breachedUs, id).toBeLessThanOrEqual(secondUs);
  }
});

test("a fault that would be one too many, because another took longer than planned, is not injected and ends the run", { timeout: 120_000 }, async () => {
  // The first one is held until it is felt, and nobody feels it before an answer has come five seconds late.
  const first = late.replace("hold: 60s", "hold: 500ms");
  const second = cut.replace("at: 200ms", "at: 1s");
  const { faults } = await runStopped(scenario([first, second], "none", "{ faultsAtOnce: 1 }"));
  const refused = faults.filter((event) => event.id === "cut");
  expect(refused).toMatchObject([{ stage: "failed" }]);
  const [failure] = refused;
  expect(failure?.stage === "failed" ? failure.why : "").toContain('with "late" there are 2 faults at once');
  const healed = faults.find((event) => event.id === "late" && event.stage === "healed");
  if (healed?.stage !== "healed" || failure === undefined) return expect.unreachable();
  expect(healed.endedUs - failure.at).toBeLessThanOrEqual(secondUs);
});
