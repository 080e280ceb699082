/** Judges a suite's run folder: its own log, and each scenario's. */

import { join } from "node:path";
import { usToMs } from "../../base/duration.ts";
import { isoTime } from "../../base/time.ts";
import type { RunHeader } from "../../log/event.ts";
import { hasHeader, openLog } from "../../log/reader.ts";
import { nameSchema } from "../../scenario/words.ts";
import type { CleanupEvent, StopEvent } from "../facts/scenario-facts.ts";
import { stopped } from "../facts/trust.ts";
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
  /** Those that ran, in the order of the plan. */
  scenarios: readonly JudgedScenario[];
}

/** Judges `<folder>/log` and `<folder>/<scenario>/log` of every planned scenario. Throws `run-unreadable` when the suite's own log cannot be read. */
export function judgeSuite(folder: string): JudgedSuite {
  const suiteLog = readSuiteLog(folder);
  const { header } = suiteLog;
  // A log from elsewhere must not lead out of its folder.
  const named = header.planned.filter((name) => nameSchema.safeParse(name).success);
  const judged = named.flatMap((name) => judgedScenario(join(folder, name), suiteLog.cleanup));
  const rows = suiteRows(header, judged);
  const suite = suiteVerdict({ ...suiteLog, judged, rows });
  return { header, suite, scenarios: judged.map((scenario) => ({ header: scenario.header, verdict: scenario.verdict, evidence: scenario.evidence })) };
}

interface SuiteLog {
  header: RunHeader;
  stop: StopEvent | null;
  cleanup: CleanupEvent | null;
  /** Of what really ran; of what was there before the boot when it did not come to one. */
  versions: readonly string[];
  endUs: number;
  problems: readonly string[];
}

function readSuiteLog(folder: string): SuiteLog {
  const log = openLog(join(folder, "log"));
  let stop: StopEvent | null = null;
  let cleanup: CleanupEvent | null = null;
  let { versions, at: endUs } = log.header;
  const events = log.events();
  for (;;) {
    const next = events.next();
    if (next.done === true) return { header: log.header, stop, cleanup, versions, endUs, problems: next.value.problems };
    endUs = Math.max(endUs, next.value.at);
    if (next.value.type === "stop") stop ??= next.value;
    if (next.value.type === "cleanup") cleanup = next.value;
    if (next.value.type === "boot") versions = next.value.versions ?? versions;
  }
}

/** Nothing when the scenario did not run: no log, or one that ends before its header. */
function judgedScenario(folder: string, cleanup: CleanupEvent | null): ScenarioJudgement[] {
  if (!hasHeader(join(folder, "log"))) return [];
  return [judgeScenarioFully(folder, cleanup)];
}

interface SuiteParts extends SuiteLog {
  judged: readonly ScenarioJudgement[];
  rows: readonly SuiteRow[];
}

function suiteVerdict(parts: SuiteParts): SuiteVerdict {
  const { header, judged, rows, cleanup } = parts;
  const objectives = rows.map((row) => row.objective);
  const stop = parts.stop ?? stopAmong(judged);
  const incomplete = incompleteSuite(parts, stop);
  const unruled = header.suite.required.filter((id) => objectives.find((row) => row.objective === id)?.outcome == null);
  const ruled = objectives.flatMap((row) => (row.outcome === null ? [] : [row.outcome]));
  const outcome = mergeOutcomes(incomplete === null && unruled.length === 0 ? ruled : [...ruled, "inconclusive"]);
  const stopCodes = [parts.stop, ...judged.map((scenario) => scenario.facts.stop)].flatMap((event) => (event === null ? [] : [event.code]));
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
    headline: headlineOf({ outcome, rows, unruled, incomplete, stop, cleanupComplete: cleanup?.complete ?? null }),
    startedAt: isoTime(header.startedAtUnixMs),
    durationMs: roundMs(usToMs(parts.endUs - header.at)),
    seed: header.seed,
    required: [...header.suite.required],
    counts: countsOf(objectives, header.suite.required),
    scenarios: header.planned.map((name) => scenarioRow(name, header.run, judged)),
    objectives,
    disappeared: known.map((row) => row.objective).filter((id) => !objectives.some((row) => row.objective === id)),
    previousRun: header.previous?.run ?? null,
    incomplete,
    stopped: stop === null ? null : { why: stop.why, code: stop.code, message: stop.message, hint: stop.hint ?? null },
    cleanup: { complete: cleanup?.complete ?? null, left: cleanup?.left.map((item) => ({ ...item })) ?? [] },
    versions: [...parts.versions],
    commit: header.commit,
    settings: { ...header.target.settings },
    repeat: header.repeat,
  };
}

/** Without a steady state only the scenario ends: what ended the run comes first. */
function stopAmong(judged: readonly ScenarioJudgement[]): StopEvent | null {
  const stops = judged.flatMap(({ facts }) => facts.stop ?? []);
  return stops.find(({ why }) => why !== "unsteady") ?? stops[0] ?? null;
}

/** Why the suite's run is incomplete, or null. */
function incompleteSuite({ header, problems, judged, cleanup }: SuiteParts, stop: StopEvent | null): string | null {
  const reasons: string[] = [];
  if (stop !== null && stop.why !== "unsteady") reasons.push(stopped(stop));
  const missing = header.planned.filter((name) => !judged.some((scenario) => scenario.verdict.scenario === name));
  if (missing.length > 0) reasons.push(`${missing.join(", ")} did not run`);
  reasons.push(...problems.map((problem) => `the suite's log is incomplete: ${problem}`));
  if (cleanup === null) reasons.push("the log ends before the cleanup");
  for (const { verdict } of judged) {
    if (verdict.incomplete !== null && (verdict.stopped === null || verdict.stopped.why === "unsteady")) reasons.push(`${verdict.scenario}: ${verdict.incomplete}`);
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
