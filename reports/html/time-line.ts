/**
 * The time line of a scenario as a picture, drawn here so that it needs no script: what was planned above what happened, over the same time.
 *
 *   phases       ▏warm-up ▏baseline ▏fault     ▏…        planned
 *                ▏warm-up ▏baseline ▏fault      ▏…       happened
 *   fault cut              ┌──┐  planned · ░▒▓ happened: injected, confirmed, healed, and the mark of back to normal
 *   load ingest  ▁▁▁▁▁▂▃▄▅▅▅▅▅▅▅ planned rate
 */

import { timelineOf } from "../../harness/scenario/timeline.ts";
import { rateCorners, type RatePoint } from "../../harness/scenario/workload/stretches.ts";
import { isOwn } from "../../harness/scenario/workload/workload.ts";
import { numberText, pointText } from "../figure.ts";
import type { ScenarioReport } from "../input.ts";
import { cut } from "../text.ts";
import { html, type Html } from "./markup.ts";
import { normalAtMs, windowsOf } from "./strip.ts";

const width = 1000;
const labelWidth = 160;
const rowHeight = 24;
/** More would be a wall: the table below has them all. */
const mostFaults = 24;
const labelCharacters = 24;
/** A name is written where it has room. */
const phaseCharacterWidth = 7;

interface Axis {
  x: (atMs: number) => number;
  endMs: number;
}

/** null for a run whose header tells no plan. */
export function timeLine({ verdict, header }: ScenarioReport): Html | null {
  const { scenario } = header;
  if (scenario === null) return null;
  const plan = timelineOf(scenario);
  const endMs = Math.max(1, plan.totalMs, verdict.durationMs);
  const axis: Axis = { endMs, x: (atMs) => round(labelWidth + (Math.max(0, Math.min(atMs, endMs)) / endMs) * (width - labelWidth - 4)) };
  const planned = plan.steps.slice(0, mostFaults);
  const left = plan.steps.length - planned.length;
  const loads = scenario.workloads.map((workload) => ({ name: workload.name, corners: isOwn(workload) ? rateCorners(workload.profile, plan.totalMs) : [] }));
  const rows: ((y: number) => Html)[] = [
    (y) => phaseRow("phases, planned", plan.phases, { axis, y }),
    (y) => phaseRow("happened", verdict.phases, { axis, y }),
    ...planned.map((step) => (y: number) => faultRow(step, verdict.faults.find(({ id }) => id === step.step.id), { axis, y })),
    ...loads.map(({ name, corners }) => (y: number) => loadRow(name, corners, { axis, y })),
  ];
  const height = rows.length * rowHeight + 16;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => html`<text class="tick" x="${axis.x(share * endMs)}" y="${height - 3}" text-anchor="${share === 0 ? "start" : share === 1 ? "end" : "middle"}">${pointText(share * endMs).replace(/\.\d$/, "")}</text>`);
  return html`<div class="table-box"><svg class="time-line" viewBox="0 0 ${width} ${height}" role="img" aria-label="Time line, planned and happened; the table below tells the times">
${rows.map((row, index) => row(index * rowHeight))}${ticks}</svg></div>${left === 0 ? null : html`<p class="soft">${numberText(left)} more faults stand in the table.</p>`}`;
}

interface Where {
  axis: Axis;
  y: number;
}

function phaseRow(label: string, phases: readonly ScenarioReport["verdict"]["phases"][number][], { axis, y }: Where): Html {
  return html`${labelText(label, y)}${phases.map(({ name, startMs, endMs }) => {
    const [from, to] = [axis.x(startMs), axis.x(endMs)];
    const fits = to - from > name.length * phaseCharacterWidth + 8;
    return html`<g><title>${name}: ${pointText(startMs)} to ${pointText(endMs)}</title><rect class="phase" x="${from}" y="${y + 3}" width="${round(Math.max(1, to - from))}" height="${rowHeight - 6}"/><text x="${from + 5}" y="${y + 16}">${fits ? name : ""}</text></g>`;
  })}`;
}

function faultRow({ step, injectAtMs, healAtMs }: ReturnType<typeof timelineOf>["steps"][number], happened: ScenarioReport["verdict"]["faults"][number] | undefined, { axis, y }: Where): Html {
  const half = rowHeight / 2 - 2;
  const windows = happened === undefined ? [] : windowsOf(happened, axis.endMs);
  const normal = happened === undefined ? null : normalAtMs(happened);
  return html`${labelText(`fault ${step.id}`, y)}<g><title>${step.id}, planned: ${pointText(injectAtMs)} to ${pointText(healAtMs)}</title><rect class="plan" x="${axis.x(injectAtMs)}" y="${y + 2}" width="${barWidth(axis, injectAtMs, healAtMs)}" height="${half - 1}"/></g>${windows.map(
    ({ kind, fromMs, toMs }) => html`<g><title>${step.id}, ${kind}: ${pointText(fromMs)} to ${pointText(toMs)}</title><rect class="window ${kind}" x="${axis.x(fromMs)}" y="${y + 2 + half}" width="${barWidth(axis, fromMs, toMs)}" height="${half}"/></g>`,
  )}${normal === null ? null : html`<line class="normal" x1="${axis.x(normal)}" x2="${axis.x(normal)}" y1="${y + 2 + half}" y2="${y + 2 + 2 * half}"/>`}`;
}

function loadRow(name: string, corners: readonly RatePoint[], { axis, y }: Where): Html {
  if (corners.length === 0) return labelText(`load ${name}: no rate given`, y);
  const top = Math.max(...corners.map(({ ratePerSecond }) => ratePerSecond), Number.MIN_VALUE);
  const line = corners.map(({ atMs, ratePerSecond }, index) => `${index === 0 ? "M" : "L"}${axis.x(atMs)} ${round(y + rowHeight - 3 - (ratePerSecond / top) * (rowHeight - 7))}`).join("");
  return html`${labelText(`load ${name}`, y)}<g><title>${name}: at most ${numberText(top)}/s</title><path d="${line}"/></g><text class="tick" x="${width - 6}" y="${y + 16}" text-anchor="end">${numberText(top)}/s</text>`;
}

function labelText(text: string, y: number): Html {
  return html`<text class="label" x="0" y="${y + 16}">${cut(text, labelCharacters)}</text>`;
}

function barWidth({ x }: Axis, fromMs: number, toMs: number): number {
  return round(Math.max(1.5, x(toMs) - x(fromMs)));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
