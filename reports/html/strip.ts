/**
 * The one time line of the first screen, drawn here so that it needs no script: p95, errors per second and one gauge in three thin bands
 * over the same time, with the windows of the faults behind them.
 *
 *   injected ░ confirmed ▒ healed ▓ back to normal
 */

import type { FaultRecord } from "../../harness/judge/verdict/schema.ts";
import { numberText, pointText } from "../figure.ts";
import type { ScenarioReport } from "../input.ts";
import { html, type Html } from "./markup.ts";

const width = 1000;
const height = 30;

interface Band {
  label: string;
  unit: string;
  points: readonly { second: number; value: number | null }[];
}

export function strip({ verdict, evidence }: ScenarioReport): Html {
  const lengthS = Math.max(1, verdict.durationMs / 1000);
  const gauge = evidence.gauges.find((series) => series.points.some(({ value }) => value !== null && value > 0)) ?? evidence.gauges[0];
  const bands: Band[] = [
    { label: "p95", unit: "ms", points: evidence.series.map(({ second, p95Ms }) => ({ second, value: p95Ms })) },
    { label: "errors", unit: "1/s", points: evidence.series.map(({ second, errorsPerSecond }) => ({ second, value: errorsPerSecond })) },
    ...(gauge === undefined ? [] : [{ label: gauge.gauge, unit: gauge.unit, points: gauge.points.map(({ atMs, value }) => ({ second: atMs / 1000, value })) }]),
  ];
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => html`<span>${pointText(share * verdict.durationMs).replace(/\.\d$/, "")}</span>`);
  return html`<div class="strip">${bands.map((band) => bandHtml(band, verdict.faults, lengthS))}<div class="strip-label"></div><div class="ticks" aria-hidden="true">${ticks}</div><div class="strip-top"></div></div>
${verdict.faults.length === 0 ? null : legend}`;
}

export const legend = html`<p class="legend"><span><i class="key injected"></i> fault injected</span> <span><i class="key confirmed"></i> confirmed</span> <span><i class="key healed"></i> healed</span> <span><i class="key normal"></i> back to normal</span></p>`;

/** The windows of a fault in ms: between its injection, its confirmation, its healing, and back to normal. Those not reached are left out. */
export function windowsOf(fault: FaultRecord, endMs: number): { kind: "injected" | "confirmed" | "healed"; fromMs: number; toMs: number }[] {
  const { injectedAtMs, feltAtMs, healedAtMs } = fault;
  if (injectedAtMs === null) return [];
  const normal = normalAtMs(fault) ?? endMs;
  const healed = healedAtMs ?? normal;
  const confirmed = Math.min(feltAtMs ?? healed, healed);
  return [
    { kind: "injected" as const, fromMs: injectedAtMs, toMs: confirmed },
    { kind: "confirmed" as const, fromMs: confirmed, toMs: healed },
    { kind: "healed" as const, fromMs: healed, toMs: normal },
  ].filter(({ fromMs, toMs }) => toMs > fromMs);
}

/** Back to normal: by the recovery time where an outage was seen, else by the witness. */
export function normalAtMs(fault: FaultRecord): number | null {
  if (fault.injectedAtMs !== null && fault.recoveryTimeMs !== null) return fault.injectedAtMs + fault.recoveryTimeMs;
  return fault.notRecovered ? null : fault.settledAtMs;
}

function bandHtml(band: Band, faults: readonly FaultRecord[], lengthS: number): Html {
  const known = band.points.flatMap(({ value }) => (value === null ? [] : [value]));
  const top = Math.max(0, ...known);
  const x = (second: number): number => round((Math.max(0, Math.min(second, lengthS)) / lengthS) * width);
  const y = (value: number): number => round(height - 1 - (top === 0 ? 0 : (value / top) * (height - 3)));
  const windows = faults.flatMap((fault) => windowsOf(fault, lengthS * 1000));
  const normals = faults.flatMap((fault) => normalAtMs(fault) ?? []);
  return html`<div class="strip-label">${band.label}</div><svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${band.label} over time, at most ${numberText(top)} ${band.unit}">
${windows.map(({ kind, fromMs, toMs }) => html`<rect class="window ${kind}" x="${x(fromMs / 1000)}" y="0" width="${round(Math.max(1.5, x(toMs / 1000) - x(fromMs / 1000)))}" height="${height}"/>`)}
${normals.map((atMs) => html`<line class="normal" x1="${x(atMs / 1000)}" x2="${x(atMs / 1000)}" y1="0" y2="${height}"/>`)}
<path d="${path(band.points, x, y)}"/></svg><div class="strip-top">${numberText(top)} <span class="soft">${band.unit}</span></div>`;
}

/** A gap in the data is a gap in the line: a missing sample is not zero. */
function path(points: Band["points"], x: (second: number) => number, y: (value: number) => number): string {
  let pen = "M";
  const steps: string[] = [];
  for (const { second, value } of points) {
    if (value === null) {
      pen = "M";
      continue;
    }
    steps.push(`${pen}${x(second)} ${y(value)}`);
    pen = "L";
  }
  return steps.join("");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
