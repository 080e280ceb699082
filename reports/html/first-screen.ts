/** What decides in 30 seconds: verdict, what changed, the rows worst first, one time line, trust. Complete without the script. */

import type { SuiteObjective } from "../../harness/judge/verdict/schema.ts";
import { dayText, figureText, limitText, spanText, valueText } from "../figure.ts";
import type { ReportInput, ScenarioReport } from "../input.ts";
import { ranOnText } from "../ran-on.ts";
import { coverageText, standingOf, symbols } from "../row.ts";
import { screenOf, type Screen } from "../screen.ts";
import { explanation } from "./explanation.ts";
import { anchor, html, type Html } from "./markup.ts";
import { strip } from "./strip.ts";

/** Room for open rows: with more of it the trust line would leave the first screen at 1280 × 800. */
const rowRoomPixels = 330;
/** Images with their digests give the line above the verdict two lines more. */
const imagesPixels = 40;
const passRowPixels = 31;
const redRowPixels = 55;
const longRedRowPixels = 77;
/** A cause with more characters than these takes a second line, which it gets unless there are many red rows. */
const lineCharacters = 120;
const fewReds = 4;

export function firstScreen(input: ReportInput): Html {
  const screen = screenOf(input);
  const { suite } = input;
  const roomPixels = rowRoomPixels - (suite.images === undefined ? 0 : imagesPixels);
  const tight = screen.red.length > fewReds;
  const redPixels = (row: SuiteObjective): number => (!tight && row.why.length > lineCharacters ? longRedRowPixels : redRowPixels);
  const reds = screen.red.slice(0, Math.floor(roomPixels / redRowPixels));
  const taken = reds.reduce((sum, row) => sum + redPixels(row), 0);
  const passes = screen.passed.slice(0, Math.max(0, Math.floor((roomPixels - taken) / passRowPixels)));
  const line = (row: SuiteObjective): Html => openRow(row, suite.run);
  return html`<section class="verdict ${suite.outcome}" aria-label="Verdict">
<h1><span class="badge ${suite.outcome}"><span aria-hidden="true">${symbols[suite.outcome]}</span> ${screen.word}</span> <span class="headline">${screen.headline}</span></h1>
<p class="counts"><strong>${screen.counts.required}.</strong> <span>${screen.counts.all}</span></p>
${screen.interruptions.length > 0 && html`<details class="interrupted"><summary>${screen.interruptions.join(". ")}</summary></details>`}
</section>
<details class="since"><summary><span class="label">Since the last comparable run</span> ${screen.changes.join(" ")}</summary></details>
<section aria-label="Objectives, worst first">
<ul class="rows${tight ? " tight" : ""}">${reds.map(line)}${passes.map(line)}</ul>
<div class="folds">
${foldedRows(screen.red.slice(reds.length), (count) => `${count} more failed or inconclusive`, line)}
${foldedRows(screen.passed.slice(passes.length), (count) => `${count} ${passes.length > 0 ? "more " : ""}passed`, line)}
${foldedRows(screen.information, (count) => `${count} information only`, line)}
${foldedRows(screen.notCovered, (count) => `${count} not covered here${coverageSummary(screen)}`, line)}
</div>
</section>
${timeLine(input, screen)}
<p class="trust" id="trust"><span class="label">Trust this run?</span> ${screen.trust.map(({ good, text }) => html`<span class="${good ? "good" : "bad"}"><span aria-hidden="true">${good ? "✓" : "✗"}</span> ${text}</span> `)}</p>`;
}

export function headerLine({ suite }: ReportInput): Html {
  const facts = [suite.suite, dayText(suite.startedAt), spanText(suite.durationMs), ...(suite.commit === null ? [] : [`commit ${suite.commit.slice(0, 7)}`]), ranOnText(suite)];
  return html`<p><strong>${suite.target}</strong>${facts.map((fact) => html` <span>${fact}</span>`)}</p>`;
}

function openRow(row: SuiteObjective, run: string): Html {
  const standing = standingOf(row);
  const covered = row.status !== "not covered";
  const red = standing === "fail" || standing === "inconclusive";
  return html`<li class="row ${standing.replace(" ", "-")}"><details><summary>
<span class="sign"><span aria-hidden="true">${symbols[standing]}</span><span class="unseen">${standing}</span></span>
<span class="id">${row.objective}</span>
<span class="statement">${row.statement}${red && !row.required && html` <span class="soft">(not required)</span>`}</span>
<span class="figure">${covered ? (standing === "pass" ? valueText(row) : figureText(row)) : null}<span class="limit">${covered ? ` limit ${limitText(row)}` : null}</span></span>
<span class="because">${covered ? row.why : coverageText(row)}</span>
</summary>${explanation(row, run)}</details></li>`;
}

function foldedRows(rows: readonly SuiteObjective[], title: (count: number) => string, line: (row: SuiteObjective) => Html): Html | null {
  if (rows.length === 0) return null;
  return html`<details class="fold"><summary>+ ${title(rows.length)}</summary><ul class="rows">${rows.map(line)}</ul></details>`;
}

/** "(12 evidence, 34 in other suites)" by the first word of where they are covered. */
function coverageSummary({ notCovered }: Screen): string {
  const evidence = notCovered.filter((row) => coverageText(row).startsWith("evidence")).length;
  const elsewhere = notCovered.filter((row) => coverageText(row).startsWith("suite")).length;
  const parts = [...(evidence > 0 ? [`${evidence} evidence`] : []), ...(elsewhere > 0 ? [`${elsewhere} in other suites`] : [])];
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

function timeLine(input: ReportInput, screen: Screen): Html | null {
  const shown = shownScenario(input, screen);
  if (shown === undefined) return null;
  const name = shown.verdict.scenario;
  return html`<section class="strip-box" aria-label="Time line of ${name}"><div class="strip-head"><span class="label">Time line</span> <a href="#${anchor("s", name)}">${name}</a> <span class="soft">${shown.verdict.title}</span></div>${strip(shown)}</section>`;
}

/** Of a row over repeats: those in which it did worst. */
function namesOf({ scenario, outcome, others }: SuiteObjective): (string | null)[] {
  return [scenario, ...others.filter((other) => other.outcome === outcome).map((other) => other.scenario)];
}

/** The scenario of the worst row; failing that, the first one with a fault. */
function shownScenario({ scenarios }: ReportInput, screen: Screen): ScenarioReport | undefined {
  const worst = screen.red.map((row) => scenarios.find(({ verdict }) => namesOf(row).includes(verdict.scenario))).find((scenario) => scenario !== undefined);
  return worst ?? scenarios.find(({ verdict }) => verdict.faults.length > 0) ?? scenarios[0];
}
