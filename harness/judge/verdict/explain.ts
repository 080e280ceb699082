/** Why an objective was ruled as it was, as text: definition, phase, counts, rule. */

import { RoadworthyError } from "../../base/error.ts";
import { formatLimit, formatNumber } from "./format.ts";
import type { Ruling, SuiteObjective } from "./schema.ts";
import { judgeSuite } from "./suite.ts";

/** Throws `usage` for an objective that the run's target does not have. */
export function explainObjective(folder: string, objective: string): string {
  const { suite } = judgeSuite(folder);
  const row = suite.objectives.find((entry) => entry.objective === objective);
  if (row === undefined) {
    throw new RoadworthyError("usage", `the target of this run has no objective "${objective}"`, { hint: "suite.json lists them all" });
  }
  return `${[...definition(row), "", ...ruled(row, row.scenario), ...row.others.flatMap((other) => ["", ...ruled(other, other.scenario)])].join("\n")}\n`;
}

function definition(row: SuiteObjective): string[] {
  const line = row.source.line === undefined ? "" : `, line ${row.source.line}`;
  return [
    `${row.objective}  ${row.statement}`,
    `  source     ${row.source.document}${line}, ${row.source.section}`,
    `  limit      ${formatLimit(row.op, row.limit, row.unit)}`,
    ...(row.choice === null ? [] : [`  our choice ${row.choice}`]),
    ...(row.sameAs === null ? [] : [`  same as    ${row.sameAs}`]),
    ...(row.coverage === null ? [] : [`  covered by ${row.coverage}`]),
    `  required   ${row.required ? "yes" : "no"}`,
    ...(row.lastSeenRed === undefined ? [] : [`  seen red   ${row.lastSeenRed === null ? "never" : `${row.lastSeenRed.at}, by ${row.lastSeenRed.by}`}`]),
  ];
}

function ruled(ruling: Ruling, scenario: string | null): string[] {
  const where = ruling.status === "not covered" ? "" : ` in ${scenario ?? "all scenarios together"}`;
  const judged = [ruling.indicator, ruling.phase === null ? null : `phase ${ruling.phase}`, ruling.clock === null ? null : `clock ${ruling.clock}`];
  return [
    `${ruling.outcome ?? ruling.status}${where}`,
    `  judged by  ${judged.filter((part) => part !== null).join(", ") || "nothing"}`,
    ...(ruling.value === null ? [] : [`  value      ${formatNumber(ruling.value)} ${ruling.unit}`]),
    ...(ruling.interval === null ? [] : [`  may be     ${formatNumber(ruling.interval[0])} to ${formatNumber(ruling.interval[1])}`]),
    ...(ruling.samples === null ? [] : [`  samples    ${formatNumber(ruling.samples)}`]),
    `  ${ruling.why}`,
  ];
}
