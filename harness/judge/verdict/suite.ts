/** Judges a suite's run folder: its own log, and each scenario's; or those of its repeats. */

import { join } from "node:path";
import { usToMs } from "../../base/duration.ts";
import { isoTime } from "../../base/time.ts";
import type { RepeatAttempt, RunHeader } from "../../log/event.ts";
import type { ImageUse } from "../../log/node-evidence.ts";
import { hasHeader, openLog } from "../../log/reader.ts";
import { nameSchema } from "../../scenario/words.ts";
import type { CleanupEvent, StopEvent } from "../facts/scenario-facts.ts";
import { controlOf, stopped } from "../facts/trust.ts";
import type { JudgedAttempt, JudgedOnce } from "../repeats/attempt.ts";
import { judgeSeries } from "../repeats/series.ts";
import { headlineOf } from "./headline.ts";
import { exitCodeFor, mergeOutcomes } from "./merge.ts";
import { roundMs } from "./round.ts";
import { judgeScenarioFully, type JudgedScenario, type ScenarioJudgement } from "./scenario.ts";
import { verdictSchemaVersion, type Outcome, type SuiteObjective, type SuiteVerdict } from "./schema.ts";
import { suiteRows, type SuiteRow } from "./suite-rows.ts";

export interface JudgedSuite {
  /** Header of the suite's own log. */
  header: RunHeader;
  suite: SuiteVerdict;
  /** Those that ran, in the order of the plan. Of a series of repeats: those of all repeats, each named with its repeat. */
  scenarios: readonly JudgedScenario[];
  /** Of a series of repeats. */
  attempts?: readonly JudgedAttempt[];
}

/**
 * Judges `<folder>/log` and `<folder>/<scenario>/log` of every planned scenario; of a series of repeats the same in each of their folders, and over all of them.
 * Throws `run-unreadable` when the suite's own log cannot be read. `known`: folders of repeats that were judged before.
 */
export function judgeSuite(folder: string, known: Map<string, JudgedOnce> = new Map()): JudgedSuite {
  const suiteLog = readSuiteLog(folder);
  if (suiteLog.header.repeats === undefined) return judgeOnce(folder, suiteLog).whole;
  const judge = (part: string): JudgedOnce => {
    const judged = known.get(part) ?? judgeOnce(join(folder, part), readSuiteLog(join(folder, part)));
    known.set(part, judged);
    return judged;
  };
  const series = judgeSeries(suiteLog, suiteLog.header.repeats, judge);
  return { header: suiteLog.header, suite: suiteVerdict({ ...suiteLog, ...series.parts }), scenarios: series.scenarios, attempts: series.attempts };
}

function judgeOnce(folder: string, suiteLog: SuiteLog): JudgedOnce {
  const { header, cleanup } = suiteLog;
  // A log from elsewhere must not lead out of its folder.
  const named = header.planned.filter((name) => nameSchema.safeParse(name).success);
  const judged = named.flatMap((name) => judgedScenario(join(folder, name), cleanup));
  const rows = suiteRows(header, { scenarios: judged.map(({ verdict, ruled }) => ({ scenario: verdict.scenario, ruled })), runs: judged });
  const stop = suiteLog.stop ?? stopAmong(judged);
  const suite = suiteVerdict({
    ...suiteLog,
    rows,
    stop,
    stopCodes: [suiteLog.stop, ...judged.map((scenario) => scenario.facts.stop)].flatMap((event) => (event === null ? [] : [event.code])),
    incomplete: incompleteSuite(suiteLog, judged, stop),
    scenarios: header.planned.map((name) => scenarioRow(name, header.run, judged)),
  });
  const whole = { header, suite, scenarios: judged.map((scenario) => ({ header: scenario.header, verdict: scenario.verdict, evidence: scenario.evidence })) };
  return { whole, judged, stop };
}

export interface SuiteLog {
  header: RunHeader;
  stop: StopEvent | null;
  cleanup: CleanupEvent | null;
  /** Of what really ran; of what was there before the boot when it did not come to one. */
  versions: readonly string[];
  images: readonly ImageUse[];
  endUs: number;
  problems: readonly string[];
  /** Of a series of repeats. */
  attempts: readonly RepeatAttempt[];
}

function readSuiteLog(folder: string): SuiteLog {
  const log = openLog(join(folder, "log"));
  let stop: StopEvent | null = null;
  let cleanup: CleanupEvent | null = null;
  let { versions, at: endUs } = log.header;
  let images: readonly ImageUse[] = [];
  const attempts: RepeatAttempt[] = [];
  const events = log.events();
  for (;;) {
    const next = events.next();
    if (next.done === true) return { header: log.header, stop, cleanup, versions, images, endUs, attempts, problems: next.value.problems };
    endUs = Math.max(endUs, next.value.at);
    if (next.value.type === "stop") stop ??= next.value;
    if (next.value.type === "cleanup") cleanup = next.value;
    if (next.value.type === "repeat" && isAttempt(next.value)) attempts.push(next.value);
    if (next.value.type === "boot") ({ versions = versions, images = images } = next.value);
  }
}

/** Numbers that make the name of a folder; a log from elsewhere may hold anything. */
function isAttempt({ repeat, attempt, seed }: RepeatAttempt): boolean {
  return [repeat, attempt].every((number) => Number.isSafeInteger(number) && number > 0) && Number.isSafeInteger(seed);
}

/** Nothing when the scenario did not run: no log, or one that ends before its header. */
function judgedScenario(folder: string, cleanup: CleanupEvent | null): ScenarioJudgement[] {
  if (!hasHeader(join(folder, "log"))) return [];
  return [judgeScenarioFully(folder, cleanup)];
}

export interface SuiteParts {
  header: RunHeader;
  rows: readonly SuiteRow[];
  /** The first stop, of the suite or of a scenario. */
  stop: StopEvent | null;
  stopCodes: readonly string[];
  cleanup: Pick<CleanupEvent, "complete" | "left"> | null;
  versions: readonly string[];
  images: readonly ImageUse[];
  endUs: number;
  /** Why the run is incomplete, or null. */
  incomplete: string | null;
  scenarios: SuiteVerdict["scenarios"];
  repeats?: SuiteVerdict["repeats"];
}

function suiteVerdict(parts: SuiteParts): SuiteVerdict {
  const { header, rows, cleanup, stop, stopCodes, incomplete } = parts;
  const objectives = rows.map((row) => row.objective);
  const unruled = header.suite.required.filter((id) => objectives.find((row) => row.objective === id)?.outcome == null);
  const ruled = objectives.flatMap((row) => (row.outcome === null ? [] : [row.outcome]));
  const outcome = mergeOutcomes(incomplete === null && unruled.length === 0 ? ruled : [...ruled, "inconclusive"]);
  const known = header.previous?.objectives ?? [];
  return {
    schema: verdictSchemaVersion,
    run: header.run,
    suite: header.suite.name,
    target: header.target.name,
    title: header.target.title,
    stack: header.stack,
    outcome,
    exitCode: exitCodeFor({ outcome, stopCodes, cleanupComplete: cleanup?.complete ?? null }),
    headline: headlineOf({
      outcome,
      rows,
      unruled,
      incomplete,
      stop,
      isControl: header.control !== undefined,
      cleanupComplete: cleanup?.complete ?? null,
      repeats: parts.repeats?.counted ?? null,
    }),
    startedAt: isoTime(header.startedAtUnixMs),
    durationMs: roundMs(usToMs(parts.endUs - header.at)),
    seed: header.seed,
    required: [...header.suite.required],
    counts: countsOf(objectives, header.suite.required),
    scenarios: parts.scenarios,
    objectives,
    disappeared: known.map((row) => row.objective).filter((id) => !objectives.some((row) => row.objective === id)),
    previousRun: header.previous?.run ?? null,
    incomplete,
    ...(header.control === undefined ? {} : { control: { what: header.control.what, turnsRed: [...header.control.turnsRed] } }),
    stopped: stop === null ? null : { why: stop.why, code: stop.code, message: stop.message, hint: stop.hint ?? null },
    cleanup: { complete: cleanup?.complete ?? null, left: cleanup?.left.map((item) => ({ ...item })) ?? [] },
    versions: [...parts.versions],
    ...(parts.images.length === 0 ? {} : { images: parts.images.map((image) => ({ ...image })) }),
    commit: header.commit,
    settings: { ...header.target.settings },
    repeat: header.repeat,
    ...(parts.repeats === undefined ? {} : { repeats: parts.repeats }),
  };
}

/** Without a steady state only the scenario ends: what ended the run comes first. */
function stopAmong(judged: readonly ScenarioJudgement[]): StopEvent | null {
  const stops = judged.flatMap(({ facts }) => facts.stop ?? []);
  return stops.find(({ why }) => why !== "unsteady") ?? stops[0] ?? null;
}

/** Why the suite's run is incomplete, or null. */
function incompleteSuite({ header, problems, cleanup }: SuiteLog, judged: readonly ScenarioJudgement[], stop: StopEvent | null): string | null {
  const control = controlOf(header);
  const reasons = control === null ? [] : [control];
  if (stop !== null && stop.why !== "unsteady") reasons.push(stopped(stop));
  const missing = header.planned.filter((name) => !judged.some((scenario) => scenario.verdict.scenario === name));
  if (missing.length > 0) reasons.push(`${missing.join(", ")} did not run`);
  reasons.push(...problems.map((problem) => `the suite's log is incomplete: ${problem}`));
  if (cleanup === null) reasons.push("the log ends before the cleanup");
  for (const { verdict } of judged) {
    const isSaid = verdict.stopped !== null && verdict.stopped.why !== "unsteady";
    if (verdict.incomplete !== null && verdict.incomplete !== control && !isSaid) reasons.push(`${verdict.scenario}: ${verdict.incomplete}`);
  }
  return reasons.length === 0 ? null : reasons.join("; ");
}

function scenarioRow(name: string, run: string, judged: readonly ScenarioJudgement[]): SuiteVerdict["scenarios"][number] {
  const found = judged.find((scenario) => scenario.verdict.scenario === name);
  return { scenario: name, run, outcome: found?.verdict.outcome ?? "inconclusive", ran: found !== undefined };
}

function countsOf(objectives: readonly SuiteObjective[], required: readonly string[]): SuiteVerdict["counts"] {
  const having = (test: (row: SuiteObjective) => boolean): number => objectives.filter(test).length;
  const ruledAs = (outcome: Outcome): number => required.filter((id) => objectives.find((row) => row.objective === id)?.outcome === outcome).length;
  const requiredPassed = ruledAs("pass");
  const requiredFailed = ruledAs("fail");
  return {
    objectives: objectives.length,
    ruled: having((row) => row.status === "ruled"),
    passed: having((row) => row.outcome === "pass"),
    failed: having((row) => row.outcome === "fail"),
    inconclusive: having((row) => row.outcome === "inconclusive"),
    information: having((row) => row.status === "information"),
    notCovered: having((row) => row.status === "not covered"),
    own: having((row) => row.kind === "own"),
    requiredPassed,
    requiredFailed,
    requiredInconclusive: required.length - requiredPassed - requiredFailed,
  };
}
