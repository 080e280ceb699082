/** Behind every number: what it is, how it was reckoned, from what, and why it led to its outcome. */

import type { SuiteObjective } from "../../harness/judge/verdict/schema.ts";
import { definitionOf } from "../definitions.ts";
import { figureText, limitText, numberText } from "../figure.ts";
import { coverageText, seenRedText } from "../row.ts";
import { anchor, html, type Content, type Html } from "./markup.ts";

export function explanation(row: SuiteObjective, run: string): Html {
  const definition = definitionOf(row.indicator);
  const { document, line, section } = row.source;
  const facts: [string, Content][] = [
    ["Why", row.status === "not covered" ? coverageText(row) : row.why],
    ["Promise", row.statement],
    ["Limit", limitText(row)],
    ["Measured", row.status === "not covered" ? null : figureText(row)],
    ["Samples", row.samples === null ? null : numberText(row.samples)],
    ["Phase", row.phase],
    ["Clock", row.clock === null ? null : clocks[row.clock]],
    ["Meaning", definition === null ? null : `${definition.name}: ${definition.meaning}`],
    ["Formula", definition === null ? null : definition.formula],
    ["Our choice", row.choice],
    ["Source", html`${document}${line === undefined ? null : `, line ${line}`}${section === "" ? null : `: ${section}`}`],
    ["Same as", row.sameAs],
    ["Scenario", row.scenario === null ? null : html`<a href="#${anchor("s", row.scenario)}">${row.scenario}</a>`],
    ["Elsewhere", row.others.length === 0 ? null : row.others.map((other) => html`<div>${other.scenario}: ${other.outcome ?? other.status}, ${figureText(other)}. ${other.why}</div>`)],
    ["Seen red", seenRedText(row)],
    ["Command", row.status === "not covered" ? null : html`<code>npx roadworthy explain ${run} ${row.objective}</code>`],
  ];
  const shown = facts.filter(([, fact]) => fact !== null && fact !== "");
  return html`<dl class="explain">${shown.map(([term, fact]) => html`<div><dt>${term}</dt><dd>${fact}</dd></div>`)}</dl>`;
}

const clocks = { fault: "since the fault", heal: "since the healing" } as const;
