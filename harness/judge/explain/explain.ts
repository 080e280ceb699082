/** Why an objective was ruled as it was, as text: definition, phase, counts, the formula with its numbers, and the records that it stands on with their places in the log. */

import { join } from "node:path";
import { RoadworthyError } from "../../base/error.ts";
import type { RunHeader } from "../../log/event.ts";
import { nameSchema } from "../../scenario/words.ts";
import { firstBadMs, nearLines } from "../collect/near-lines.ts";
import { claimIn, type Claim } from "../claim.ts";
import { formatLimit, formatNumber } from "../verdict/format.ts";
import { repeatLabel } from "../repeats/label.ts";
import type { Ruling, SuiteObjective, SuiteVerdict } from "../verdict/schema.ts";
import { judgeSuite, type JudgedSuite } from "../verdict/suite.ts";
import { Basis } from "./basis.ts";
import { repeatLines, type RepeatPart } from "./repeats.ts";

/** Throws `usage` for an objective that the run's target does not have. */
export function explainObjective(folder: string, objective: string): string {
  return explainJudged(judgeSuite(folder), folder, objective);
}

/** Of a run in `folder` that is judged already. */
export function explainJudged({ header, suite, scenarios }: Pick<JudgedSuite, "header" | "suite" | "scenarios">, folder: string, objective: string): string {
  const row = suite.objectives.find((entry) => entry.objective === objective);
  if (row === undefined) {
    throw new RoadworthyError("usage", `the target of this run has no objective "${objective}"`, { hint: "suite.json lists them all" });
  }
  const where: Where = { basis: new Basis(claimOf(row.objective, header)), folder, planned: header.planned, repeats: suite.repeats, scenarios, row };
  const places = [{ ...row, scenario: row.scenario }, ...row.others];
  const parts = places.flatMap((ruling) => ["", ...ruled(ruling, ruling.scenario, where)]);
  return `${[...definition(row), ...parts].join("\n")}\n`;
}

function claimOf(objective: string, header: RunHeader): Claim | null {
  const { objectives } = header.target;
  const found = objectives.find(({ id }) => id === objective);
  return found === undefined ? null : claimIn(found, objectives);
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

interface Where {
  basis: Basis;
  /** Of the whole run. */
  folder: string;
  planned: readonly string[];
  repeats: SuiteVerdict["repeats"];
  scenarios: JudgedSuite["scenarios"];
  row: SuiteObjective;
}

/** `scenario`: null of all scenarios together, or of none. */
function ruled(ruling: Ruling, scenario: string | null, where: Where): string[] {
  const place = ruling.status === "not covered" ? "" : ` in ${scenario ?? "all scenarios together"}`;
  const judged = [ruling.indicator, ruling.phase === null ? null : `phase ${ruling.phase}`, ruling.clock === null ? null : `clock ${ruling.clock}`];
  return [
    `${ruling.outcome ?? ruling.status}${place}`,
    `  judged by  ${judged.filter((part) => part !== null).join(", ") || "nothing"}`,
    ...(ruling.value === null ? [] : [`  value      ${formatNumber(ruling.value)} ${ruling.unit}`]),
    ...(ruling.interval === null ? [] : [`  may be     ${formatNumber(ruling.interval[0])} to ${formatNumber(ruling.interval[1])} ${intervalUnit(ruling)}`.trimEnd()]),
    ...(ruling.samples === null ? [] : [`  samples    ${formatNumber(ruling.samples)}`]),
    `  ${ruling.why}`,
    ...(ruling.status === "not covered" ? [] : standsOn(ruling, scenario, where)),
    ...(ruling.outcome === "fail" ? printed(scenario, where.scenarios) : []),
  ];
}

const mostPrinted = 12;

/** What the nodes said when it began: beside the ruling, no part of it. */
function printed(scenario: string | null, scenarios: Where["scenarios"]): string[] {
  const evidence = scenarios.find(({ verdict }) => verdict.scenario === scenario)?.evidence;
  const atMs = evidence === undefined ? null : firstBadMs(evidence);
  const near = evidence === undefined || atMs === null ? [] : nearLines(evidence, atMs, mostPrinted);
  return near.length === 0 ? [] : ["  printed    nearest to the first bad request:", ...near.map(({ atMs: at, process, line }) => `    ${(at / 1000).toFixed(3)} s  ${process}: ${line.slice(0, longestPrinted)}`)];
}

const longestPrinted = 300;

function standsOn(ruling: Ruling, scenario: string | null, { basis, folder, planned, repeats, row }: Where): string[] {
  if (scenario === null || scenario === "all") return ["  formula    over the faults of all scenarios; those of each stand below"];
  if (repeats === undefined) return nameSchema.safeParse(scenario).success ? basis.of(ruling, join(folder, scenario)) : [];
  const parts = planned.filter((name) => nameSchema.safeParse(name).success).flatMap((name) => partsOf(name, { folder, repeats }));
  const own = parts.find(({ label }) => label === scenario);
  if (own !== undefined) return basis.of(ruling, own.folder);
  const made = row.repeats?.find((entry) => entry.scenario === scenario);
  return made === undefined ? [] : repeatLines(made, parts.filter(({ name }) => name === scenario), { basis, doubt: Number((1 - repeats.confidencePercent / 100).toPrecision(12)) });
}

/** The runs of a scenario in the repeats that count. */
function partsOf(name: string, { folder, repeats }: { folder: string; repeats: NonNullable<SuiteVerdict["repeats"]> }): (RepeatPart & { name: string; label: string })[] {
  const counted = repeats.attempts.filter((attempt) => attempt.void === null && attempt.outcome !== null);
  return counted.map(({ repeat, folder: part }) => ({ name, label: repeatLabel(name, repeat), repeat, folder: join(folder, part, name) }));
}

/** The interval of a percentile is one of the share over the limit. */
function intervalUnit({ indicator, unit }: Ruling): string {
  return indicator === "latency" || indicator === "completion-time" ? "% over the limit" : unit;
}
