/**
 * The report as one self-contained file. Nothing is loaded: the policy forbids every request and every script and style but the two
 * that are inlined here, named by their hashes. All text of the target goes through `html`, all data of charts through `jsonData`.
 */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { codeRoot } from "../../harness/base/entry.ts";
import type { ReportInput } from "../input.ts";
import { plain } from "../text.ts";
import { definitionsSection, environmentSection } from "./environment.ts";
import { firstScreen, headerLine } from "./first-screen.ts";
import { logsSection } from "./logs.ts";
import { html, raw, type Html } from "./markup.ts";
import { objectivesSection } from "./objectives.ts";
import { lossSection, recoverySection } from "./recovery.ts";
import { probesSection, requestsSection } from "./requests.ts";
import { chartData, scenariosSection } from "./scenarios.ts";

/** Files beside this module; the published package carries them too (harness/proof/package). */
const assetFolder = join(codeRoot, "reports", "html", "assets");
const scripts = ["page.js", "charts.js"] as const;
const styles = ["page.css", "parts.css"] as const;

export function renderHtml(input: ReportInput): string {
  const { style, script } = assets();
  const policy = `default-src 'none'; script-src '${hash(script)}'; style-src '${hash(style)}'; img-src data:; base-uri 'none'; form-action 'none'`;
  const title = `${input.suite.outcome.toUpperCase()} · ${plain(input.suite.target)} · ${plain(input.suite.suite)}`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<header class="top">${headerLine(input)}</header>
<main>
<div class="first">
${firstScreen(input)}
</div>
${navigation}
<div class="below">
${objectivesSection(input)}
${scenariosSection(input)}
${recoverySection(input)}
${lossSection(input)}
${requestsSection(input)}
${probesSection(input)}
${logsSection(input)}
${environmentSection(input)}
${definitionsSection()}
</div>
</main>
<footer class="soft">Roadworthy ${input.header.roadworthyVersion} · ${input.suite.run}</footer>
<script type="application/json" id="chart-data">${chartData(input)}</script>
<script>${raw(script)}</script>
</body>
</html>
`;
  return page.markup;
}

const navigation: Html = html`<nav aria-label="Parts of the report">${["Objectives", "Scenarios", "Recovery", "Loss", "Requests", "Probes", "Logs", "Environment", "Definitions"].map((part) => html`<a href="#${part.toLowerCase()}">${part}</a> `)}</nav>`;

let loaded: { style: string; script: string } | undefined;

/** Read once: they are part of the program. */
function assets(): { style: string; script: string } {
  loaded ??= readAssets();
  return loaded;
}

function readAssets(): { style: string; script: string } {
  return {
    style: [libraryFile("uPlot.min.css"), ...styles.map(ownFile)].join("\n"),
    script: [libraryFile("uPlot.iife.min.js"), ...scripts.map(ownFile)].join("\n"),
  };
}

function ownFile(name: string): string {
  return readFileSync(join(assetFolder, name), "utf8");
}

function libraryFile(name: string): string {
  return readFileSync(createRequire(import.meta.url).resolve(`uplot/dist/${name}`), "utf8");
}

function hash(text: string): string {
  return `sha256-${createHash("sha256").update(text, "utf8").digest("base64")}`;
}
