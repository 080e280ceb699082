/** What the nodes printed and what became of their processes, around each fault. */

import type { ScenarioEvidence } from "../../harness/judge/evidence.ts";
import { pointText } from "../figure.ts";
import type { ReportInput } from "../input.ts";
import { html, type Html } from "./markup.ts";
import { folded } from "./requests.ts";

export function logsSection({ scenarios }: ReportInput): Html {
  return html`<section id="logs"><h2>Logs around the faults</h2>${scenarios.map(({ evidence }) => folded(evidence.scenario, [linesHtml(evidence)]))}</section>`;
}

function linesHtml({ output, processes }: ScenarioEvidence): Html | null {
  const lines = [
    ...output.map(({ atMs, process, stream, line }) => ({ atMs, process, kind: stream, line })),
    ...processes.map(({ atMs, process, what, ended }) => ({ atMs, process, kind: "process", line: ended === null ? what : `${what} (${ended})` })),
  ].toSorted((a, b) => a.atMs - b.atMs);
  if (lines.length === 0) return null;
  return html`<div class="log" tabindex="0" role="region" aria-label="Lines of the nodes">${lines.map(({ atMs, process, kind, line }) => html`<div class="${kind === "process" ? "event" : kind === "err" ? "err" : "out"}"><span class="at">${pointText(atMs)}</span> <span class="who">${process}</span> <span class="what">${line}</span></div>
`)}</div>`;
}
