/** `roadworthy diff` as text: outcomes of two runs beside one another, what contradicts first; then their faults. */

import type { ComparedFault, ComparedObjective, FaultEnd, PlacedRuling, SideBySide } from "../../harness/judge/history/side-by-side.ts";
import type { SuiteVerdict } from "../../harness/judge/verdict/schema.ts";
import { dayText, figureText, limitText, numberText, plural, spanText } from "../figure.ts";
import { ranOnText } from "../ran-on.ts";
import { standingOf, symbols } from "../row.ts";
import { cut, plain, short, wrap } from "../text.ts";

const statementLimit = 40;
const figureLimit = 30;

export interface SideBySideOptions {
  width: number;
  /** Also the objectives that agree; of two runtimes they are shown in any case. */
  all: boolean;
}

/** Ends with a newline. */
export function renderSideBySide(compared: SideBySide, options: SideBySideOptions): string {
  const { first, second, objectives, faults } = compared;
  const { width } = options;
  // One scenario on two runtimes: that they agree, row by row, is what is asked for.
  const all = options.all || first.suite.stack !== second.suite.stack;
  const names: readonly [string, string] = first.suite.stack === second.suite.stack ? ["first", "second"] : [first.suite.stack, second.suite.stack];
  const open = objectives.filter(({ agreement }) => agreement !== "agrees");
  const agreeing = objectives.filter(({ agreement }) => agreement === "agrees");
  const severalScenarios = new Set(objectives.map(({ scenario }) => scenario)).size > 1;
  const shown = [...ranked(open), ...(all ? agreeing : [])];
  const lines = [
    sentence(compared),
    ...wrap(`A  ${runText(first.suite)}`, width - 4, 5).map(indented),
    ...wrap(`B  ${runText(second.suite)}`, width - 4, 5).map(indented),
    ...(compared.differences.length === 0 ? [] : wrap(`They differ in ${compared.differences.map(plain).join("; ")}.`, width - 1, 6).map((line) => ` ${line}`)),
    ...wrap(valuesText(compared), width - 1, 4).map((line) => ` ${line}`),
    ...(shown.length === 0 ? [] : ["", tableHead(names), ...shown.map((row) => tableRow(row, severalScenarios))]),
    ...(all || agreeing.length === 0 ? [] : [` = ${plural(agreeing.length, "ruling")} with the same outcome in both (--all shows them)`]),
    ...(faults.length === 0 ? [] : ["", " Faults: back to normal after, failed requests", ...faults.map(faultRow)]),
  ];
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

function indented(line: string, index: number): string {
  return index === 0 ? ` ${line}` : `    ${line}`;
}

function sentence({ outcome, objectives, first: one, second: other }: SideBySide): string {
  const counted = (agreement: ComparedObjective["agreement"]): number => objectives.filter((row) => row.agreement === agreement).length;
  const ruled = new Set(objectives.filter(({ first, second }) => first?.status === "ruled" && second?.status === "ruled").map(({ objective }) => objective)).size;
  if (outcome === "pass") return `SAME OUTCOMES  all ${plural(ruled, "objective")} that both runs ruled on`;
  const parts = [
    ...(counted("contradicts") === 0 ? [] : [`${counted("contradicts")} pass in one run and fail in the other`]),
    ...(counted("otherwise") === 0 ? [] : [`${counted("otherwise")} judged by another limit`]),
    ...(counted("undecided") === 0 ? [] : [`${counted("undecided")} inconclusive in one of them or both`]),
    ...(counted("missing") === 0 ? [] : [`${counted("missing")} ruled on in only one`]),
    `${counted("agrees")} with the same outcome`,
  ];
  if (one.suite.target !== other.suite.target) return "NOT COMPARABLE  the runs are of different targets";
  if (ruled === 0) return "NOT COMPARABLE  no objective was ruled on by both runs";
  return `${outcome === "fail" ? "OUTCOMES DIFFER" : "NOT DECIDED"}  ${parts.join(", ")}`;
}

function runText(suite: SuiteVerdict): string {
  return `${plain(suite.run)}  ${suite.outcome.toUpperCase()}  ${plain(suite.target)} ${plain(suite.suite)}, ${dayText(suite.startedAt)}, seed ${suite.seed}, ${ranOnText(suite)}`;
}

function valuesText({ incomparable, objectives, first, second }: SideBySide): string {
  if (incomparable === null) return "Values: the same runtime on the same machine. One run of each shows no regression yet.";
  const isOtherwise = objectives.some(({ agreement }) => agreement === "otherwise");
  const outcomes = first.suite.target !== second.suite.target ? "Nor are outcomes." : isOtherwise ? "Outcomes are where both were judged by the same limit." : "Outcomes are: each run was judged by the same limits.";
  return `Values are not to be compared as faster or slower: ${incomparable}. ${outcomes}`;
}

const ranks = { contradicts: 0, otherwise: 1, undecided: 2, missing: 3, agrees: 4 } as const;
const signs = { contradicts: "≠", otherwise: "/", undecided: "?", missing: "–", agrees: "=" } as const;

function ranked(rows: readonly ComparedObjective[]): ComparedObjective[] {
  return rows.toSorted((a, b) => ranks[a.agreement] - ranks[b.agreement]);
}

function tableHead([first, second]: readonly [string, string]): string {
  return `   ${"".padEnd(8)}  ${"".padEnd(statementLimit)}  ${`A ${first}`.padEnd(figureLimit)}  ${`B ${second}`.padEnd(figureLimit)}  limit`;
}

function tableRow({ objective, scenario, agreement, first, second }: ComparedObjective, severalScenarios: boolean): string {
  const row = first ?? second;
  if (row === null) return "";
  const what = severalScenarios ? `${scenario ?? "all"}: ${row.statement}` : row.statement;
  const limits = agreement === "otherwise" && second !== null ? `${limitText(row)} and ${limitText(second)}` : limitText(row);
  return ` ${signs[agreement]} ${plain(objective).padEnd(8)}  ${short(what, statementLimit).padEnd(statementLimit)}  ${cell(first)}  ${cell(second)}  ${limits}`;
}

function cell(row: PlacedRuling | null): string {
  return cut(row === null ? "not ruled on" : `${symbols[standingOf(row)]} ${figureText(row)}`, figureLimit).padEnd(figureLimit);
}

function faultRow({ scenario, id, first, second }: ComparedFault): string {
  return `   ${cut(plain(`${scenario} ${id}`), statementLimit + 10).padEnd(statementLimit + 10)}  ${faultCell(first).padEnd(figureLimit)}  ${faultCell(second)}`;
}

function faultCell(fault: FaultEnd | null): string {
  if (fault === null) return "did not happen";
  const back = fault.notRecovered ? "not before the end" : fault.recoveryTimeMs === null ? "no outage seen" : spanText(fault.recoveryTimeMs);
  return `${back}, ${numberText(fault.failedRequests)}`;
}
