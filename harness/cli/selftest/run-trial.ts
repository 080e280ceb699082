/** Runs one trial of a selftest for real, judges it, and says what it showed. */

import { join, relative } from "node:path";
import type { RunPlan } from "../../drive/run/plan.ts";
import type { JudgedSuite } from "../../judge/index.ts";
import { planSuite } from "../definitions.ts";
import { recordSeenRed, type Sighting } from "./gates-seen-red.ts";
import { writeOutputs } from "../outputs.ts";
import { recordRun, type RunFlags } from "../verbs/run.ts";
import type { TrialResult } from "./matrix.ts";
import { rulesOn, type Trial } from "./trials.ts";

/** Runs that are no releases stand apart, so that no run of a release is compared with them. */
const folderOfTrials = "selftest";

export interface TrialBench {
  /** Name or path of the suite. */
  suite: string;
  gates: readonly string[];
  seed: number;
  store: string;
  flags: Pick<RunFlags, "proxy" | "allowTarget">;
  signal: AbortSignal;
}

export interface TrialEnd {
  result: TrialResult;
  /** Of the run, as it was judged. */
  exitCode: number;
}

export async function runTrial(trial: Trial, bench: TrialBench): Promise<TrialEnd> {
  const plan = await planOf(trial, bench);
  const repeat = ["npx", "roadworthy", "run", ...trial.scenarios, "--target", trial.build.target.name].join(" ");
  const folder = await recordRun(plan, bench.flags, { store: bench.store, into: join(bench.store, folderOfTrials), repeat, control: trial.control, signal: bench.signal });
  const judged = writeOutputs(folder);
  recordSeenRed(bench.store, sightings(trial, judged));
  return { result: resultOf(trial, judged, folder), exitCode: judged.suite.exitCode };
}

async function planOf(trial: Trial, { suite, gates, seed }: TrialBench): Promise<RunPlan> {
  const whole = await planSuite(suite, { found: trial.build, seed });
  const scenarios = whole.scenarios.filter(({ name }) => trial.scenarios.includes(name));
  const required = gates.filter((id) => scenarios.some((scenario) => rulesOn(scenario, id, whole.target)));
  return { ...whole, scenarios, suite: { ...whole.suite, scenarios: [...trial.scenarios], required } };
}

function resultOf(trial: Trial, { suite }: JudgedSuite, folder: string): TrialResult {
  const ruled = suite.objectives.flatMap(({ objective, outcome }): [string, "pass" | "fail" | "inconclusive"][] => (outcome === null ? [] : [[objective, outcome]]));
  const { build, scenarios, expected, control } = trial;
  return { build: build.target.name, isGood: expected.length === 0, control: control === null || control.act === null ? null : control.what, scenarios, expected, outcomes: Object.fromEntries(ruled), folder: relative(process.cwd(), folder) || folder, incomplete: suite.incomplete };
}

/** Each scenario in which an objective failed that had to. */
function sightings({ build: { target }, expected, control }: Trial, { header, scenarios }: JudgedSuite): Sighting[] {
  return scenarios.flatMap(({ verdict }) =>
    verdict.rulings
      .filter(({ objective, outcome }) => outcome === "fail" && expected.includes(objective))
      .map(({ objective }) => ({ target: target.variantOf ?? target.name, scenario: verdict.scenario, objective, atUnixMs: Math.round(header.startedAtUnixMs), by: control === null || control.act === null ? target.name : `a control: ${control.what}`, run: header.run })),
  );
}
