/** Run folders by seed: small scripted suites that hold, break, are stopped, interrupted, damaged or cut, with any rows required. */

import { join } from "node:path";
import { dice, integerBetween, sample, type Dice } from "../../base/random.ts";
import { damages } from "../../judge/corpus/damages.fixture.ts";
import { syntheticRun, syntheticScenarios } from "../../judge/corpus/synthetic.fixture.ts";
import type { JsonEvent, LogEvent, RunHeader } from "../../log/event.ts";
import { repeatFolder, repeatRun } from "../../log/repeat-folder.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { scriptedHeader, scriptedScenario, scriptedStartUs, scriptedSuite, type ScriptedRun } from "../../sli/scripted/header.fixture.ts";
import { simulate, type Conduct } from "../../sli/scripted/simulate.fixture.ts";
import { writeLog } from "../../sli/scripted/store.fixture.ts";

/** What stops a run, and the exit code that it asks for (DESIGN.md). */
const stops = [
  { why: "interrupt", code: "interrupted", message: "SIGINT", exit: 130 },
  { why: "condition", code: "stopped", message: "error ratio 0.93 over 20 s is above 0.9", exit: 3 },
  { why: "error", code: "target-not-ready", message: "node api was not ready within 30 s", exit: 69 },
  { why: "error", code: "internal", message: "this is a defect", exit: 70 },
] as const;

/** Rows that a few seconds cannot decide. */
const undecided = new Set(["ORD-02", "ORD-04", "ORD-06"]);

export interface GeneratedRun {
  /** Exit codes that what happened asks for, besides the verdict's own. */
  exits: readonly number[];
}

/** Writes the run of `seed` into `folder`. Same seed, same bytes. */
export function writeGeneratedRun(folder: string, seed: number): GeneratedRun {
  const roll = dice(seed, "generated run");
  const scenarios = smallScenarios(roll);
  return writePart(folder, { run: generatedRun(roll, scenarios), scenarios, roll, possible: stops });
}

/** The same several times over, as the repeats of one run; none of them ends by an error of a tool, after which the next would be another attempt at it. */
export function writeGeneratedSeries(folder: string, seed: number): GeneratedRun {
  const roll = dice(seed, "generated series");
  const scenarios = smallScenarios(roll);
  const run = generatedRun(roll, scenarios);
  const repeats = Array.from({ length: integerBetween(roll, 1, 3) }, (_, index) => ({ repeat: index + 1, attempt: 1, seed: seed + index }));
  const possible = stops.filter(({ exit }) => exit !== 70);
  const parts = repeats.map((attempt) => writePart(join(folder, repeatFolder(attempt)), { run: { ...run, run: repeatRun("series", attempt) }, scenarios, roll, possible }));
  const asked = { most: repeats.length, untilDecided: roll() < 0.3 };
  const begun = repeats.map((attempt, index): JsonEvent => ({ type: "repeat", at: scriptedStartUs + 1 + index, ...attempt }));
  writeLog(join(folder, "log"), [{ ...scriptedHeader(run, null), repeats: asked }, ...begun, { type: "end", at: scriptedStartUs + 1_000_000_000 }]);
  return { exits: parts.flatMap(({ exits }) => exits) };
}

interface Part {
  run: ScriptedRun;
  scenarios: readonly Scenario[];
  roll: Dice;
  possible: readonly (typeof stops)[number][];
}

function writePart(folder: string, { run, scenarios, roll, possible }: Part): GeneratedRun {
  const stop = roll() < 0.2 ? possible[integerBetween(roll, 0, possible.length - 1)] : undefined;
  const exits: number[] = [];
  for (const [index, scenario] of scenarios.entries()) {
    if (roll() < 0.06) continue;
    const header = scriptedHeader(run, scenario, scriptedStartUs + (1 + index) * 120_000_000);
    const events = simulate(header, scenario, conductOf(roll, index, stop));
    const [damage] = roll() < 0.25 ? sample(roll, damages, 1) : [];
    writeLog(join(folder, scenario.name, "log"), damage === undefined ? events : damage.change(events, roll));
    // The log of the scenario that was stopped says so as well, unless the damage took it away.
    if (stop !== undefined) exits.push(stop.exit);
  }
  const complete = roll() > 0.1;
  if (!complete) exits.push(4);
  if (stop !== undefined) exits.push(stop.exit);
  writeLog(join(folder, "log"), suiteEvents(run, { stop, complete }));
  return { exits };
}

/** A few seconds each, with some of the rows: enough data for some of them and too little for others. */
function smallScenarios(roll: Dice): [steady: Scenario, outage: Scenario] {
  const [steady, outage] = syntheticScenarios();
  const decidable = roll() < 0.6;
  const rules = (all: readonly string[]): string[] => {
    const chosen = decidable ? all.filter((id) => !undecided.has(id)) : all;
    return sample(roll, chosen, integerBetween(roll, 1, chosen.length));
  };
  const workloads = [{ name: "orders", profile: { shape: "constant" as const, rate: 25 }, journeys: [{ steps: ["place"] }] }];
  const common = { target: "orders", workloads, stop: "none" as const };
  return [
    scriptedScenario({ ...common, name: steady.name, title: steady.title, phases: { warmUp: "1s", baseline: "6s" }, rules: rules(steady.rules) }),
    scriptedScenario({
      ...common,
      name: outage.name,
      title: outage.title,
      phases: { warmUp: "1s", baseline: "4s", recovery: "5s", after: "2s" },
      steps: [{ id: "cut", fault: { kind: "link-down", links: ["api-store"] }, hold: "3s" }],
      rules: rules(outage.rules),
    }),
  ];
}

function generatedRun(roll: Dice, scenarios: readonly Scenario[]): ScriptedRun {
  const base = syntheticRun();
  const names = scenarios.map(({ name }) => name);
  const ids = base.target.objectives.map(({ id }) => id);
  const required = sample(roll, roll() < 0.9 ? scenarios.flatMap(({ rules }) => rules) : ids, integerBetween(roll, 0, 3));
  const suite = scriptedSuite({ name: "gate", title: "What a release must show", target: "orders", scenarios: names, required: [...new Set(required)] });
  return { ...base, suite, planned: names, plannedRules: Object.fromEntries(scenarios.map(({ name, rules }) => [name, rules])) };
}

/** The fault is injected 5 s into the second scenario and healed 3 s later. */
function conductOf(roll: Dice, index: number, stop: (typeof stops)[number] | undefined): Conduct {
  const conduct: Conduct = {};
  const chance = (share: number): boolean => roll() < share;
  if (index === 1) {
    const downUntilMs = chance(0.3) ? 14_500 : 8000 + integerBetween(roll, 0, 400);
    conduct.answer = (atMs, dies) => (atMs >= 5000 && atMs < downUntilMs ? { outcome: "status", status: 503, tookMs: 4 } : { outcome: "ok", status: 202, tookMs: 10 + dies() * 30 });
    conduct.probe = (_probe, atMs) => ({ ok: atMs < 5000 || atMs >= downUntilMs, tookMs: 3 });
    conduct.felt = chance(0.9);
  } else if (chance(0.3)) {
    const failing = roll() * 0.3;
    conduct.answer = (_atMs, dies) => (dies() < failing ? { outcome: "status", status: 500, tookMs: 5 } : { outcome: "ok", status: 202, tookMs: 10 + dies() * 900 });
  }
  if (chance(0.2)) conduct.copies = (n) => (n % 37 === 5 ? integerBetween(roll, 0, 2) : 1);
  if (chance(0.2)) conduct.fact = () => [integerBetween(roll, 0, 6)];
  if (chance(0.1)) conduct.gauge = () => integerBetween(roll, 0, 20);
  if (stop !== undefined) conduct.stopAt = { atMs: integerBetween(roll, 500, 6000), why: stop.why, code: stop.code, message: stop.message };
  return conduct;
}

function suiteEvents(run: ScriptedRun, { stop, complete }: { stop: (typeof stops)[number] | undefined; complete: boolean }): LogEvent[] {
  const header: RunHeader = scriptedHeader(run, null);
  const lastUs = scriptedStartUs + 360_000_000;
  const boot: JsonEvent = { type: "boot", at: scriptedStartUs + 3_200_000, bootMs: 3200, versions: header.versions, ready: ["store", "api"], notReady: [] };
  const stopped: JsonEvent[] = stop === undefined ? [] : [{ type: "stop", at: lastUs - 2000, why: stop.why, code: stop.code, message: stop.message }];
  const left = complete ? [] : [{ kind: "process", id: "4002", command: "kill -9 4002" }];
  return [header, boot, ...stopped, { type: "cleanup", at: lastUs - 1000, complete, left }, { type: "end", at: lastUs }];
}
