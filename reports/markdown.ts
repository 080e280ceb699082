/** The first screen as Markdown, for the summary of a CI step, and the annotations that go with it. */

import type { SuiteObjective } from "../harness/judge/verdict/schema.ts";
import { dayText, figureText, limitText, spanText } from "./figure.ts";
import type { ReportInput } from "./input.ts";
import { ranOnText } from "./ran-on.ts";
import { coverageText, standingOf, symbols } from "./row.ts";
import { screenOf, type Screen } from "./screen.ts";
import { cut, plain } from "./text.ts";

/** GitHub takes 1 MiB per step; with these two limits the largest report is a quarter of that. */
const rowLimit = 200;
const cellLimit = 300;
const annotationLimit = 10;

export function renderMarkdown(input: ReportInput): string {
  const screen = screenOf(input);
  const { suite } = input;
  const parts = [
    `## ${symbols[suite.outcome]} ${screen.word}: ${escaped(screen.headline, 1000)}`,
    `${escaped(suite.target)} · ${escaped(suite.suite)} · ${escaped(dayText(suite.startedAt))} · ${spanText(suite.durationMs)}${suite.commit === null ? "" : ` · commit ${code(suite.commit.slice(0, 7))}`} · ${escaped(ranOnText(suite), 2000)}`,
    `**${escaped(screen.counts.required)}** · ${escaped(screen.counts.all)}`,
    ...screen.interruptions.map((line) => `**${escaped(line, 1000)}**`),
    `Since the last comparable run: ${screen.changes.slice(0, 20).map((line) => escaped(line)).join(" ")}`,
    openTable(screen),
    ...screen.near.map(({ scenario, lines }) => `What the nodes of ${escaped(scenario)} printed nearest to its first bad sample:\n\n${lines.map((line) => `- ${code(line)}`).join("\n")}`),
    folded(`${screen.passed.length} passed`, screen.passed.slice(0, rowLimit)),
    folded(`${screen.information.length} information only`, screen.information.slice(0, rowLimit)),
    foldedList(screen.notCovered),
    `Trust this run? ${screen.trust.map(({ good, text }) => `${good ? "✓" : "✗"} ${escaped(text, 1000)}`).join(" · ")}`,
    `Why: ${code(`npx roadworthy explain ${suite.run} ${(screen.red[0] ?? screen.passed[0])?.objective ?? "<objective>"}`)} · Repeat: ${code(suite.repeat)}`,
    `Exit code ${suite.exitCode}. The full report is \`report.html\` in the artifact of this run.`,
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** Workflow commands for the log of a CI step, at most 10: what failed first. */
export function annotations(input: ReportInput): string[] {
  const { red, interruptions } = screenOf(input);
  const run = interruptions.map((line) => command("error", "run", line));
  const rows = red.map((row) => {
    const level = standingOf(row) === "fail" && row.required ? "error" : "warning";
    return command(level, `${row.objective} ${row.statement}`, `${figureText(row)}, limit ${limitText(row)}: ${row.why}`);
  });
  const all = [...run, ...rows];
  if (all.length <= annotationLimit) return all;
  const shown = all.slice(0, annotationLimit - 1);
  return [...shown, command("warning", "Roadworthy", `${all.length - shown.length} more are in the report`)];
}

function openTable(screen: Screen): string {
  const shown = screen.red.slice(0, rowLimit);
  const more = screen.red.length - shown.length;
  return [tableOf(shown), ...(more > 0 ? [`and ${more} more`] : [])].join("\n\n");
}

function tableOf(rows: readonly SuiteObjective[]): string {
  if (rows.length === 0) return "";
  const lines = rows.map((row) => {
    const standing = standingOf(row);
    const cells = [row.objective, row.statement, row.status === "not covered" ? "not ruled" : figureText(row), limitText(row), row.status === "not covered" ? coverageText(row) : row.why];
    return `| ${symbols[standing]} ${standing}${row.required ? "" : ", not required"} | ${cells.map((cell) => escaped(cell)).join(" | ")} |`;
  });
  return ["| | Objective | Promise | Measured | Limit | Why |", "|---|---|---|---|---|---|", ...lines].join("\n");
}

function folded(title: string, rows: readonly SuiteObjective[]): string {
  return rows.length === 0 ? "" : `<details><summary>${title}</summary>\n\n${tableOf(rows)}\n\n</details>`;
}

function foldedList(rows: readonly SuiteObjective[]): string {
  if (rows.length === 0) return "";
  const items = rows.slice(0, rowLimit).map((row) => `- ${escaped(row.objective)} ${escaped(row.statement)}: ${escaped(coverageText(row))}`);
  return `<details><summary>${rows.length} not covered here</summary>\n\n${items.join("\n")}\n\n</details>`;
}

/** Text that is nothing but text: no markup, no table border, no link, no mention, no formula. */
export function escaped(text: string, most = cellLimit): string {
  return cut(plain(text), most)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[\\`*_[\]|~#!$]/g, (character) => `\\${character}`)
    .replaceAll("@", "&#64;&#8203;")
    .replaceAll("://", "&#58;//")
    .replaceAll(/\bwww\./gi, "www&#46;");
}

function code(text: string): string {
  return `<code>${escaped(text, 1000)}</code>`;
}

function command(level: "error" | "warning", title: string, message: string): string {
  return `::${level} title=${commandData(title).replaceAll(":", "%3A").replaceAll(",", "%2C")}::${commandData(message)}`;
}

function commandData(text: string): string {
  return cut(plain(text), 500).replaceAll("%", "%25");
}
