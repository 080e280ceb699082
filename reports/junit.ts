/**
 * JUnit XML for CI: one test case per objective, red exactly when the exit code is not 0. Names are id and statement without any number
 * that can change, because the histories of CI servers are keyed on them.
 */

import junit, { type Builder, type TestSuite } from "junit-report-builder";
import type { SuiteObjective } from "../harness/judge/verdict/schema.ts";
import { exitCodes, RoadworthyError } from "../harness/base/error.ts";
import { figureText, limitText } from "./figure.ts";
import type { ReportInput } from "./input.ts";
import { coverageText, standingOf, type Standing } from "./row.ts";
import { plain, short } from "./text.ts";

const nameLimit = 90;

export function renderJunit(input: ReportInput): string {
  const { suite } = input;
  const builder = freshBuilder(junit);
  const name = `${plain(suite.target)}.${plain(suite.suite)}`;
  const cases = builder.testSuite().name(name).time(suite.durationMs / 1000).timestamp(plain(suite.startedAt).slice(0, 19));
  cases.property("run", plain(suite.run)).property("seed", String(suite.seed)).property("exitCode", String(suite.exitCode));
  if (suite.repeats !== undefined) cases.property("repeats", String(suite.repeats.counted)).property("flaky", suite.repeats.flaky.map(plain).join(" ") || "none");
  for (const row of suite.objectives) addObjective(cases, name, { row, repeat: suite.repeat });
  if (needsRunCase(input)) addRun(cases, name, input);
  return `${builder.build()}\n`;
}

/** Any exit that no objective explains is an error of the run itself, so that CI is red exactly when the exit code is not 0. */
export function needsRunCase({ suite }: ReportInput): boolean {
  const ruling: readonly number[] = [exitCodes.pass, exitCodes.fail, exitCodes.inconclusive];
  if (!ruling.includes(suite.exitCode)) return true;
  const red = suite.objectives.some((row) => isRed(standingOf(row)));
  return suite.exitCode !== exitCodes.pass && !red;
}

/** Id and statement without numbers: "Availability 99.9 % in this run" → "Availability … in this run". */
export function caseName(row: SuiteObjective): string {
  const statement = plain(row.statement).replaceAll(numbers, "…").replaceAll(/…(?:\s*…)+/g, "…").replace(/[\s…]+$/, "");
  return `${plain(row.objective)} ${short(statement, nameLimit)}`.trim();
}

/** A number with its sign and unit, unless it belongs to a word (p95, SHA-256). */
const numbers = /(?<![\p{L}\d/_-])(?:[<>≤≥=±~≈]+\s*)?\d[\d.]*(?:,\d+)*(?:\s?[–-]\s?\d[\d.]*(?:,\d+)*)?(?:\s?(?:%|(?:ms|s|min|m|h|d|x|k)(?![\p{L}\d]))(?:\/\p{L}+)?)?|[<>≤≥]=?/gu;

function isRed(standing: Standing): boolean {
  return standing === "fail" || standing === "inconclusive";
}

function addObjective(cases: TestSuite, className: string, { row, repeat }: { row: SuiteObjective; repeat: string }): void {
  const testCase = cases.testCase().className(className).name(caseName(row));
  const standing = standingOf(row);
  const figure = `${figureText(row)}, limit ${limitText(row)}`;
  switch (standing) {
    case "fail":
      testCase.failure(`${figure}: ${plain(row.why)}`, "fail").stacktrace(detailOf(row, repeat));
      return;
    case "inconclusive":
      testCase.error(row.status === "ruled" ? `${figure}: ${plain(row.why)}` : `required and not ruled: ${coverageText(row)}`, "inconclusive", detailOf(row, repeat));
      return;
    case "information":
      testCase.skipped().standardOutput(characterData(`information only: ${figure}; ${row.why}`));
      return;
    case "not covered":
      testCase.skipped().standardOutput(characterData(`not covered: ${coverageText(row)}`));
      return;
    case "pass":
      testCase.standardOutput(characterData(`${figure}: ${row.why}`));
      return;
  }
}

function detailOf(row: SuiteObjective, repeat: string): string {
  const { document, line, section } = row.source;
  const source = `source: ${document}${line === undefined ? "" : `:${line}`} ${section}`;
  return [row.statement, row.why, source, ...(row.scenario === null ? [] : [`scenario: ${row.scenario}`]), `repeat: ${repeat}`].map(characterData).join("\n");
}

function addRun(cases: TestSuite, className: string, { suite }: ReportInput): void {
  const left = suite.cleanup.left.map((item) => `left behind: ${item.kind} ${item.id}, undo: ${item.command}`);
  const reasons = [suite.stopped?.message, suite.stopped?.hint, suite.incomplete, ...left].filter((line) => typeof line === "string");
  const why = reasons[0] ?? suite.headline;
  const detail = [suite.headline, ...reasons, `repeat: ${suite.repeat}`].map(characterData).join("\n");
  cases.testCase().className(className).name("run").error(`exit code ${suite.exitCode}: ${plain(why)}`, "run", detail);
}

/** The package's types put the builder one `default` deeper than Node does. */
function freshBuilder(exported: unknown): Builder {
  if (isBuilder(exported)) return exported.newBuilder();
  throw new RoadworthyError("internal", "junit-report-builder has another shape than expected");
}

function isBuilder(value: unknown): value is Builder {
  return typeof value === "object" && value !== null && "newBuilder" in value && typeof value.newBuilder === "function";
}

/** The writer closes only the first "]]>" of a text, so none may reach it. */
function characterData(text: string): string {
  return plain(text).replaceAll("]]>", "]] >");
}
