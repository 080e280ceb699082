/** The sentence itself: boot the stack, conduct each scenario on it, take everything down, and leave it all in the log. */

import { join } from "node:path";
import { parseDurationMs } from "../../base/duration.ts";
import { asRoadworthyError, RoadworthyError } from "../../base/error.ts";
import { nowUs, wallClockMs } from "../../base/time.ts";
import type { ControlEvent, RunHeader } from "../../log/event.ts";
import { logSchemaVersion } from "../../log/event.ts";
import { cleanedOf } from "../../log/redact.ts";
import { secretsOf } from "../../log/secrets.ts";
import { appendEvents, openEventWriter, type EventWriter } from "../../log/writer.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import type { Supervisor } from "../supervisor/client.ts";
import { startSupervisor } from "../supervisor/connect.ts";
import { limits as leaseLimits } from "../supervisor/core/state.ts";
import type { CleanupResult } from "../supervisor/protocol.ts";
import { boot } from "./boot/boot.ts";
import { conduct } from "./conduct.ts";
import { assertPrograms } from "./guests.ts";
import { commitOf, hostFacts, versionsOf } from "./host.ts";
import type { RunEnd, RunOptions, RunPlan } from "./plan.ts";
import { stageOnly, type Progress } from "./progress.ts";
import { Recorder } from "./watch/recorder.ts";
import { proxyOf } from "./boot/stack-choice.ts";
import { stopEvent } from "./stop.ts";

/** Runs the plan. Never throws for what happens in the run: the log says it, and `stopped` repeats it. Throws only when the log cannot be written. */
export async function runSuite(plan: RunPlan, given: RunOptions): Promise<RunEnd> {
  // What breaks under the run (a full disk, a lost supervisor) ends it as an interrupt does.
  const broken = new AbortController();
  // A compose file tells its services passwords that the target does not name: those are added when it has been read, for every log of the run and for the terminal.
  const secrets = secretsOf(plan, given.secrets);
  const cleaned = cleanedOf(secrets);
  const onProgress = (progress: Progress): void => given.onProgress({ ...progress, stage: cleaned(progress.stage), note: progress.note === null ? null : cleaned(progress.note) });
  const options = { ...given, secrets, onProgress, signal: AbortSignal.any([given.signal, broken.signal]) };
  const onSecrets = (found: readonly string[]): void => void secrets.push(...secretsOf(plan, found).filter((secret) => !secrets.includes(secret)));
  const onError = (error: RoadworthyError): void => broken.abort(error);
  using log = openEventWriter(join(options.folder, "log"), "harness", { onError, secrets: options.secrets });
  const header = await headerOf(plan, options);
  log.write(header);
  log.sync();
  const finished: string[] = [];
  let stopped: RoadworthyError | null = null;
  let cleanup: CleanupResult = { complete: true, left: [] };
  try {
    const supervisor = await startSupervisor({
      run: options.run,
      longestFaultMs: longestFaultMs(plan),
      onLost: (why) => onError(new RoadworthyError("supervisor-lost", `the supervisor ended: ${why}`, { hint: "run `roadworthy heal` to undo what is left" })),
    });
    try {
      await onStack(plan, options, { supervisor, log, header, finished, onError, onSecrets });
    } catch (error) {
      stopped = asRoadworthyError(error);
      log.write(stopEvent(stopped));
    } finally {
      options.onProgress(stageOnly("cleaning up"));
      cleanup = await supervisor.close();
    }
  } catch (error) {
    stopped ??= asRoadworthyError(error);
    log.write(stopEvent(stopped));
  }
  const ending: ControlEvent = { type: "cleanup", at: nowUs(), ...cleanup };
  log.write(ending);
  log.write({ type: "end", at: nowUs() });
  log.sync();
  for (const scenario of finished) appendEvents(join(options.folder, scenario, "log"), "harness", [ending], options.secrets);
  return { stopped: stopped === null ? null : withMessage(stopped, cleaned(stopped.message)) };
}

function withMessage(error: RoadworthyError, message: string): RoadworthyError {
  const { code, hint, where } = error;
  return new RoadworthyError(code, message, { ...(hint === undefined ? {} : { hint }), ...(where === undefined ? {} : { where }) });
}

/** Ten minutes, unless a scenario raises it (R5): a drill with people in it may take longer. */
function longestFaultMs({ scenarios }: RunPlan): number {
  return Math.max(leaseLimits.longestFaultMs, ...scenarios.map(({ limits }) => parseDurationMs(limits.longestFault)));
}

interface Ground {
  supervisor: Supervisor;
  log: EventWriter;
  header: RunHeader;
  /** Scenarios that have a log. */
  finished: string[];
  onError: (error: RoadworthyError) => void;
  /** Told of more that must not get into any log. */
  onSecrets: (secrets: readonly string[]) => void;
}

async function onStack(plan: RunPlan, options: RunOptions, ground: Ground): Promise<void> {
  const recorder = new Recorder(ground.log);
  using _listening = ground.supervisor.onNotice((notice) => recorder.take(notice));
  await assertPrograms(plan.scenarios);
  options.onProgress(stageOnly("boot", `${options.stack?.runtime === "external" ? "looking for" : "starting"} ${plan.target.title}`));
  const writeOpening = (log: EventWriter, scenario: Scenario, known: ControlEvent): void => {
    log.write({ ...ground.header, at: nowUs(), startedAtUnixMs: wallClockMs(), scenario });
    log.write({ ...known, at: nowUs() });
  };
  const { stack: booted, event } = await boot(plan, options, { ...ground, writeOpening, onMoment: (moment) => recorder.takeMoment(moment) });
  await using stack = booted;
  for (const [index, scenario] of plan.scenarios.entries()) {
    options.signal.throwIfAborted();
    if (index > 0) await stack.reset();
    ground.finished.push(scenario.name);
    try {
      await conduct(scenario, { plan, options, stack, recorder, writeOpening: (log, ruled) => writeOpening(log, ruled, event), onError: ground.onError, position: `${index + 1} of ${plan.scenarios.length}` });
    } catch (error) {
      // Its log says why it ended; the next one begins with a stack that was reset, and has a gate of its own.
      if (!isUnsteady(error)) throw error;
      options.onProgress(stageOnly("no steady state", error.message));
    }
  }
}

function isUnsteady(error: unknown): error is RoadworthyError {
  return error instanceof RoadworthyError && error.code === "not-steady";
}

/** Of a run of its own, or of a series of them. */
export async function headerOf(plan: RunPlan, options: RunOptions): Promise<RunHeader> {
  return {
    type: "run",
    at: nowUs(),
    schema: logSchemaVersion,
    run: options.run,
    startedAtUnixMs: wallClockMs(),
    roadworthyVersion: options.roadworthyVersion,
    commit: await commitOf(plan.targetFolder),
    // What the others run on is in the record of the boot.
    versions: (options.stack?.runtime ?? "embedded") === "embedded" ? await versionsOf(plan.target) : [`Node ${process.versions.node}`],
    host: hostFacts(),
    stack: options.stack?.runtime ?? "embedded",
    proxy: proxyOf(options),
    seed: plan.seed,
    suite: plan.suite,
    target: plan.target,
    scenario: null,
    planned: plan.scenarios.map((scenario) => scenario.name),
    plannedRules: Object.fromEntries(plan.scenarios.map((scenario) => [scenario.name, scenario.rules])),
    repeat: options.repeat,
    previous: options.previous,
    gatesSeenRed: options.gatesSeenRed,
    ...(options.control === null ? {} : { control: options.control }),
  };
}
