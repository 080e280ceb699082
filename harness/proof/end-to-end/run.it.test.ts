import { cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openLog } from "../../log/reader.ts";
import { suiteVerdictSchema, type SuiteVerdict, verdictSchema } from "../../judge/verdict/schema.ts";
import { command, dueBeforeTheFault, type Ended, newWorld, onlyRun, readJson, rewrite, rulesOnLossOnly, withPatientFront } from "./command.fixture.ts";

const outputs = ["suite.json", "junit.xml", "report.md", "report.html", "cut/verdict.json"];

test("a suite from YAML files is run and judged, leaves nothing behind, and its outputs can be made again anywhere", { timeout: 120_000 }, async () => {
  using world = newWorld();
  withPatientFront(world);
  const ran = await command(world, "suite", join(world.tiny, "gate.yaml"), "--target", world.tiny, "--out", world.runs, "--seed", "7");
  expectSound(ran, onlyRun(world));
  expect(world.leftovers()).toEqual([]);
  const run = onlyRun(world);
  for (const file of outputs) expect(existsSync(join(run, file)), file).toBe(true);

  const verdict = verdictSchema.parse(readJson(join(run, "cut", "verdict.json")));
  expect(verdict.seed).toBe(7);
  const [fault] = verdict.faults;
  expect(fault?.id).toBe("cut");
  // Held by the scenario: the recovery on the clock of the fault contains the hold, the one on the clock of healing does not. On a busy machine the shop may not be back by the end.
  if (fault?.notRecovered === true) expect([fault.recoveryTimeMs, fault.sinceHealMs]).toEqual([null, null]);
  else expect(fault?.recoveryTimeMs).toBeGreaterThanOrEqual(fault?.heldMs ?? Number.POSITIVE_INFINITY);
  expect(fault?.sinceHealMs ?? -1).toBeLessThan(fault?.recoveryTimeMs ?? 0);
  expect(fault?.resolutionMs).toBeGreaterThan(0);
  expect(verdict.dataLoss).toMatchObject({ ledger: "orders", lost: 0, duplicated: 0, unexpected: 0 });

  // What ours took stands beside the target: every process of the run, and those that took part in the load have used something.
  const uses = [...openLog(join(run, "cut", "log")).events()].filter((event) => event.type === "processor-use");
  const used = Map.groupBy(uses.flatMap((event) => event.used), ({ process }) => process);
  const usedMs = (process: string): number => (used.get(process) ?? []).reduce((sum, { ms }) => sum + ms, 0);
  expect([...used.keys()]).toEqual(expect.arrayContaining(["harness", "proxy", "front", "store", "load-cut", "probe-cut"]));
  for (const process of ["harness", "load-cut", "front"]) expect(usedMs(process), process).toBeGreaterThan(0);
  expect(readFileSync(join(run, "report.html"), "utf8")).toContain("What it took: processor time of each process");

  const before = outputs.map((file) => readFileSync(join(run, file)));
  const copy = join(world.folder, "elsewhere");
  cpSync(run, copy, { recursive: true });
  for (const file of outputs) rmSync(join(copy, file));
  expect((await command(world, "judge", copy)).code).toBe(ran.code);
  expect(outputs.map((file) => readFileSync(join(copy, file)))).toEqual(before);
  const html = await command(world, "report", copy, "--format", "html");
  expect(Buffer.from(html.stdout).equals(before[3] ?? Buffer.alloc(0))).toBe(true);
});

test("a required objective whose scenario was dropped makes the suite inconclusive", { timeout: 120_000 }, async () => {
  using world = newWorld();
  rewrite(join(world.tiny, "calm.yaml"), "rules: [TINY-1]", "rules: []");
  writeFileSync(join(world.tiny, "less.yaml"), "name: less\ntitle: Less\ntarget: tiny\nscenarios: [./calm.yaml]\nrequired: [TINY-2]\n");
  const ran = await command(world, "suite", join(world.tiny, "less.yaml"), "--target", world.tiny, "--out", world.runs);
  expect(ran.code).toBe(2);
  expect(ran.stdout).toMatch(/TINY-2.*/);
  expect(readJson(join(onlyRun(world), "suite.json"))["outcome"]).toBe("inconclusive");
});

test("a breached stop condition heals and ends with 3", { timeout: 120_000 }, async () => {
  using world = newWorld();
  const scenario = join(world.tiny, "cut.yaml");
  rulesOnLossOnly(world, "cut.yaml");
  rewrite(scenario, /stop:\n.*\n/, "stop:\n  - { when: error-ratio, above: 0.3, over: 1s }\n");
  rewrite(scenario, "hold: 1500ms", "hold: 20s");
  const ran = await command(world, "run", scenario, "--target", world.tiny, "--out", world.runs);
  expect(ran.code).toBe(3);
  expect(world.leftovers()).toEqual([]);
  const verdict = readJson(join(onlyRun(world), "cut", "verdict.json"));
  expect(verdict["stopped"]).toMatchObject({ why: "condition" });
  expect(verdict["outcome"]).not.toBe("pass");
});

test("R10: two runs at once do not touch one another", { timeout: 120_000 }, async () => {
  using world = newWorld();
  withPatientFront(world);
  const args = ["suite", join(world.tiny, "gate.yaml"), "--target", world.tiny, "--out", world.runs];
  const both = await Promise.all([command(world, ...args), command(world, ...args)]);
  // Two at once may be too much for a small machine to answer fast, or to measure well; neither breaks the other.
  const runs = readdirSync(world.runs);
  expect(runs).toHaveLength(2);
  const inOrder = (codes: readonly (number | null)[]): number[] => codes.map((code) => code ?? -1).toSorted((a, b) => a - b);
  expect(inOrder(both.map(({ code }) => code))).toEqual(inOrder(runs.map((run) => suiteIn(join(world.runs, run)).exitCode)));
  for (const run of runs) {
    expectOnlyTimesOpen(suiteIn(join(world.runs, run)));
    const verdict = readJson(join(world.runs, run, "cut", "verdict.json"));
    expect(verdict["incomplete"]).toBeNull();
    expect(verdict["dataLoss"]).toMatchObject({ lost: 0, unexpected: 0 });
    expect(verdict["faults"]).toMatchObject([{ id: "cut", witness: { felt: expect.any(String), settled: expect.any(String) } }]);
    expect(readJson(join(world.runs, run, "suite.json"))["cleanup"]).toMatchObject({ complete: true });
  }
  expect(world.leftovers()).toEqual([]);
});

function suiteIn(run: string): SuiteVerdict {
  return suiteVerdictSchema.parse(readJson(join(run, "suite.json")));
}

/** How fast the shop is, and how soon it is back, a machine that stands still decides as well; that no order is lost it does not. */
const timed: readonly string[] = ["TINY-1", "TINY-3"];

function expectOnlyTimesOpen({ objectives }: SuiteVerdict): void {
  const ruled = objectives.filter((row) => row.status === "ruled" && !timed.includes(row.objective));
  expect(ruled.map(({ objective }) => objective)).toEqual(["TINY-2"]);
  for (const { outcome, why } of ruled) expect(outcome === "pass" || (outcome === "inconclusive" && dueBeforeTheFault.test(why)), why).toBe(true);
  for (const row of objectives.filter(({ outcome }) => outcome === "inconclusive")) expect(row.why).not.toBe("");
}

/** What is ruled is the outcome, the exit code, and what the screen says. */
function expectSound(ran: Ended, run: string): void {
  const suite = suiteIn(run);
  expectOnlyTimesOpen(suite);
  const outcomes = suite.objectives.flatMap(({ outcome }) => outcome ?? []);
  const worst = (["fail", "inconclusive", "pass"] as const).find((outcome) => outcomes.includes(outcome)) ?? "pass";
  expect([suite.outcome, ran.code]).toEqual([worst, { pass: 0, fail: 1, inconclusive: 2 }[worst]]);
  expect(ran.stdout).toContain(worst.toUpperCase());
}
