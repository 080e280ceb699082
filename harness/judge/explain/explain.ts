/** Why an objective was ruled as it was, as text: definition, phase, counts, the formula with its numbers, and the records that it stands on with their places in the log. */

import { join } from "node:path";
import { usToMs } from "../../base/duration.ts";
import { RoadworthyError } from "../../base/error.ts";
import type { RunHeader } from "../../log/event.ts";
import type { Place } from "../../log/segment.ts";
import { claimIn, type Claim } from "../claim.ts";
import { formatLimit, formatNumber } from "../verdict/format.ts";
import type { Ruling, SuiteObjective } from "../verdict/schema.ts";
import { judgeSuite, type JudgedSuite } from "../verdict/suite.ts";
import type { TraceGroup, TraceRow } from "./first-rows.ts";
import { formulaOf } from "./formula.ts";
import { engineRecords } from "./engine-records.ts";
import { traceClaim, type Trace } from "./trace.ts";

const mostCharacters = 160;

/** Throws `usage` for an objective that the run's target does not have. */
export function explainObjective(folder: string, objective: string): string {
  return explainJudged(judgeSuite(folder), folder, objective);
}

/** Of a run in `folder` that is judged already. */
export function explainJudged({ header, suite }: Pick<JudgedSuite, "header" | "suite">, folder: string, objective: string): string {
  const row = suite.objectives.find((entry) => entry.objective === objective);
  if (row === undefined) {
    throw new RoadworthyError("usage", `the target of this run has no objective "${objective}"`, { hint: "suite.json lists them all" });
  }
  const claim = claimOf(row.objective, header);
  const places = [{ ...row, scenario: row.scenario }, ...row.others];
  const parts = places.flatMap((ruling) => ["", ...ruled(ruling, { claim, folder, scenario: ruling.scenario })]);
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
  claim: Claim | null;
  folder: string;
  /** null: of all scenarios together, or of none. */
  scenario: string | null;
}

function ruled(ruling: Ruling, { claim, folder, scenario }: Where): string[] {
  const where = ruling.status === "not covered" ? "" : ` in ${scenario ?? "all scenarios together"}`;
  const judged = [ruling.indicator, ruling.phase === null ? null : `phase ${ruling.phase}`, ruling.clock === null ? null : `clock ${ruling.clock}`];
  return [
    `${ruling.outcome ?? ruling.status}${where}`,
    `  judged by  ${judged.filter((part) => part !== null).join(", ") || "nothing"}`,
    ...(ruling.value === null ? [] : [`  value      ${formatNumber(ruling.value)} ${ruling.unit}`]),
    ...(ruling.interval === null ? [] : [`  may be     ${formatNumber(ruling.interval[0])} to ${formatNumber(ruling.interval[1])} ${intervalUnit(ruling)}`.trimEnd()]),
    ...(ruling.samples === null ? [] : [`  samples    ${formatNumber(ruling.samples)}`]),
    `  ${ruling.why}`,
    ...(ruling.status === "not covered" ? [] : scenario === null || scenario === "all" ? ["  formula    over the faults of all scenarios; those of each stand below"] : behind(ruling, { claim, folder: join(folder, scenario) })),
  ];
}

/** The interval of a percentile is one of the share over the limit. */
function intervalUnit({ indicator, unit }: Ruling): string {
  return indicator === "latency" || indicator === "completion-time" ? "% over the limit" : unit;
}

/** What the ruling stands on; nothing for a scenario that left no log. */
function behind(ruling: Ruling, { claim, folder }: { claim: Claim | null; folder: string }): string[] {
  try {
    if (ruling.kind === "threshold") return groupLines(engineRecords(ruling.source.document, folder), { zeroUs: null, folder });
    if (claim === null) return [];
    const trace = traceClaim(claim, folder);
    return [phaseLine(ruling, trace), ...labelled("formula", formulaOf(claim, trace.observation)), ...groupLines(trace.groups, { zeroUs: trace.startUs, folder })];
  } catch (error) {
    if (error instanceof RoadworthyError && error.code === "run-unreadable") return [];
    throw error;
  }
}

function phaseLine({ phase }: Ruling, { phases, startUs }: Trace): string {
  const judgedIn = phase === "all" || phase === "baseline" || phase === "steady" || phase === "fault" || phase === "recovery" || phase === "after" ? phases.judgedSpans(phase) : [];
  const spans = judgedIn.map(({ name, beginUs, endUs }) => `${name} ${since(beginUs, startUs)} to ${since(endUs, startUs)}`);
  return `  phase      ${spans.length === 0 ? "none of it began" : spans.join(", ")}, from the start of the load`;
}

function labelled(label: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `  ${(index === 0 ? label : "").padEnd(10)} ${line}`);
}

function groupLines(groups: readonly TraceGroup[], { zeroUs, folder }: { zeroUs: number | null; folder: string }): string[] {
  return [...groups.flatMap((group) => groupText(group, zeroUs)), ...(groups.some(({ rows }) => rows.length > 0) ? [`  log        ${join(folder, "log")}`] : [])];
}

function groupText({ title, count, rows }: TraceGroup, zeroUs: number | null): string[] {
  const shown = rows.length < count && rows.length > 0 ? ` (${rows.length} of them)` : "";
  return [`  records    ${formatNumber(count)} ${title}${shown}`, ...aligned(rows.map((row) => cells(row, zeroUs)))];
}

function cells({ what, atUs, text, places }: TraceRow, zeroUs: number | null): string[] {
  return [oneLine(what), atUs === null || zeroUs === null ? "" : `at ${since(atUs, zeroUs)}`, places.map(placeText).join(" and "), oneLine(text)];
}

/** Names and messages are the target's: none of them makes a line of its own, and none goes on for ever. */
function oneLine(text: string): string {
  const line = text.replaceAll(/[\r\n\u0085\u2028\u2029]+/g, " ");
  return line.length <= mostCharacters ? line : `${line.slice(0, mostCharacters)}…`;
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `    ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd());
}

/** Digits without marks between them, so that they can be searched for. */
function placeText({ segment, record, byte }: Place): string {
  return `${segment} record ${record} byte ${byte}`;
}

/** To the microsecond where the log has it: two requests of one millisecond are two. */
function since(atUs: number, zeroUs: number): string {
  return `${Number((usToMs(atUs - zeroUs) / 1000).toFixed(6))} s`;
}
