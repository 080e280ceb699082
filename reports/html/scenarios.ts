/** Per scenario: what was planned beside what happened, and the place and data of its charts (drawn by assets/charts.js). */

import type { FaultRecord, SuiteVerdict } from "../../harness/judge/verdict/schema.ts";
import { numberText, percentText, pointText, spanText } from "../figure.ts";
import type { ReportInput, ScenarioReport } from "../input.ts";
import { symbols } from "../row.ts";
import { anchor, html, jsonData, type Content, type Html } from "./markup.ts";
import { legend, normalAtMs, windowsOf } from "./strip.ts";
import { timeLine } from "./time-line.ts";

export function scenariosSection({ scenarios, suite }: ReportInput): Html {
  const missing = suite.scenarios.filter(({ ran }) => !ran);
  return html`<section id="scenarios"><h2>Scenarios</h2>
${suite.repeats === undefined ? null : repeatsTable(suite, suite.repeats)}
${scenarios.map((scenario, index) => scenarioHtml(scenario, index))}
${missing.map(({ scenario }) => html`<p class="interrupted">${scenario} did not run.</p>`)}</section>`;
}

/** All series of all charts, for the script; times in seconds from the scenario's start. */
export function chartData({ scenarios }: ReportInput): Html {
  return jsonData(scenarios.map(chartOf));
}

function scenarioHtml(report: ScenarioReport, index: number): Html {
  const { verdict, evidence } = report;
  const load = evidence.workloads.map(({ name, shape, ratePerSecond }) => `${name}: ${shape}${ratePerSecond === null ? "" : ` ${ratePerSecond}/s`}`).join("; ");
  const notes = [verdict.incomplete === null ? null : `Incomplete: ${verdict.incomplete}`, verdict.stopped === null ? null : `Stopped: ${verdict.stopped.message}`, verdict.generator.why];
  return html`<details class="scenario" id="${anchor("s", verdict.scenario)}" open><summary><h3>${verdict.scenario}</h3> <span class="badge ${verdict.outcome}"><span aria-hidden="true">${symbols[verdict.outcome]}</span> ${verdict.outcome}</span> <span class="soft">${verdict.title} · ${spanText(verdict.durationMs)} · seed ${verdict.seed}</span></summary>
${notes.map((note) => note !== null && html`<p class="interrupted">${note}</p>`)}
${verdict.faults.length > 0 ? legend : null}
<div class="charts" data-scenario="${index}"><p class="soft">The charts need the script of this file; all figures are in the tables.</p></div>
${timeLine(report)}
${planTable(verdict.phases, verdict.faults, evidence.planned)}
<p class="soft">Load: ${load === "" ? "none" : load}. Sent ${numberText(verdict.generator.started)} of ${numberText(verdict.generator.offered)}, ${numberText(verdict.generator.dropped)} dropped.</p>
${costTable(evidence.cost)}
</details>`;
}

/** Every attempt, with its own report; rows of objectives lead here by the name of their scenario. */
function repeatsTable({ scenarios }: SuiteVerdict, { attempts }: NonNullable<SuiteVerdict["repeats"]>): Html {
  const rows = attempts.map(({ repeat, attempt, folder, seed, outcome, void: why }) => html`<tr><th scope="row" data-label="Repeat">repeat ${repeat}${attempt === 1 ? null : `, attempt ${attempt}`}</th>
<td data-label="Seed" class="figure">${seed}</td><td data-label="Outcome">${why === null ? (outcome ?? "nothing is left of it") : `did not count: ${why}`}</td><td data-label="Its own report"><code>${folder}/report.html</code></td></tr>`);
  return html`${scenarios.map(({ scenario }) => html`<span id="${anchor("s", scenario)}"></span>`)}<div class="table-box"><table class="cards" id="repeats"><thead><tr><th scope="col">Repeat</th><th scope="col">Seed</th><th scope="col">Outcome by itself</th><th scope="col">Its own report</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

type Planned = ScenarioReport["evidence"]["planned"];

function planTable(phases: ScenarioReport["verdict"]["phases"], faults: readonly FaultRecord[], planned: Planned): Html {
  const rows: Content[] = phases.map(({ name, startMs, endMs }) => html`<tr><th scope="row" data-label="Step">phase ${name}</th><td data-label="Planned">–</td><td data-label="Happened" class="figure">${pointText(startMs)} to ${pointText(endMs)}</td></tr>`);
  const ids = [...new Set([...planned.map(({ id }) => id), ...faults.map(({ id }) => id)])];
  const steps = ids.map((id) => {
    const plan = planned.find((entry) => entry.id === id);
    const fault = faults.find((entry) => entry.id === id);
    const what = fault ?? plan;
    return html`<tr><th scope="row" data-label="Step">fault ${id} <span class="soft">${what === undefined ? null : `${what.kind} on ${what.on}`}</span></th>
<td data-label="Planned" class="figure">${plan === undefined ? "not planned" : `${pointText(plan.injectAtMs)} to ${pointText(plan.healAtMs)}`}</td>
<td data-label="Happened" class="figure">${fault === undefined ? "did not happen" : happened(fault)}</td></tr>`;
  });
  return html`<div class="table-box"><table class="cards plan"><thead><tr><th scope="col">Step</th><th scope="col">Planned</th><th scope="col">Happened</th></tr></thead><tbody>${rows}${steps}</tbody></table></div>`;
}

/** So that nobody takes for the target's what is ours. */
function costTable({ processes, links }: ScenarioReport["evidence"]["cost"]): Html | null {
  if (processes.length === 0) return null;
  const rows = processes.map(({ process, meanPercent, mostPercent, seconds: used }) => html`<tr><th scope="row" data-label="Process">${process}</th><td data-label="Mean" class="figure">${percentText(meanPercent)} %</td><td data-label="Busiest second" class="figure">${percentText(mostPercent)} %</td><td data-label="Processor time" class="figure">${spanText(used * 1000)}</td></tr>`);
  const ways = links.map(({ link, throughMs, directMs, checks }) => html`<p class="soft">Way over link ${link}: a new connection and one round trip took ${spanText(throughMs)} through the proxy and ${spanText(directMs)} past it (medians of ${numberText(checks)} checks or more each, while no fault was in effect).</p>`);
  return html`<details class="cost"><summary>What it took: processor time of each process, and the proxy's part</summary>
<div class="table-box"><table class="cards"><thead><tr><th scope="col">Process, with all that it started</th><th scope="col">Mean, of one core</th><th scope="col">Busiest second</th><th scope="col">Processor time</th></tr></thead><tbody>${rows}</tbody></table></div>
${ways}</details>`;
}

function happened(fault: FaultRecord): string {
  const normal = normalAtMs(fault);
  return [
    fault.injectedAtMs === null ? "not injected" : `injected ${pointText(fault.injectedAtMs)}`,
    fault.feltAtMs === null ? "not confirmed" : `confirmed ${pointText(fault.feltAtMs)}`,
    fault.healedAtMs === null ? "not healed" : `healed ${pointText(fault.healedAtMs)}`,
    normal === null ? "not back to normal" : `back to normal ${pointText(normal)}`,
  ].join(" · ");
}

function chartOf({ verdict, evidence }: ScenarioReport): object {
  return {
    endS: seconds(verdict.durationMs),
    phases: verdict.phases.map(({ name, startMs }) => ({ name, atS: seconds(startMs) })),
    windows: verdict.faults.flatMap((fault) => windowsOf(fault, verdict.durationMs).map(({ kind, fromMs, toMs }) => ({ kind, fromS: seconds(fromMs), toS: seconds(toMs) }))),
    normalS: verdict.faults.flatMap((fault) => normalAtMs(fault) ?? []).map(seconds),
    second: evidence.series.map(({ second }) => second),
    p50: evidence.series.map(({ p50Ms }) => p50Ms),
    p95: evidence.series.map(({ p95Ms }) => p95Ms),
    p99: evidence.series.map(({ p99Ms }) => p99Ms),
    requests: evidence.series.map(({ requestsPerSecond }) => requestsPerSecond),
    errors: evidence.series.map(({ errorsPerSecond }) => errorsPerSecond),
    gauges: evidence.gauges.map(({ gauge, unit, points }) => ({ name: gauge, unit, atS: points.map(({ atMs }) => seconds(atMs)), values: points.map(({ value }) => value) })),
  };
}

function seconds(atMs: number): number {
  return Math.round(atMs) / 1000;
}
