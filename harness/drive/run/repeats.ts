/**
 * Runs a plan again and again, each time as a whole run of its own in a folder of its own. Every repeat boots a fresh stack, and does not reset the one before: memory that
 * was not given back, connections that were left, bloated tables and warm caches go from one scenario to the next on one stack, so that repeats on it would say
 * the same thing twice. The samples of repeats are added up, and for that they have to be independent.
 */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { RoadworthyError } from "../../base/error.ts";
import { nowUs } from "../../base/time.ts";
import type { RepeatAttempt, RepeatsAsked } from "../../log/event.ts";
import { repeatFolder, repeatRun } from "../../log/repeat-folder.ts";
import { secretsOf } from "../../log/secrets.ts";
import { openEventWriter } from "../../log/writer.ts";
import type { RunOptions, RunPlan } from "./plan.ts";
import type { Progress } from "./progress.ts";
import { stopEvent } from "./stop.ts";
import { headerOf, runSuite } from "./suite.ts";

export interface RepeatOptions extends RunOptions {
  repeats: RepeatsAsked;
  /** Asked before the first repeat and after each: which comes next, or null when it is over. */
  next: () => RepeatAttempt | null;
}

/** Never throws for what happens in a repeat: its log says it. Throws only when a log cannot be written. */
export async function runRepeats(plan: RunPlan, { repeats, next, ...options }: RepeatOptions): Promise<void> {
  const broken = new AbortController();
  const signal = AbortSignal.any([options.signal, broken.signal]);
  const onError = (error: RoadworthyError): void => broken.abort(error);
  using log = openEventWriter(join(options.folder, "log"), "harness", { onError, secrets: secretsOf(plan, options.secrets) });
  log.write({ ...(await headerOf(plan, options)), repeats });
  // Whatever aborted one run would abort each further one.
  for (let attempt = next(); attempt !== null && !signal.aborted; attempt = next()) {
    log.write({ type: "repeat", at: nowUs(), ...attempt });
    log.sync();
    const folder = join(options.folder, repeatFolder(attempt));
    mkdirSync(folder);
    const { onProgress } = options;
    const position = `repeat ${attempt.repeat}${repeats.untilDecided ? "" : ` of ${repeats.most}`}`;
    await runSuite({ ...plan, seed: attempt.seed }, { ...options, signal, folder, run: repeatRun(options.run, attempt), onProgress: (progress) => onProgress(within(position, progress)) });
  }
  if (signal.aborted) log.write(stopEvent(signal.reason));
  log.write({ type: "end", at: nowUs() });
  log.sync();
  broken.signal.throwIfAborted();
}

function within(position: string, progress: Progress): Progress {
  if (progress.scenario === null) return { ...progress, stage: `${position}: ${progress.stage}` };
  return { ...progress, position: `${position}, ${progress.position}` };
}
