/** What the run ran on and with, what the words mean, and how verdicts are reached. */

import { indicatorDefinitions, terms } from "../definitions.ts";
import { dayText, numberText, spanText } from "../figure.ts";
import type { ReportInput } from "../input.ts";
import { imageTexts, wholeDigest } from "../ran-on.ts";
import { anchor, html, type Content, type Html } from "./markup.ts";

export function environmentSection({ header, suite, scenarios }: ReportInput): Html {
  const facts: [string, Content][] = [
    ["Run", suite.run],
    ["Target", `${suite.title} (${suite.target})`],
    ["Suite", `${suite.suite}, scenarios ${suite.scenarios.map(({ scenario }) => scenario).join(", ")}`],
    ["Started", dayText(suite.startedAt)],
    ["Took", spanText(suite.durationMs)],
    ["Stack", `${suite.stack}, proxy ${header.proxy}`],
    ["Versions", suite.versions.join(", ")],
    ["Images", suite.images === undefined ? null : imageTexts(suite.images, wholeDigest).map((text) => html`<div>${text}</div>`)],
    ["Commit", suite.commit],
    ["Roadworthy", header.roadworthyVersion],
    ["Host", `${header.host.platform}, ${header.host.cpus} CPUs, ${numberText(header.host.memoryMiB)} MiB, fingerprint ${header.host.fingerprint}`],
    ["Seed", String(suite.seed)],
    ...Object.entries(suite.settings).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]): [string, Content] => [name, value]),
    ["Offered", scenarios.map(({ evidence }) => html`<div>${evidence.scenario}: ${evidence.workloads.map(({ name, shape, ratePerSecond }) => (ratePerSecond === null ? `${name}: ${shape}` : `${name} ${ratePerSecond}/s`)).join(", ")}</div>`)],
    ["Last comparable run", suite.previousRun ?? "none"],
    ["Repeat", html`<code>${suite.repeat}</code>`],
    ["Exit code", String(suite.exitCode)],
    ["Left behind", suite.cleanup.left.length === 0 ? null : suite.cleanup.left.map(({ kind, id, command }) => html`<div>${kind} ${id}: <code>${command}</code></div>`)],
  ];
  const shown = facts.filter(([, fact]) => fact !== null && fact !== "");
  return html`<section id="environment"><h2>Environment</h2><dl class="facts">${shown.map(([term, fact]) => html`<div><dt>${term}</dt><dd>${fact}</dd></div>`)}</dl></section>`;
}

export function definitionsSection(): Html {
  const indicators = Object.values(indicatorDefinitions).map(({ name, meaning, formula }) => html`<div><dt>${name}</dt><dd>${meaning} <span class="soft">${formula}.</span></dd></div>`);
  return html`<section id="definitions"><h2>What the words mean</h2>
<dl class="facts">${terms.map(({ id, term, meaning }) => html`<div id="${anchor("d", id)}"><dt>${term}</dt><dd>${meaning}</dd></div>`)}</dl>
<h3>Indicators</h3><dl class="facts">${indicators}</dl>
<h3>How verdicts are reached</h3>
<ul class="prose">
<li>Every objective gets one ruling: pass, fail or inconclusive. The verdict is the worst of them: fail before inconclusive before pass.</li>
<li>Shares (percentiles, availability, error ratios) are judged by the exact binomial bounds, one-sided, 95 %: pass when even the upper bound keeps the limit, fail when even the lower bound breaks it, else inconclusive with how many more samples decide it. Only phases without a fault are judged so.</li>
<li>Failures that come in clusters count as clusters, and no share passes on a phase whose load was even and whose times or failures were not: a trend or a shift of level that matters makes it inconclusive.</li>
<li>In a closed model a slow answer puts off the next request, so that waiting does not show: an objective on its response time is inconclusive.</li>
<li>Times per fault are judged by the worst fault together with its precision, never by a mean alone.</li>
<li>Counts and sets: any violation fails; a pass needs at least one exercise, and says how many there were.</li>
<li>Nothing measured, a fault that was not confirmed, or a load that did not keep its schedule: inconclusive, never pass.</li>
<li>Verdict and report are rebuilt from the event log alone: <code>npx roadworthy judge</code> and <code>npx roadworthy report</code> touch no system.</li>
</ul></section>`;
}
