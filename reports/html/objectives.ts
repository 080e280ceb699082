/** The table of all objectives, with filters that the script brings to life. */

import type { SuiteObjective } from "../../harness/judge/verdict/schema.ts";
import { figureText, limitText, numberText } from "../figure.ts";
import type { ReportInput } from "../input.ts";
import { coverageText, standingOf, symbols, worstFirst } from "../row.ts";
import { explanation } from "./explanation.ts";
import { anchor, html, type Html } from "./markup.ts";

export function objectivesSection({ suite }: ReportInput): Html {
  const rows = worstFirst(suite.objectives);
  const standings = unique(rows.map(standingOf));
  const kinds = unique(rows.map(({ kind }) => kind));
  return html`<section id="objectives"><h2>Objectives</h2>
<form class="filters" id="filters" hidden>
<label>Search <input type="search" name="text" placeholder="id, words, scenario" autocomplete="off"></label>
${choice("outcome", "Outcome", standings)}${choice("status", "Status", unique(rows.map(({ status }) => status)))}${choice("kind", "Kind", kinds)}
<label class="tick"><input type="checkbox" name="required"> required only</label>
<output id="shown">${rows.length} shown</output>
</form>
<div class="table-box"><table class="cards" id="objective-table"><thead><tr><th scope="col">Outcome</th><th scope="col">Objective</th><th scope="col">Promise</th><th scope="col">Measured</th><th scope="col">Limit</th><th scope="col" class="number">Samples</th><th scope="col">Scenario</th><th scope="col">Kind</th></tr></thead>
<tbody>${rows.map((row) => rowHtml(row, suite.run))}</tbody></table></div></section>`;
}

function rowHtml(row: SuiteObjective, run: string): Html {
  const standing = standingOf(row);
  const covered = row.status !== "not covered";
  return html`<tr id="${anchor("o", row.objective)}" data-outcome="${standing}" data-status="${row.status}" data-kind="${row.kind}" data-required="${row.required ? "yes" : "no"}">
<td data-label="Outcome"><span class="badge ${standing.replace(" ", "-")}"><span aria-hidden="true">${symbols[standing]}</span> ${standing}</span></td>
<th scope="row" data-label="Objective">${row.objective}${row.required ? html`<span class="soft"> required</span>` : null}</th>
<td data-label="Promise">${row.statement}</td>
<td data-label="Measured"><details><summary>${covered ? figureText(row) : coverageText(row)}</summary>${explanation(row, run)}</details></td>
<td data-label="Limit" class="figure">${limitText(row)}</td>
<td data-label="Samples" class="number">${row.samples === null ? "–" : numberText(row.samples)}</td>
<td data-label="Scenario">${row.scenario === null ? "–" : html`<a href="#${anchor("s", row.scenario)}">${row.scenario}</a>`}</td>
<td data-label="Kind">${row.kind}</td></tr>
`;
}

function choice(name: string, label: string, values: readonly string[]): Html {
  return html`<label>${label} <select name="${name}"><option value="">all</option>${values.map((value) => html`<option>${value}</option>`)}</select></label>
`;
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
