/** `selftest`: shows that each gate of a suite goes red when it has to, and the good target green. */

import { exitCodes, RoadworthyError } from "../../base/error.ts";
import { healInterrupted } from "../../drive/supervisor/heal.ts";
import { findTarget, planSuite } from "../definitions.ts";
import { listenForInterrupts } from "../interrupts.ts";
import { judgeTrials, matrixText, type Shown, type TrialResult } from "../selftest/matrix.ts";
import { runTrial, type TrialBench } from "../selftest/run-trial.ts";
import { planTrials, type Trial, type TrialPlan } from "../selftest/trials.ts";
import { variantsOf } from "../selftest/variants.ts";
import { storeFolder } from "../store.ts";
import { usualStack } from "../input/stack-flags.ts";
import type { RunFlags } from "./run.ts";

export interface SelftestFlags extends RunFlags {
  /** Only these gates. */
  only?: string[];
  /** Controls in place of the known-bad variants. */
  derived?: boolean;
}

/** After these a further run would meet the same, or make it worse. */
const fatal: ReadonlySet<number> = new Set([exitCodes.interrupted, exitCodes.internal, exitCodes.cleanup, exitCodes.write, exitCodes.unavailable]);

/** Runs all trials and returns the exit code. */
export async function selftest(name: string, flags: SelftestFlags & { seed: number }): Promise<number> {
  const plan = await planSuite(name, flags.target === undefined ? { seed: flags.seed } : { target: flags.target, seed: flags.seed });
  refuseOtherStacks(flags.stack ?? usualStack(plan.target));
  const found = flags.target === undefined ? { target: plan.target, folder: plan.targetFolder } : await findTarget(flags.target, true);
  const trials = planTrials(plan, await variantsOf(found), flags);
  using interrupts = listenForInterrupts((code) => process.exit(code));
  await healInterrupted();
  const bench: TrialBench = { suite: name, gates: trials.gates, seed: flags.seed, store: storeFolder(flags.out), flags, signal: interrupts.signal };
  const { results, ended } = await runAll(trials.trials, bench);
  const shown = judgeTrials(results, trials);
  const exitCode = ended ?? shown.exitCode;
  process.stdout.write(flags.json === true ? asJson({ suite: name, target: plan.target.name, trials, results, shown, exitCode }) : asText(results, trials, { shown, exitCode }));
  return exitCode;
}

function refuseOtherStacks(stack: string): void {
  if (stack === "embedded") return;
  throw new RoadworthyError("stack-unavailable", `a selftest is not available on stack "${stack}"`, { hint: "where a target has processes beside its containers: --stack embedded; else run its known-bad variants by hand: roadworthy run <scenario> --target <variant>" });
}

/** `ended`: the exit code of the run after which it made no sense to go on. */
async function runAll(trials: readonly Trial[], bench: TrialBench): Promise<{ results: TrialResult[]; ended: number | null }> {
  const results: TrialResult[] = [];
  for (const [index, trial] of trials.entries()) {
    process.stderr.write(`selftest ${index + 1} of ${trials.length}: ${trial.control?.what ?? trial.build.target.name} in ${trial.scenarios.join(", ")}\n`);
    const { result, exitCode } = await runTrial(trial, bench);
    results.push(result);
    if (fatal.has(exitCode)) {
      process.stderr.write(`the selftest ends here: exit ${exitCode}, see ${result.folder}\n`);
      return { results, ended: exitCode };
    }
  }
  return { results, ended: null };
}

interface Ending {
  shown: Shown;
  exitCode: number;
}

function asText(results: readonly TrialResult[], { gates, trials }: TrialPlan, { shown, exitCode }: Ending): string {
  const verdict = { 0: `every gate went red where it had to: ${gates.length} gates, ${trials.length} runs`, 1: "a gate does not do what it is there for", 2: "not decided" }[exitCode] ?? "the selftest did not come to its end";
  const runs = results.map(({ build, scenarios, folder }) => `  ${build} in ${scenarios.join(", ")}: ${folder}`);
  return `${[matrixText(results, gates), "", "Runs", ...runs, "", ...shown.wrong.map((line) => `✗ ${line}`), ...shown.undecided.map((line) => `? ${line}`), `exit ${exitCode}: ${verdict}`].join("\n")}\n`;
}

function asJson({ suite, target, trials, results, shown, exitCode }: Ending & { suite: string; target: string; trials: TrialPlan; results: readonly TrialResult[] }): string {
  return `${JSON.stringify({ suite, target, gates: trials.gates, trials: results, wrong: shown.wrong, undecided: shown.undecided, exitCode }, null, 2)}\n`;
}
