/** The steady-state gate on real processes: a shop that is not well is left alone, and one that does not come back is no pass. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { verdictSchema, type Verdict } from "../../judge/verdict/schema.ts";
import type { LogEvent } from "../../log/event.ts";
import { openLog } from "../../log/reader.ts";
import { command, newWorld, onlyRun, readJson, rewrite, rulesOnLossOnly, withPatientFront, type Ended, type World } from "./command.fixture.ts";

interface Ran extends Ended {
  events: LogEvent[];
  verdict: Verdict;
  /** Every output by its name. */
  outputs: Record<string, string>;
}

/** A state that asks for answers, and for no speed: a machine that stands still makes answers late and none of them bad. */
const slowButWell = "steadyState: { p95: 30s, probes: [], availability: 0.1 }\ndegradedLimit: 4s";

/** Runs the scenario that cuts off the store, and others after it; each rules on what this one keeps, that no order is lost, and need not decide it. */
async function cutOff(world: World, steadyState: string, others: readonly string[] = []): Promise<Ran> {
  const scenarios = ["cut.yaml", ...others];
  for (const name of scenarios) rulesOnLossOnly(world, name);
  rewrite(join(world.tiny, "cut.yaml"), "steadyState: none", steadyState);
  const suite = join(world.tiny, "suite.yaml");
  writeFileSync(suite, JSON.stringify({ name: "cut-off", title: "The store cut off", target: "tiny", scenarios: scenarios.map((name) => `./${name}`), required: [] }));
  const ran = await command(world, "suite", suite, "--target", world.tiny, "--out", world.runs);
  expect(world.leftovers()).toEqual([]);
  const run = onlyRun(world);
  const outputs = Object.fromEntries(["suite.json", "junit.xml", "report.md", "report.html"].map((name) => [name, readFileSync(join(run, name), "utf8")]));
  return { ...ran, events: [...openLog(join(run, "cut", "log")).events()], verdict: verdictSchema.parse(readJson(join(run, "cut", "verdict.json"))), outputs: { ...outputs, terminal: ran.stdout } };
}

/** A change of the shop's front, in this world only. */
function rewriteFront(world: World, from: string, to: string): void {
  rewrite(join(world.tiny, "front.mts"), from, to);
}

const passesOn = "  const onward = request(";

function expectInAll({ outputs }: Ran, words: string): void {
  for (const [name, text] of Object.entries(outputs)) expect(text, name).toContain(words);
}

test("a shop that fails every tenth request under load is not disturbed: no fault, exit 2, the reason in every output, and on with the next", { timeout: 60_000 }, async () => {
  using world = newWorld();
  rewriteFront(world, passesOn, `  asked += 1;\n  if (asked % 10 === 0) return refuse(answer);\n${passesOn}`);
  rewriteFront(world, "createServer((ask", "let asked = 0;\ncreateServer((ask");
  const ran = await cutOff(world, "steadyState: {}", ["calm.yaml"]);
  expect(ran.code).toBe(2);
  expect(readJson(join(onlyRun(world), "suite.json"))["scenarios"]).toMatchObject([{ scenario: "cut", ran: true }, { scenario: "calm", ran: true }]);
  expect(ran.events.filter(({ type }) => type === "fault")).toEqual([]);
  expect(ran.events.filter(({ type }) => type === "steady-state")).toMatchObject([{ steady: false }]);
  expect(ran.verdict).toMatchObject({ outcome: "inconclusive", exitCode: 2, stopped: { why: "unsteady" }, steadyState: { before: { steady: false }, back: null } });
  // The run ends there: neither the fault's time nor that after it is spent.
  expect(ran.verdict.phases.map(({ name }) => name)).toEqual(["warm-up", "baseline"]);
  expectInAll(ran, "there was no steady state before the first fault");
  expectInAll(ran, "99 % are asked for");
});

test("a shop that is steady is disturbed at the planned time, and the time until it was back stands in the verdict", { timeout: 60_000 }, async () => {
  using world = newWorld();
  withPatientFront(world);
  const ran = await cutOff(world, slowButWell);
  expect(ran.stdout).toContain("PASS");
  expect(ran.code).toBe(0);
  const { steadyState, faults } = ran.verdict;
  expect(steadyState).toMatchObject({ before: { steady: true, why: null }, back: { returned: true, withinMs: 2000 } });
  // Of the hundred that are due in each second of the baseline, those that were answered by then.
  expect(steadyState?.before?.requests).toBeGreaterThan(0);
  expect(steadyState?.before?.requests).toBeLessThanOrEqual(200);
  expect(faults[0]?.injectedAtMs).toBeGreaterThanOrEqual(2500);
  // What the run says of the return is what the judge finds in its log.
  expect(steadyState?.back?.tookMs ?? NaN).toBeLessThanOrEqual(faults[0]?.sinceHealMs ?? NaN);
});

test("a shop that refuses for good once its store was away does not pass, although no order is lost", { timeout: 60_000 }, async () => {
  using world = newWorld();
  withPatientFront(world);
  rewriteFront(world, passesOn, `  if (broken) return refuse(answer);\n${passesOn}`);
  rewriteFront(world, "createServer((ask", "let broken = false;\ncreateServer((ask");
  rewriteFront(world, 'onward.on("error", () => refuse(answer));', 'onward.on("error", () => { broken = true; refuse(answer); });');
  const ran = await cutOff(world, slowButWell);
  expect(ran.code).toBe(2);
  expect(ran.verdict).toMatchObject({ outcome: "inconclusive", stopped: null, rulings: [{ objective: "TINY-2", outcome: "pass" }], steadyState: { before: { steady: true }, back: { returned: false, tookMs: null } } });
  expect(ran.events.filter(({ type }) => type === "return-to-baseline")).toMatchObject([{ returned: false, withinMs: 2000 }]);
  expectInAll(ran, "not back to its baseline within 2 s of the last healing");
});
