/** Recovery, fault by fault: detected, held, healed, back to normal, on both clocks and with its precision; and data loss as a sentence and as sets. */

import type { DataLoss, FaultRecord, OperationRecord } from "../../harness/judge/verdict/schema.ts";
import { numberText, plural, pointText, rateText, sizeText, spanOrDash, spanText } from "../figure.ts";
import type { ReportInput } from "../input.ts";
import { html, type Html } from "./markup.ts";

export function recoverySection({ scenarios }: ReportInput): Html {
  const rows = scenarios.flatMap(({ verdict }) => verdict.faults.map((fault) => faultRow(verdict.scenario, fault)));
  const body = rows.length === 0 ? html`<p class="soft">No fault was injected in this run.</p>` : html`<div class="table-box"><table class="cards"><thead><tr>
<th scope="col">Fault</th><th scope="col">Injected</th><th scope="col"><a href="#d-confirmed">Confirmed</a> after</th><th scope="col">Held</th><th scope="col">Healed</th>
<th scope="col">Back to normal, <a href="#d-clocks">since the fault</a></th><th scope="col">since healing</th><th scope="col">Failed requests</th></tr></thead><tbody>${rows}</tbody></table></div>
<p class="soft">One fault is one sample: a single recovery within the limit shows little about the next one.</p>${partsTable(scenarios)}${peopleTable(scenarios)}`;
  const operations = scenarios.flatMap(({ verdict }) => (verdict.operations ?? []).map((operation) => operationRow(verdict.scenario, operation)));
  return html`<section id="recovery"><h2>Recovery</h2>${body}${operations.length > 0 && operationsTable(operations)}</section>`;
}

export function lossSection({ scenarios }: ReportInput): Html {
  const parts = scenarios.flatMap(({ verdict }) => (verdict.dataLoss === null ? [] : [html`<h3>${verdict.scenario}</h3>${lossHtml(verdict.dataLoss)}`]));
  const none = scenarios.filter(({ verdict }) => verdict.dataLoss === null).map(({ verdict }) => verdict.scenario);
  return html`<section id="loss"><h2>Data loss</h2>${parts}${none.length === 0 ? null : html`<p class="soft">Not measured in ${none.join(", ")}: no ledger, or nothing was read back.</p>`}</section>`;
}

function faultRow(scenario: string, fault: FaultRecord): Html {
  const precision = ` ± ${spanText(fault.resolutionMs)}`;
  const since = (spanMs: number | null): string => (spanMs === null ? "–" : `${spanText(spanMs)}${precision}`);
  const detected = fault.injectedAtMs === null || fault.feltAtMs === null ? null : fault.feltAtMs - fault.injectedAtMs;
  const recovery = fault.unrepaired !== undefined ? `not repaired: ${fault.unrepaired}` : fault.notRecovered ? "not before the end" : fault.recoveryTimeMs === null ? `no outage seen${precision}` : since(fault.recoveryTimeMs);
  return html`<tr><th scope="row" data-label="Fault">${fault.id} <span class="soft">${fault.kind} on ${fault.on}, ${scenario}</span></th>
<td data-label="Injected" class="figure">${pointText(fault.injectedAtMs)}</td>
<td data-label="Confirmed after">${witnessed(detected === null ? "not confirmed" : spanText(detected), fault.witness.felt)}</td>
<td data-label="Held" class="figure">${spanOrDash(fault.heldMs)}</td>
<td data-label="Healed" class="figure">${fault.healedAtMs === null ? "not healed" : pointText(fault.healedAtMs)}</td>
<td data-label="Since the fault">${reckoned(fault, recovery)}</td>
<td data-label="Since healing" class="figure">${since(fault.sinceHealMs)}</td>
<td data-label="Failed requests" class="figure">${numberText(fault.failedRequests)}</td></tr>`;
}

function operationsTable(rows: readonly Html[]): Html {
  return html`<h3>Operations</h3><div class="table-box"><table class="cards"><thead><tr><th scope="col">Operation</th><th scope="col">Began</th><th scope="col">Took</th><th scope="col">Data</th><th scope="col">Rate</th>
<th scope="col">Age at the fault</th><th scope="col">Outcome</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function operationRow(scenario: string, { id, kind, on, beganAtMs, ended, tookMs, bytes, bytesPerSecond, restoredAgeMs, what }: OperationRecord): Html {
  const outcome = ended === null ? "the run ended before it did" : `${ended ? "done" : "failed"}: ${what}`;
  return html`<tr><th scope="row" data-label="Operation">${kind} <span class="soft">${id} on ${on}, ${scenario}</span></th>
<td data-label="Began" class="figure">${pointText(beganAtMs)}</td>
<td data-label="Took" class="figure">${spanOrDash(tookMs)}</td>
<td data-label="Data" class="figure">${bytes === null ? "–" : sizeText(bytes)}</td>
<td data-label="Rate" class="figure">${bytesPerSecond === null ? "–" : rateText(bytesPerSecond)}</td>
<td data-label="Age at the fault" class="figure">${spanOrDash(restoredAgeMs)}</td>
<td data-label="Outcome">${outcome}</td></tr>`;
}

/** Of each recovery, what is known of its parts. */
function partsTable(scenarios: ReportInput["scenarios"]): Html {
  const rows = scenarios.flatMap(({ verdict }) =>
    verdict.faults.flatMap(({ id, recovery }) => {
      if (recovery === undefined || recovery === null) return [];
      const { detectMs, decideMs, actMs, verifyMs } = recovery;
      const cells = ([["Detect", detectMs], ["Decide", decideMs], ["Act", actMs], ["Verify", verifyMs]] as const).map(([label, tookMs]) => html`<td data-label="${label}" class="figure">${spanOrDash(tookMs)}</td>`);
      return [html`<tr><th scope="row" data-label="Fault">${id} <span class="soft">${verdict.scenario}</span></th>${cells}</tr>`];
    }),
  );
  return html`<div class="table-box"><table class="cards"><thead><tr><th scope="col">Parts of the recovery</th><th scope="col">Detect</th><th scope="col">Decide</th><th scope="col">Act</th><th scope="col">Verify</th></tr></thead><tbody>${rows}</tbody></table></div>
<p class="soft">Detect: to the first bad request or probe. Decide: only where people were asked. Act: the repair, until healed. Verify: to back to normal. Where people confirm a part, until they did.</p>`;
}

/** What people were asked for, and how long they took. */
function peopleTable(scenarios: ReportInput["scenarios"]): Html | null {
  const rows = scenarios.flatMap(({ verdict }) =>
    verdict.faults.flatMap(({ id, manual = [] }) =>
      manual.map(({ part, owner, text, expectedMs, tookMs, confirmedBy }) => html`<tr><th scope="row" data-label="Asked">${text} <span class="soft">${part}, ${id}, ${verdict.scenario}</span></th>
<td data-label="Of">${owner}</td><td data-label="Expected" class="figure">${spanText(expectedMs)}</td><td data-label="Took" class="figure">${confirmedBy === null ? "not confirmed" : spanOrDash(tookMs)}</td></tr>`),
    ),
  );
  return rows.length === 0 ? null : html`<div class="table-box"><table class="cards"><thead><tr><th scope="col">People were asked</th><th scope="col">Of</th><th scope="col">Expected</th><th scope="col">Took</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function witnessed(text: string, witness: string | null): Html {
  return html`<details><summary>${text}</summary><dl class="explain"><div><dt>Seen by</dt><dd>${witness ?? "nothing"}</dd></div></dl></details>`;
}

function reckoned(fault: FaultRecord, text: string): Html {
  const normal = fault.injectedAtMs !== null && fault.recoveryTimeMs !== null ? `${pointText(fault.injectedAtMs + fault.recoveryTimeMs)} − ${pointText(fault.injectedAtMs)}` : "–";
  return html`<details><summary><strong>${text}</strong></summary><dl class="explain"><div><dt>Formula</dt><dd>back to normal − injected</dd></div><div><dt>Instants</dt><dd>${normal} (minutes:seconds of the scenario)</dd></div><div><dt>Settled, seen by</dt><dd>${fault.witness.settled ?? "nothing"}</dd></div><div><dt>Precision</dt><dd>± ${spanText(fault.resolutionMs)}: <a href="#d-precision">what that is</a></dd></div></dl></details>`;
}

function lossHtml(loss: DataLoss): Html {
  const sets: [string, number, string][] = [
    ["acknowledged", loss.acknowledged, "answered as stored"],
    ["lost", loss.lost, "acknowledged − read back"],
    ["in doubt", loss.indeterminate, "the answer was lost"],
    ["recovered", loss.recovered, "in doubt ∩ read back"],
    ["duplicated", loss.duplicated, "read back more than once"],
    ["resurrected", loss.resurrected, "refused ∩ read back"],
    ["unexpected", loss.unexpected, "read back − attempted"],
    ...(loss.inFlightAtFault === null ? [] : [["in flight at the fault", loss.inFlightAtFault, "acknowledged and not finished when the first fault came"] satisfies [string, number, string]]),
  ];
  const bad = loss.lost + loss.duplicated + loss.resurrected + loss.unexpected > 0;
  return html`<details${bad && html` open`}><summary class="sentence">${sentence(loss)}</summary>
<div class="table-box"><table class="sets"><thead><tr><th scope="col">Set (${loss.ledger})</th><th scope="col" class="number">Writes</th><th scope="col">Is</th></tr></thead><tbody>${sets.map(([name, count, meaning]) => html`<tr><th scope="row">${name}</th><td class="number">${numberText(count)}</td><td class="soft">${meaning}</td></tr>`)}</tbody></table></div>
${loss.lostIds.length === 0 ? null : html`<p>First lost ids: <code>${loss.lostIds.join(", ")}</code></p>`}</details>`;
}

function sentence(loss: DataLoss): string {
  const doubt = loss.indeterminate === 0 ? "" : ` ${plural(loss.indeterminate, "write")} in doubt, ${loss.recovered === 0 ? "none" : numberText(loss.recovered)} of them stored.`;
  if (loss.acknowledged === 0) return `Nothing was acknowledged in ${loss.ledger}, so nothing is shown about loss.${doubt}`;
  if (loss.lost === 0) return `None of ${plural(loss.acknowledged, "acknowledged write")} was lost.${doubt}`;
  const age = loss.lostMs === null ? "" : `; the oldest was ${spanText(loss.lostMs)} old at the fault`;
  const shape = loss.holes ? "There are holes: newer writes survived." : "They are the newest ones: no hole.";
  return `${numberText(loss.lost)} of ${plural(loss.acknowledged, "acknowledged write")} lost${age}. ${shape}${doubt}`;
}
