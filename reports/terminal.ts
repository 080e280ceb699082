/** The last screen in a terminal: worst first, passes folded. Plain lines without colour in CI. */

import { partsText } from "../harness/judge/facts/recovery-parts.ts";
import type { SuiteObjective } from "../harness/judge/verdict/schema.ts";
import { figureText, limitText, spanText } from "./figure.ts";
import type { ReportInput } from "./input.ts";
import { operationText } from "./drill/operation.ts";
import { ranOnText } from "./ran-on.ts";
import { coverageText, standingOf, symbols, type Standing } from "./row.ts";
import { passText, screenOf, type Screen } from "./screen.ts";
import { cut, plain, short, wrap } from "./text.ts";

export interface TerminalOptions {
  color: boolean;
  /** Columns; lines with commands and paths may be longer, so that they can be copied. */
  width: number;
  /** Expand what is folded. */
  all: boolean;
  /** The run's folder as the user would type it. */
  folder?: string;
}

const narrowest = 60;
const statementLimit = 46;
const headlineFigures = 3;

/** Ends with a newline. */
export function renderTerminal(input: ReportInput, options: TerminalOptions): string {
  const screen = screenOf(input);
  const page: Page = { ...options, width: Math.max(narrowest, options.width), paint: options.color ? painted : unpainted, idWidth: idWidthOf(screen, options.all) };
  const lines = [
    ...opening(input, screen, page),
    ...screen.red.flatMap((row) => redLines(row, page)),
    ...nearLines(screen, page),
    ...passLines(screen, page),
    ...foldedLines(screen, page),
    ...operationLines(input, page),
    ...drillLines(input, page),
    ...trustLines(screen, page),
    ...closing(input, screen, page),
  ];
  return `${lines.join("\n")}\n`;
}

interface Page extends TerminalOptions {
  paint: (standing: Standing | "soft", text: string) => string;
  idWidth: number;
}

function opening({ suite }: ReportInput, screen: Screen, page: Page): string[] {
  const word = page.paint(suite.outcome, screen.word);
  const { counts } = suite;
  const reds = [
    ...(counts.requiredFailed > 0 ? [`${counts.requiredFailed} failed`] : []),
    ...(counts.requiredInconclusive > 0 ? [`${counts.requiredInconclusive} inconclusive`] : []),
    `${counts.requiredPassed} passed of ${suite.required.length} required`,
    ...(counts.failed > counts.requiredFailed ? [`${counts.failed - counts.requiredFailed} more failed`] : []),
  ];
  const took = spanText(suite.durationMs).replaceAll(" ", "");
  const head = `${word}  ${plain(suite.target)}  ${plain(suite.suite)}  ${took}   ${reds.join(", ")} · ${counts.ruled} of ${counts.objectives} ruled`;
  const ranOn = suite.images === undefined && !page.all ? [] : wrap(ranOnText(suite), page.width - 1, page.all ? 10 : 4).map((line) => page.paint("soft", ` ${line}`));
  const headline = wrap(screen.headline, page.width - 2, page.all ? 10 : 3).map((line) => ` ${line}`);
  return [head, ...ranOn, ...headline, ...screen.interruptions.flatMap((line) => wrap(line, page.width - 2, 4).map((part) => ` ${page.paint("inconclusive", part)}`))];
}

function redLines(row: SuiteObjective, page: Page): string[] {
  const standing = standingOf(row);
  const statement = short(row.statement, statementLimit).padEnd(statementLimit);
  const required = row.required ? "" : "   (not required)";
  const figure = row.status === "ruled" ? figureText(row) : "not ruled";
  const head = `${plain(row.objective).padEnd(page.idWidth)}  ${statement}  ${figure}   limit ${limitText(row)}${required}`;
  const indent = " ".repeat(page.idWidth + 5);
  const why = wrap(row.status === "ruled" ? row.why : `Required and not ruled. ${coverageText(row)}`, page.width - indent.length, page.all ? 20 : 3);
  return [` ${page.paint(standing, symbols[standing])} ${head.trimEnd()}`, ...why.map((line) => `${indent}${line}`)];
}

/** What the nodes said when it began. */
function nearLines({ near }: Screen, page: Page): string[] {
  return near.flatMap(({ scenario, lines }) => [page.paint("soft", ` Printed nearest to the first bad sample of ${plain(scenario)}:`), ...lines.map((line) => cut(`   ${line}`, page.width))]);
}

function passLines(screen: Screen, page: Page): string[] {
  if (screen.passed.length === 0) return [];
  const sign = page.paint("pass", symbols.pass);
  if (page.all) return screen.passed.map((row) => ` ${sign} ${openRow(row, page)}`);
  const shown = screen.passed.slice(0, headlineFigures).map((row) => passText(row, 42));
  const more = screen.passed.length - shown.length;
  const figures = [...shown, ...(more > 0 ? [`${more} more`] : [])].join(" · ");
  const indent = "   ";
  const [first = "", ...rest] = wrap(`${screen.passed.length} passed: ${figures}`, page.width - indent.length, 4);
  return [` ${sign} ${first}`, ...rest.map((line) => `${indent}${line}`)];
}

function foldedLines(screen: Screen, page: Page): string[] {
  const { information, notCovered } = screen;
  if (page.all) {
    const shown = [...information, ...notCovered];
    return shown.map((row) => ` ${page.paint("soft", symbols[standingOf(row)])} ${openRow(row, page)}`);
  }
  const folded = [
    ...(information.length > 0 ? [`${information.length} information only`] : []),
    ...(notCovered.length > 0 ? [`${notCovered.length} not covered here`] : []),
  ];
  return [...information.filter(({ kind }) => kind === "capacity").flatMap((row) => capacityLines(row, page)), ...(folded.length === 0 ? [] : [page.paint("soft", ` ${symbols["not covered"]} ${folded.join(", ")} (--all shows them)`)])];
}

/** What a search found is what its scenario was run for: it is never folded away. */
function capacityLines(row: SuiteObjective, page: Page): string[] {
  const [first = "", ...rest] = wrap(`${row.objective}: ${row.why}`, page.width - 3, 4);
  return [` ${page.paint("soft", symbols.information)} ${first}`, ...rest.map((line) => `   ${line}`)];
}

function openRow(row: SuiteObjective, page: Page): string {
  const standing = standingOf(row);
  const figure = standing === "not covered" ? `not covered: ${plain(coverageText(row))}` : `${figureText(row)}   limit ${limitText(row)}`;
  return cut(`${plain(row.objective).padEnd(page.idWidth)}  ${short(row.statement, statementLimit).padEnd(statementLimit)}  ${figure}`, page.width - 3).trimEnd();
}

/** What was restored, and what failed; back-ups that went well when all is shown. */
function operationLines({ scenarios }: ReportInput, page: Page): string[] {
  const shown = scenarios.flatMap(({ verdict }) => (verdict.operations ?? []).filter(({ kind, ended }) => page.all || kind === "restore" || ended !== true));
  return shown.flatMap((operation) => {
    const [first = "", ...rest] = wrap(operationText(operation), page.width - 9, page.all ? 20 : 3);
    return [` Drill   ${first}`, ...rest.map((line) => `         ${line}`)];
  });
}

/** How a recovery went in which people had a part: where the time went, and who did not come. Of the others, when all is shown. */
function drillLines({ scenarios }: ReportInput, page: Page): string[] {
  return scenarios.flatMap(({ verdict }) =>
    verdict.faults.flatMap(({ id, recovery, manual = [] }) => {
      const parts = recovery === undefined || recovery === null ? "" : partsText(recovery);
      if (parts === "" || (manual.length === 0 && !page.all)) return [];
      const missed = manual.filter(({ confirmedBy }) => confirmedBy === null).map(({ owner, text }) => `; ${plain(owner)} did not confirm: ${plain(text)}`);
      const [first = "", ...rest] = wrap(`${plain(id)}: ${parts}${missed.join("")}`, page.width - 9, 4);
      return [` Drill   ${first}`, ...rest.map((line) => `         ${line}`)];
    }),
  );
}

function trustLines(screen: Screen, page: Page): string[] {
  const good = screen.trust.filter((line) => line.good).map(({ text }) => `${text}.`);
  const bad = screen.trust.filter((line) => !line.good);
  return [
    ...wrap(good.join(" "), page.width - 1, 4).map((line) => ` ${line}`),
    // A command that undoes what is left must stay whole, so these lines are not wrapped.
    ...bad.map(({ text }) => ` ${page.paint("fail", `! ${text}`)}`),
    ...(page.all ? screen.changes.map((line) => ` Since the last comparable run: ${line}`) : []),
  ];
}

function closing({ suite }: ReportInput, screen: Screen, page: Page): string[] {
  const run = plain(suite.run);
  const first = screen.red[0] ?? screen.passed[0];
  const folder = page.folder ?? `reports/runs/${run}`;
  return [
    ` Report  ${plain(folder)}/report.html`,
    ...(first === undefined ? [] : [` Why     npx roadworthy explain ${run} ${plain(first.objective)}`]),
    ` Repeat  ${plain(suite.repeat)}`,
    `exit ${suite.exitCode} (0 pass, 1 fail, 2 inconclusive, 3 stopped early, 4 clean-up incomplete)`,
  ];
}

function idWidthOf(screen: Screen, all: boolean): number {
  const rows = all ? [...screen.red, ...screen.passed, ...screen.information, ...screen.notCovered] : screen.red;
  return Math.min(20, Math.max(6, ...rows.map((row) => plain(row.objective).length)));
}

const colors: Readonly<Record<Standing | "soft", string>> = { fail: "1;31", inconclusive: "1;33", pass: "1;32", information: "2", "not covered": "2", soft: "2" };

function painted(standing: Standing | "soft", text: string): string {
  return `\u{1B}[${colors[standing]}m${text}\u{1B}[0m`;
}

function unpainted(_standing: Standing | "soft", text: string): string {
  return text;
}
