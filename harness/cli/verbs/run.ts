/** `run` and `suite`: drive, then judge, then report. */

import { relative } from "node:path";
import { asRoadworthyError, RoadworthyError } from "../../base/error.ts";
import { runRepeats } from "../../drive/run/repeats.ts";
import { runSuite } from "../../drive/run/suite.ts";
import type { RunOptions, RunPlan } from "../../drive/run/plan.ts";
import { healInterrupted } from "../../drive/supervisor/heal.ts";
import { annotations, render } from "../../../reports/index.ts";
import { renderTerminal } from "../../../reports/terminal.ts";
import type { Control } from "../../scenario/control.ts";
import { secretsOfEnvironment } from "../../log/secrets.ts";
import type { StackChoice } from "../../drive/run/boot/stack-choice.ts";
import { allowedTargets } from "../input/allowed-targets.ts";
import { terminalConfirmation } from "../input/terminal-confirmation.ts";
import { stackChoice, type StackFlags } from "../input/stack-flags.ts";
import { listenForInterrupts } from "../interrupts.ts";
import { writeOutputs } from "../outputs.ts";
import { gatesSeenRed } from "../selftest/gates-seen-red.ts";
import { progressDisplay } from "../progress-display.ts";
import { refuseUndecidable } from "../plan/outlooks.ts";
import { repeatsAsked, repeatsOf, repeatWords, type RepeatFlags } from "../repeats.ts";
import { createRun, previousRun, storeFolder } from "../store.ts";
import { version } from "../version.ts";

export interface RunFlags extends RepeatFlags, StackFlags {
  target?: string;
  proxy: string;
  /** host:port, as often as it was given. */
  allowTarget?: string[];
  out?: string;
  json?: boolean;
  all?: boolean;
}

/** Runs the plan and returns the exit code. `repeat` is the command without its seed. */
export async function runPlan(plan: RunPlan, flags: RunFlags, repeat: string): Promise<number> {
  const stack = await stackChoice(flags, { target: plan.target, folder: process.cwd() });
  refuseUndecidable(plan, repeatsAsked(flags)?.most ?? 1);
  const store = storeFolder(flags.out);
  using interrupts = listenForInterrupts((code) => process.exit(code));
  await healInterrupted();
  return report(await recordRun(plan, flags, { store, repeat, stack, signal: interrupts.signal }), flags);
}

export interface Recording {
  store: string;
  /** Where the run is put, when it is not to stand beside those of releases. */
  into?: string;
  /** The command that repeats it, without its seed. */
  repeat: string;
  /** Makes the run one by which no release is judged. */
  control?: Control | null;
  /** The runtime; embedded when left out. */
  stack?: StackChoice;
  signal: AbortSignal;
}

/** Runs the plan and returns the folder of its log, in a new run of the store. */
export async function recordRun(plan: RunPlan, flags: Pick<RunFlags, "proxy" | "allowTarget" | "repeat" | "untilDecided">, recording: Recording): Promise<string> {
  const { store, into = store, repeat, control = null, stack = { runtime: "embedded" }, signal } = recording;
  const repeats = repeatsAsked(flags);
  const allowed = await allowedTargets(flags.allowTarget ?? [], process.cwd());
  const previous = previousRun(into, { suite: plan.suite.name, target: plan.target.name, stack: stack.runtime });
  const scenarios = plan.scenarios.map(({ name }) => name);
  const { run, folder } = createRun(into);
  using display = progressDisplay(process.stderr);
  using terminal = terminalConfirmation(plan, process.env);
  const options: RunOptions = {
    run,
    folder,
    stack,
    proxy: flags.proxy === "toxiproxy" ? "toxiproxy" : "embedded",
    allowed,
    // Those of `--env` as well: the command that repeats the run names them.
    secrets: secretsOfEnvironment(stack.runtime === "docker" ? stack.environment : process.env),
    repeat: `${repeat}${repeatWords(repeats)} --seed ${plan.seed}`,
    roadworthyVersion: version(),
    previous,
    gatesSeenRed: gatesSeenRed(store, plan.target.variantOf ?? plan.target.name, scenarios),
    control,
    signal,
    onProgress: (progress) => display.show(progress),
    ...(terminal === null ? {} : { terminal }),
  };
  if (repeats === null) await runSuite(plan, options);
  else await runRepeats(plan, { ...options, repeats, next: repeatsOf(folder, repeats, plan.seed) });
  return folder;
}

function report(folder: string, flags: RunFlags): number {
  try {
    const judged = writeOutputs(folder);
    const text = flags.json === true ? render("json", judged) : renderTerminal(judged, terminalOptions(folder, flags));
    process.stdout.write(text);
    // Lines that GitHub turns into annotations of the pull request; with --json stdout belongs to the program that reads it.
    if (process.env["GITHUB_ACTIONS"] === "true" && flags.json !== true) process.stdout.write(annotations(judged).map((line) => `${line}\n`).join(""));
    return judged.suite.exitCode;
  } catch (error) {
    const known = asRoadworthyError(error);
    if (known.code !== "run-unreadable") throw known;
    throw new RoadworthyError("cannot-write", known.message, { hint: "the log could not be written; free some space, or choose another folder with --out", where: folder, cause: known });
  }
}

function terminalOptions(folder: string, flags: RunFlags): Parameters<typeof renderTerminal>[1] {
  return {
    color: process.stdout.isTTY && process.env["NO_COLOR"] === undefined,
    width: process.stdout.isTTY ? process.stdout.columns : 120,
    all: flags.all === true,
    folder: relative(process.cwd(), folder) || folder,
  };
}

