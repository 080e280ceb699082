/** Requests by route and phase, the slowest and the first failing ones, items, and what the probes saw. */

import type { RequestSample, RouteSummary, ScenarioEvidence } from "../../harness/judge/evidence.ts";
import { numberText, percentOrDash, pointText, spanOrDash, spanText } from "../figure.ts";
import type { ReportInput } from "../input.ts";
import { anchor, html, type Content, type Html } from "./markup.ts";

export function requestsSection({ scenarios }: ReportInput): Html {
  return html`<section id="requests"><h2>Requests</h2>${scenarios.map(({ evidence }) => folded(evidence.scenario, [
    table("By route and phase", routeHeads, evidence.routes.map(routeCells)),
    table("Items", ["Items", "Offered /s", "Finished", "Errors", "Unfinished", "p50", "p95", "Longest"], evidence.completions.map((item) => [item.completion, numberText(item.offeredPerSecond), numberText(item.finished), numberText(item.errors), numberText(item.unfinished), spanOrDash(item.p50Ms), spanOrDash(item.p95Ms), spanOrDash(item.maxMs)])),
    table("First failing", sampleHeads, evidence.firstFailing.map(sampleCells)),
    table("Slowest", sampleHeads, evidence.slowest.map(sampleCells)),
    table("Failures by message", ["Route", "Outcome", "Count", "Message"], evidence.errors.map(({ route, outcome, count, message }) => [route, outcome, numberText(count), message])),
  ]))}</section>`;
}

export function probesSection({ scenarios }: ReportInput): Html {
  return html`<section id="probes"><h2>Probes</h2><p class="soft">Small checks on fresh connections, apart from the load.</p>${scenarios.map(({ evidence }) => folded(evidence.scenario, [
    table("Probes", ["Probe", "Checks", "Failed", "Outages"], evidence.probes.map(({ probe, checks, failed, outages }) => [probe, numberText(checks), numberText(failed), outagesHtml(outages)])),
  ]))}</section>`;
}

/** A column's name; with a term, it leads to the definition. */
export type Head = string | { label: string; term: string };

/** One scenario's part of a section: nothing at all where there is nothing to show. */
export function folded(scenario: string, parts: readonly (Html | null)[]): Html {
  const shown = parts.filter((part) => part !== null);
  return html`<details class="part" open><summary><h3>${scenario}</h3></summary>${shown.length === 0 ? html`<p class="soft">Nothing was recorded.</p>` : shown}</details>`;
}

/** First column names the row; the other cells are figures. null when there are no rows. */
export function table(title: string, heads: readonly Head[], rows: readonly (readonly Content[])[]): Html | null {
  if (rows.length === 0) return null;
  const labels = heads.map((head) => (typeof head === "string" ? head : head.label));
  return html`<h4>${title}</h4><div class="table-box"><table class="cards"><thead><tr>${heads.map((head) => html`<th scope="col">${typeof head === "string" ? head : html`<a href="#${anchor("d", head.term)}">${head.label}</a>`}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => html`<tr>${cells.map((cell, column) => (column === 0 ? html`<th scope="row" data-label="${labels[column] ?? ""}">${cell}</th>` : html`<td class="figure" data-label="${labels[column] ?? ""}">${cell}</td>`))}</tr>
`)}</tbody></table></div>`;
}

const percentile = (label: string): Head => ({ label, term: "p95" });

const routeHeads: readonly Head[] = [
  "Route", "Phase", "Requests", "Failed", "Dropped", percentile("p50"), percentile("p95"), percentile("p99"), "Longest", { label: "Service p95", term: "response" },
  { label: "Available, by requests", term: "availability" }, { label: "by time", term: "availability" }, { label: "Worst second", term: "worst" },
];

function routeCells(route: RouteSummary): Content[] {
  return [
    route.route, route.phase, numberText(route.requests), numberText(route.failed), numberText(route.dropped),
    spanOrDash(route.p50Ms), spanOrDash(route.p95Ms), spanOrDash(route.p99Ms), spanOrDash(route.maxMs), spanOrDash(route.serviceP95Ms),
    percentOrDash(route.availabilityPercent), percentOrDash(route.slotAvailabilityPercent), percentOrDash(route.worstWindowPercent),
  ];
}

const sampleHeads: readonly Head[] = ["Route", "Due at", "Phase", { label: "Response", term: "response" }, { label: "Service", term: "response" }, "Status", "Outcome"];

function sampleCells(sample: RequestSample): Content[] {
  return [sample.route, pointText(sample.atMs), sample.phase, spanText(sample.responseMs), spanText(sample.serviceMs), sample.status === 0 ? "–" : String(sample.status), sample.outcome];
}

function outagesHtml(outages: ScenarioEvidence["probes"][number]["outages"]): Content {
  if (outages.length === 0) return "none";
  return outages.map(({ fromMs, toMs, why }) => html`<div>${pointText(fromMs)} to ${pointText(toMs)} (${spanText(toMs - fromMs)}): ${why}</div>`);
}
