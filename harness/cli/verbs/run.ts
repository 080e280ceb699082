/** `run` and `suite`: drive, then judge, then report. */

import { relative } from "node:path";
import { asRoadworthyError, RoadworthyError } from "../../base/error.ts";
import { runSuite } from "../../drive/run/suite.ts";
import type { RunPlan } from "../../drive/run/plan.ts";
import { healInterrupted } from "../../drive/supervisor/heal.ts";
import { annotations, render } from "../../../reports/index.ts";
import { renderTerminal } from "../../../reports/terminal.ts";
import { secretsOfEnvironment } from "../../log/secrets.ts";
import { allowedTargets } from "../input/allowed-targets.ts";
import { listenForInterrupts } from "../interrupts.ts";
import { writeOutputs } from "../outputs.ts";
import { progressDisplay } from "../progress-display.ts";
import { refuseUndecidable } from "../plan/outlooks.ts";
import { createRun, previousRun, storeFolder } from "../store.ts";
import { version } from "../version.ts";

export interface RunFlags {
  target?: string;
  stack: string;
  proxy: string;
  /** host:port, as often as it was given. */
  allowTarget?: string[];
  out?: string;
  json?: boolean;
  all?: boolean;
}

/** Runs the plan and returns the exit code. `repeat` is the command without its seed. */
export async function runPlan(plan: RunPlan, flags: RunFlags, repeat: string): Promise<number> {
  if (flags.stack !== "embedded") {
    throw new RoadworthyError("stack-unavailable", `stack "${flags.stack}" is not available in this version`, { hint: "use --stack embedded" });
  }
  refuseUndecidable(plan);
  const allowed = await allowedTargets(flags.allowTarget ?? [], process.cwd());
  const store = storeFolder(flags.out);
  const previous = previousRun(store, plan.suite.name, plan.target.name);
  using interrupts = listenForInterrupts((code) => process.exit(code));
  await healInterrupted();
  const { run, folder } = createRun(store);
  {
    using display = progressDisplay(process.stderr);
    await runSuite(plan, {
      run,
      folder,
      proxy: flags.proxy === "toxiproxy" ? "toxiproxy" : "embedded",
      allowed,
      secrets: secretsOfEnvironment(process.env),
      repeat: `${repeat} --seed ${plan.seed}`,
      roadworthyVersion: version(),
      previous,
      signal: interrupts.signal,
      onProgress: (progress) => display.show(progress),
    });
  }
  return report(folder, flags);
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

