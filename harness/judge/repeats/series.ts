/** Judges a series of repeats: each by itself, then all that count together. */

import { RoadworthyError } from "../../base/error.ts";
import type { RepeatAttempt, RepeatsAsked, RunHeader } from "../../log/event.ts";
import { repeatFolder } from "../../log/repeat-folder.ts";
import { stopped } from "../facts/trust.ts";
import { usualDoubt } from "../../base/binomial.ts";
import { formatCount } from "../verdict/format.ts";
import { mergeOutcomes } from "../verdict/merge.ts";
import type { Ruled } from "../verdict/ruling.ts";
import type { JudgedScenario, ScenarioJudgement } from "../verdict/scenario.ts";
import type { Outcome, SuiteVerdict } from "../verdict/schema.ts";
import { suiteRows, type SuiteRow } from "../verdict/suite-rows.ts";
import type { SuiteLog, SuiteParts } from "../verdict/suite.ts";
import type { JudgedAttempt, JudgedOnce } from "./attempt.ts";
import { repeatLabel } from "./label.ts";
import { mergedRulings, type ScenarioRun } from "./merged.ts";
import { mostAttempts } from "./next-attempt.ts";
import { whyVoid } from "./void.ts";

export interface JudgedSeries {
  parts: Omit<SuiteParts, "header" | "endUs">;
  scenarios: readonly JudgedScenario[];
  attempts: readonly JudgedAttempt[];
}

/** `judge` takes the folder of a repeat within that of the series; it may throw `run-unreadable`. */
export function judgeSeries(log: SuiteLog, asked: RepeatsAsked, judge: (folder: string) => JudgedOnce): JudgedSeries {
  const attempts = log.attempts.map((attempt) => judgedAttempt(attempt, judge));
  const counted = attempts.filter((attempt) => attempt.void === null);
  const runs = counted.flatMap(({ repeat, once }) => (once === null ? [] : [{ repeat, once }]));
  const doubt = doubtOf(asked);
  const scenarios = log.header.planned.flatMap((scenario) => mergedScenario(scenario, runs, doubt));
  const rows = suiteRows(log.header, { scenarios, runs: runs.flatMap(({ repeat, once }) => once.judged.map((judged) => labelled(judged, repeat))) });
  const incomplete = whyIncomplete(log, asked, attempts);
  const last = attempts.at(-1);
  const deciding = last !== undefined && last.void !== null ? [...counted, last] : counted;
  const stops = [...deciding.map(({ once }) => once?.stop ?? null), log.stop].filter((stop) => stop !== null);
  return {
    parts: {
      rows,
      incomplete,
      stop: stops[0] ?? null,
      stopCodes: stops.map(({ code }) => code),
      cleanup: cleanupOf(attempts),
      versions: attempts.at(-1)?.once?.whole.suite.versions ?? log.versions,
      images: attempts.at(-1)?.once?.whole.suite.images ?? log.images,
      scenarios: log.header.planned.map((name) => scenarioRow(name, log.header, { scenarios, runs })),
      repeats: describe(asked, attempts, { rows, doubt }),
    },
    scenarios: runs.flatMap(({ repeat, once }) => once.judged.map((judged) => labelled(judged, repeat)).map(({ header, verdict, evidence }) => ({ header, verdict, evidence }))),
    attempts,
  };
}

/**
 * A series that goes on until all is decided asks the binomial rule again after each repeat, and each time chance may decide it. With the doubt shared out among all looks
 * that there may be (Bonferroni), a wrong ruling at any of them stays as unlikely as at a single one.
 */
export function doubtOf({ most, untilDecided }: RepeatsAsked): number {
  return untilDecided ? usualDoubt / most : usualDoubt;
}

function judgedAttempt({ repeat, attempt, seed }: RepeatAttempt, judge: (folder: string) => JudgedOnce): JudgedAttempt {
  const folder = repeatFolder({ repeat, attempt });
  const base = { repeat, attempt, seed, folder };
  try {
    const once = judge(folder);
    return { ...base, once, void: whyVoid(once) };
  } catch (error) {
    if (error instanceof RoadworthyError && error.code === "run-unreadable") return { ...base, once: null, void: null };
    throw error;
  }
}

interface Run {
  repeat: number;
  once: JudgedOnce;
}

interface MergedScenario {
  scenario: string;
  ruled: readonly Ruled[];
}

/** Nothing when the scenario ran in no repeat. */
function mergedScenario(scenario: string, runs: readonly Run[], doubt: number): MergedScenario[] {
  const own = runs.map(({ repeat, once }): ScenarioRun => ({ repeat, judged: once.judged.find(({ verdict }) => verdict.scenario === scenario) ?? null }));
  return own.some(({ judged }) => judged !== null) ? [{ scenario, ruled: mergedRulings(own, doubt) }] : [];
}

/** Its names in reports, so that they stay apart. */
function labelled(judged: ScenarioJudgement, repeat: number): ScenarioJudgement {
  const scenario = repeatLabel(judged.verdict.scenario, repeat);
  return { ...judged, verdict: { ...judged.verdict, scenario }, evidence: { ...judged.evidence, scenario } };
}

function scenarioRow(name: string, { run }: RunHeader, { scenarios, runs }: { scenarios: readonly MergedScenario[]; runs: readonly Run[] }): SuiteVerdict["scenarios"][number] {
  const merged = scenarios.find(({ scenario }) => scenario === name);
  const rulings = merged?.ruled.flatMap(({ ruling }): Outcome[] => (ruling.outcome === null ? [] : [ruling.outcome])) ?? [];
  const isWhole = runs.every(({ once }) => once.judged.some(({ verdict }) => verdict.scenario === name && verdict.incomplete === null));
  return { scenario: name, run, outcome: mergeOutcomes(isWhole ? rulings : [...rulings, "inconclusive"]), ran: merged !== undefined };
}

function whyIncomplete({ problems, stop }: SuiteLog, asked: RepeatsAsked, attempts: readonly JudgedAttempt[]): string | null {
  const reasons = problems.map((problem) => `the log of the series is incomplete: ${problem}`);
  for (const { repeat, once, ...attempt } of attempts.filter((each) => each.void === null)) {
    const why = once === null ? `nothing of ${attempt.folder} can be read` : once.whole.suite.incomplete;
    if (why !== null) reasons.push(`in repeat ${repeat} ${why}`);
  }
  // It came between two repeats; one within a repeat is that one's own.
  if (stop !== null && reasons.length === 0) reasons.push(stopped(stop));
  const last = attempts.at(-1);
  const counted = new Set(attempts.filter((each) => each.void === null).map(({ repeat }) => repeat)).size;
  if (last === undefined) reasons.push("no repeat began");
  else if (last.void !== null) reasons.push(`repeat ${last.repeat} could not be had in ${formatCount(last.attempt, "attempt")} of at most ${mostAttempts}: ${last.void}`);
  else if (!asked.untilDecided && counted < asked.most && reasons.length === 0) reasons.push(`only ${counted} of ${asked.most} repeats count`);
  return reasons.length === 0 ? null : reasons.join("; ");
}

function cleanupOf(attempts: readonly JudgedAttempt[]): SuiteParts["cleanup"] {
  const cleanups = attempts.map(({ once }) => once?.whole.suite.cleanup ?? { complete: null, left: [] });
  const left = cleanups.flatMap((cleanup) => cleanup.left);
  if (cleanups.some(({ complete }) => complete === false)) return { complete: false, left };
  return cleanups.length === 0 || cleanups.some(({ complete }) => complete === null) ? null : { complete: true, left };
}

function describe({ most, untilDecided }: RepeatsAsked, attempts: readonly JudgedAttempt[], { rows, doubt }: { rows: readonly SuiteRow[]; doubt: number }): SuiteVerdict["repeats"] {
  return {
    most,
    untilDecided,
    counted: attempts.filter((each) => each.void === null && each.once !== null).length,
    confidencePercent: Number((100 * (1 - doubt)).toPrecision(12)),
    attempts: attempts.map(({ repeat, attempt, folder, seed, once, ...rest }) => ({
      repeat,
      attempt,
      folder,
      seed,
      outcome: once?.whole.suite.outcome ?? null,
      exitCode: once?.whole.suite.exitCode ?? null,
      void: rest.void,
    })),
    flaky: rows.flatMap(({ objective }) => (objective.repeats?.some(({ flaky }) => flaky) === true ? [objective.objective] : [])),
  };
}
