/** What the nodes printed and what became of their processes: around each fault, and all that is kept. */

import type { Scene, SceneProcess, ScenarioEvidence } from "../../harness/judge/evidence.ts";
import type { NodeState } from "../../harness/log/node-evidence.ts";
import { numberText, plural, pointText } from "../figure.ts";
import type { ReportInput, ScenarioReport } from "../input.ts";
import { cut, plain } from "../text.ts";
import { html, type Content, type Html } from "./markup.ts";
import { folded } from "./requests.ts";

/** A line as long as the log may hold is no line to read. */
const longestLine = 600;

export function logsSection({ scenarios }: ReportInput): Html {
  return html`<section id="logs"><h2>Logs around the faults</h2>${scenarios.map((scenario) => folded(scenario.evidence.scenario, [...scenario.evidence.scenes.map((scene) => sceneHtml(scene, scenario)), allHtml(scenario.evidence)]))}</section>`;
}

function sceneHtml(scene: Scene, { verdict }: ScenarioReport): Html {
  const fault = verdict.faults.find(({ id }) => id === scene.fault);
  const title = scene.fault === null ? "The end of the scenario" : `Fault ${scene.fault}${fault === undefined ? "" : `: ${fault.kind} on ${fault.on}`}`;
  return html`<details class="scene"><summary><strong>${title}</strong> <span class="soft">${pointText(scene.fromMs)} to ${pointText(scene.toMs)} · ${summaryOf(scene)}</span></summary>
${statesTable(scene.processes)}
${linesBox(`Lines of the nodes: ${title}`, sceneLines(scene))}</details>`;
}

/** "postgres ended: SIGKILL; 42 lines". */
function summaryOf({ processes }: Scene): string {
  const ends = processes.flatMap(({ process, exits }) => (exits.length === 0 ? [] : [`${process} ended: ${exits.map(({ ended }) => ended).join(", ")}`]));
  const lines = processes.reduce((sum, each) => sum + each.lines.length, 0);
  return [ends.length === 0 ? "no process ended" : ends.join("; "), plural(lines, "line")].join(" · ");
}

function statesTable(processes: readonly SceneProcess[]): Html | null {
  const known = processes.filter(({ before, after, exits }) => before !== null || after !== null || exits.length > 0);
  if (known.length === 0) return null;
  const rows = known.filter(hasChanged);
  const rest = known.filter((each) => !hasChanged(each)).map(({ process, after }) => `${process} (${stateText(after)})`);
  const unchanged = rest.length === 0 ? null : html`<p class="soft">As before: ${rest.join(", ")}.</p>`;
  if (rows.length === 0) return unchanged;
  return html`<div class="table-box"><table class="cards"><thead><tr><th scope="col">Process</th><th scope="col">Before</th><th scope="col">After</th><th scope="col">Ended</th><th scope="col">Started again</th></tr></thead><tbody>${rows.map(stateRow)}</tbody></table></div>
${unchanged}`;
}

function hasChanged({ before, after, exits }: SceneProcess): boolean {
  return exits.length > 0 || before?.restarts !== after?.restarts || stateText(before) !== stateText(after);
}

function stateRow({ process, node, before, after, exits }: SceneProcess): Html {
  const again = (after?.restarts ?? 0) - (before?.restarts ?? 0);
  const ends: Content = exits.length === 0 ? "–" : exits.map(({ atMs, ended }) => html`<div>${pointText(atMs)} ${ended}</div>`);
  return html`<tr><th scope="row" data-label="Process">${process}${process !== node && html` <span class="soft">${node}</span>`}</th>
<td data-label="Before">${stateText(before)}</td><td data-label="After">${stateText(after)}</td><td data-label="Ended">${ends}</td><td data-label="Started again" class="figure">${again > 0 ? numberText(again) : "–"}</td></tr>`;
}

function stateText(state: NodeState | null): string {
  if (state === null) return "not there";
  const { ended, outOfMemory } = state;
  const end = ended === null ? [] : [`${state.state === "ended" ? "" : "last ended "}${ended}${outOfMemory === true ? ", out of memory" : ""}`];
  return [state.state, ...end].join(", ");
}

interface ShownLine {
  atMs: number;
  process: string;
  kind: string;
  line: string;
}

/** With a mark where something was left out, or could not be had. */
function sceneLines({ processes, fromMs }: Scene): ShownLine[] {
  return processes.flatMap(({ process, lines, leftOut, why }): ShownLine[] => {
    const shown = lines.map(({ atMs, stream, line }) => ({ atMs, process, kind: stream, line }));
    const marks: ShownLine[] = why === null ? [] : [{ atMs: fromMs, process, kind: "mark", line: `its lines could not be had: ${why}` }];
    if (leftOut !== null) marks.push({ atMs: lines[leftOut.after]?.atMs ?? lines.at(-1)?.atMs ?? fromMs, process, kind: "mark", line: leftOutText(leftOut) });
    return [...marks, ...shown];
  });
}

function leftOutText({ count, atLeast }: NonNullable<SceneProcess["leftOut"]>): string {
  if (count === 0) return "… earlier lines left out";
  return `… ${atLeast ? "at least " : ""}${plural(count, "line")} left out`;
}

/** Everything that is kept, with every start and end. */
function allHtml({ output, processes, scenes }: ScenarioEvidence): Html | null {
  const lines = [
    ...output.map(({ atMs, process, stream, line }) => ({ atMs, process, kind: stream, line })),
    ...processes.map(({ atMs, process, what, ended }) => ({ atMs, process, kind: "process", line: ended === null ? what : `${what} (${ended})` })),
  ];
  const box = linesBox("Lines of the nodes", lines);
  if (box === null || scenes.length === 0) return box;
  return html`<details class="scene"><summary><strong>The whole scenario</strong> <span class="soft">${plural(lines.length, "line")}, with every start and end of a process</span></summary>${box}</details>`;
}

function linesBox(label: string, lines: readonly ShownLine[]): Html | null {
  if (lines.length === 0) return null;
  const rows = lines.toSorted((a, b) => a.atMs - b.atMs).map(({ atMs, process, kind, line }) => html`<div class="${classOf(kind)}"><span class="at">${pointText(atMs)}</span> <span class="who">${process}</span> <span class="what">${cut(plain(line), longestLine)}</span></div>
`);
  return html`<div class="log" tabindex="0" role="region" aria-label="${label}">${rows}</div>`;
}

function classOf(kind: string): string {
  if (kind === "process") return "event";
  return kind === "err" || kind === "mark" ? kind : "out";
}
