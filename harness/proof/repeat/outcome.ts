/** How one run came out, and why it was no pass, as a line of a table. */

import { judgeSuite } from "../../judge/index.ts";
import { formatCount, formatDurationMs } from "../../judge/verdict/format.ts";
import type { Outcome, SuiteObjective } from "../../judge/verdict/schema.ts";

export interface RunOutcome {
  number: number;
  outcome: Outcome;
  exitCode: number | null;
  seed: number;
  tookMs: number;
  /** What kept it from a pass: the whole run, or objectives with their reasons. */
  reasons: readonly string[];
}

export const tableHead = ["| run | seed | outcome | exit | took | why it is no pass |", "|---|---|---|---|---|---|"];

/** `exitCode`: of the run itself. One that passes with another code than 0 (something was left behind) is no pass. */
export function outcomeOfRun(folder: string, { number, exitCode, tookMs }: Pick<RunOutcome, "number" | "exitCode" | "tookMs">): RunOutcome {
  const { suite } = judgeSuite(folder);
  const rows = reasonsOf(suite.objectives.filter((row) => row.outcome === "fail" || row.outcome === "inconclusive"));
  const whole = [...(suite.incomplete === null ? [] : [suite.incomplete]), ...(suite.exitCode === exitCode ? [] : [`judged again it ends with ${suite.exitCode}`])];
  const isPass = suite.outcome === "pass" && exitCode === 0;
  const reasons = isPass ? [] : [...whole, ...rows];
  return { number, outcome: isPass || suite.outcome !== "pass" ? suite.outcome : "inconclusive", exitCode, seed: suite.seed, tookMs, reasons: isPass || reasons.length > 0 ? reasons : [suite.headline] };
}

/** Rows that one and the same thing kept from a pass stand together. */
function reasonsOf(rows: readonly SuiteObjective[]): string[] {
  const together = Map.groupBy(rows, ({ outcome, why }) => `${outcome ?? ""}: ${/^.*?\.(?= |$)/.exec(why)?.[0] ?? why}`);
  return [...together].map(([reason, same]) => `${same.map(({ objective }) => objective).join(" ")} ${reason}`);
}

export function lineOf({ number, outcome, exitCode, seed, tookMs, reasons }: RunOutcome): string {
  return `| ${number} | ${seed} | ${outcome} | ${exitCode ?? "by a signal"} | ${formatDurationMs(tookMs)} | ${reasons.join("; ").replaceAll("|", "/")} |`;
}

/** "98 of 100 runs pass, 2 inconclusive, 0 failed; at most 2 that are not pass may be: held." */
export function summaryOf(outcomes: readonly RunOutcome[], mostNotPassed: number): string {
  const count = (outcome: Outcome): number => outcomes.filter((run) => run.outcome === outcome).length;
  const held = outcomes.length - count("pass") <= mostNotPassed;
  const longest = Math.max(0, ...outcomes.map(({ tookMs }) => tookMs));
  return `${count("pass")} of ${formatCount(outcomes.length, "run")} pass, ${count("inconclusive")} inconclusive, ${count("fail")} failed; at most ${mostNotPassed} may not pass: ${held ? "held" : "NOT HELD"}. The longest took ${formatDurationMs(longest)}.`;
}
