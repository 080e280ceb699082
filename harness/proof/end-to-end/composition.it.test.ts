/** Repeats, overlaps, ramps and random faults from plan to verdict, and the plan itself. */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { msToUs, parseDurationMs } from "../../base/duration.ts";
import { verdictSchema } from "../../judge/verdict/schema.ts";
import type { LogEvent } from "../../log/event.ts";
import { openLog } from "../../log/reader.ts";
import { command, newWorld, onlyRun, passedOrLate, readJson, withPatientFront, type World } from "./command.fixture.ts";

/** A timer of Node may be so much early. */
const timerMs = 1;

type FaultEvent = Extract<LogEvent, { type: "fault" }>;

function inStorm(world: World, ...args: string[]): ReturnType<typeof command> {
  const [verb = "plan", ...rest] = args;
  return command(world, verb, join(world.tiny, "storm.yaml"), "--target", world.tiny, ...rest);
}

test("a plan is the same for the same seed, and another for another", { timeout: 60_000 }, async () => {
  using world = newWorld();
  const [first, again, other] = await Promise.all([inStorm(world, "plan", "--seed", "7"), inStorm(world, "plan", "--seed", "7"), inStorm(world, "plan", "--seed", "8")]);
  expect(first.code).toBe(0);
  expect(first.stdout).toContain("inject cut-2: link-down on front-store");
  expect(first.stdout).toContain("change late: delay 100 ms");
  expect(again.stdout).toBe(first.stdout);
  expect(withoutSeed(other.stdout)).not.toBe(withoutSeed(first.stdout));
});

function withoutSeed(plan: string): string {
  return plan.replace(/seed \d+/, "");
}

test("what was planned is what happens, under the ids of the plan", { timeout: 120_000 }, async () => {
  using world = newWorld();
  withPatientFront(world);
  const plan = await inStorm(world, "plan", "--seed", "7", "--json");
  const ran = await inStorm(world, "run", "--seed", "7", "--out", world.runs);
  expect(passedOrLate(ran), ran.stderr + ran.stdout).toBe(true);
  expect(world.leftovers()).toEqual([]);
  const folder = join(onlyRun(world), "storm");

  const log = openLog(join(folder, "log"));
  expect(log.header.seed).toBe(7);
  expect(plan.stdout).toContain(JSON.stringify(log.header.scenario?.steps[3]?.at));
  const events = [...log.events()];
  const faults = events.filter((event): event is FaultEvent => event.type === "fault");
  const verdict = verdictSchema.parse(readJson(join(folder, "verdict.json")));
  expect(readdirSync(join(folder, "log")).filter((name) => name.startsWith("load"))).toEqual(["load-1.events", "load-1.requests", "load-2.events", "load-2.requests"]);
  const due = events.flatMap((event) => (event.type === "request" ? [event.intendedUs] : [])).toSorted((a, b) => a - b);
  expect(due).toEqual(due.map((_at, n) => (due[0] ?? 0) + n * 10_000));
  expect(verdict.generator.offered).toBe(due.length);
  expect(verdict.faults.map((fault) => fault.id)).toEqual(["late", "cut-1", "cut-2", "gust-1", "gust-2"]);
  for (const fault of verdict.faults) {
    expect(fault.feltAtMs, fault.id).not.toBeNull();
    expect(fault.settledAtMs, fault.id).not.toBeNull();
  }
  const at = (id: string, stage: FaultEvent["stage"]): number[] => faults.filter((event) => event.id === id && event.stage === stage).map((event) => event.at);
  // The slowness went on from stage to stage.
  const slow = [...at("late", "injected"), ...at("late", "changed"), ...at("late", "healing")];
  expect(slow).toHaveLength(4);
  expect(slow.toSorted((a, b) => a - b)).toEqual(slow);
  // Planned: the cut comes and goes twice while the link is slow, and the gusts follow one another. What happens is never before its time, and begins in this order.
  const planned = (log.header.scenario?.steps ?? []).map(({ id, at: from, hold }) => ({ id, fromMs: parseDurationMs(from), untilMs: parseDurationMs(from) + parseDurationMs(hold ?? "0s") }));
  const [late, first, second, gust, gust2] = planned;
  expect(planned.map(({ id }) => id)).toEqual(["late", "cut-1", "cut-2", "gust-1", "gust-2"]);
  expect([first?.fromMs, second?.untilMs]).toEqual([500, 1800]);
  expect([late?.fromMs, late?.untilMs]).toEqual([0, 3000]);
  expect(gust2?.fromMs).toBeGreaterThanOrEqual((gust?.untilMs ?? Infinity) + 500);
  const faultsFromUs = (due[0] ?? 0) + msToUs(2500 - timerMs);
  for (const { id, fromMs, untilMs } of planned) {
    expect(at(id, "injected")[0], id).toBeGreaterThanOrEqual(faultsFromUs + msToUs(fromMs));
    expect(at(id, "healing")[0], id).toBeGreaterThanOrEqual(faultsFromUs + msToUs(untilMs));
  }
  const begun = faults.flatMap((event) => (event.stage === "injected" ? [event] : [])).toSorted((a, b) => a.beganUs - b.beganUs);
  expect(begun.map(({ id }) => id)).toEqual(planned.map(({ id }) => id));
});

test("a sweep is run as one scenario for each of its points", { timeout: 60_000 }, async () => {
  using world = newWorld();
  const path = join(world.tiny, "storm.yaml");
  writeFileSync(path, `${readFileSync(path, "utf8")}sweep:\n  - { workload: visitors, rates: [50, 100] }\n  - { step: late, delays: [50ms, 100ms] }\n`);
  const plan = await inStorm(world, "plan", "--seed", "7", "--json");
  const points = ["storm.visitors-50.late-50ms", "storm.visitors-50.late-100ms", "storm.visitors-100.late-50ms", "storm.visitors-100.late-100ms"];
  expect(JSON.parse(plan.stdout)).toMatchObject({ seed: 7, scenarios: points.map((name) => ({ name })) });
});

test.each([
  ["too many at once", "faultsAtOnce: 2", "faultsAtOnce: 1", 'steps[1]: with "late" there are 2 faults at once'],
  ["too long", "longestFault: 5s", "longestFault: 2s", "steps[0]: its hold of 3 s is longer than limits.longestFault, 2s"],
  ["on a node never to touch", "untouchable: []", "untouchable: [store]", 'steps[0]: it touches node "store"'],
  ["on a node that is not there", "untouchable: []", "untouchable: [stroe]", 'limits.untouchable[0]: there is no node "stroe"'],
])("faults that are %s are refused before anything runs", { timeout: 60_000 }, async (_what, from, to, message) => {
  using world = newWorld();
  const path = join(world.tiny, "storm.yaml");
  writeFileSync(path, readFileSync(path, "utf8").replace(from, to));
  const ran = await inStorm(world, "run", "--out", world.runs);
  expect(ran.code).toBe(64);
  expect(ran.stderr).toContain(message);
});

test("limits of the suite hold for its scenarios", { timeout: 60_000 }, async () => {
  using world = newWorld();
  const suite = join(world.tiny, "careful.yaml");
  writeFileSync(suite, "name: careful\ntitle: Careful\ntarget: tiny\nscenarios: [./storm.yaml]\nrequired: []\nlimits: { faultsAtOnce: 1 }\n");
  const ran = await command(world, "suite", suite, "--target", world.tiny, "--out", world.runs);
  expect(ran.code).toBe(64);
  expect(ran.stderr).toContain("limits.faultsAtOnce is 1");
});
