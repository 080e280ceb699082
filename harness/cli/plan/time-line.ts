/** The time line of a scenario in absolute time, as text: a picture, and every moment with what begins, changes or ends at it. */

import { placeOfFault, type DelayRamp } from "../../scenario/fault.ts";
import { describeOperation } from "../../scenario/drill/operation.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { timelineOf, type PlannedStep } from "../../scenario/timeline.ts";
import { rateCorners } from "../../scenario/workload/stretches.ts";
import { isOwn, type Workload } from "../../scenario/workload/workload.ts";

const pictureWidth = 72;
const labelWidth = 14;

export function timeLine(scenario: Scenario): string[] {
  return [...picture(scenario), ...moments(scenario)];
}

/** One row for the phases and one for each fault; a column is a moment. */
function picture(scenario: Scenario): string[] {
  const { phases, steps, totalMs } = timelineOf(scenario);
  const column = (atMs: number): number => Math.round((atMs / Math.max(1, totalMs)) * pictureWidth);
  const bar = (fromMs: number, toMs: number, text: string): string => text.slice(0, Math.max(0, column(toMs) - column(fromMs))).padEnd(column(toMs) - column(fromMs));
  return [
    row("", phases.map(({ name, startMs, endMs }) => bar(startMs, endMs, `|${name}`)).join("") + "|"),
    ...steps.map(({ step, injectAtMs, healAtMs }) => row(step.id, `${" ".repeat(column(injectAtMs))}${"#".repeat(Math.max(1, column(healAtMs) - column(injectAtMs)))}`)),
  ];
}

function row(label: string, line: string): string {
  return `  ${clipped(label).padEnd(labelWidth)}${line}`.trimEnd();
}

function clipped(text: string): string {
  return text.length < labelWidth ? text : `${text.slice(0, labelWidth - 2)}…`;
}

interface Moment {
  atMs: number;
  text: string;
}

/** What happens at the same time is told in this order: what ends, the new phase, the load, what begins in it. */
function moments(scenario: Scenario): string[] {
  const { phases, steps, operations, totalMs } = timelineOf(scenario);
  const all: Moment[] = [
    ...steps.map(endingOf),
    ...phases.map((phase) => ({ atMs: phase.startMs, text: `${phase.name} for ${seconds(phase.endMs - phase.startMs)}` })),
    ...scenario.workloads.flatMap((workload) => ratesOf(workload, totalMs)),
    ...operations.map(({ operation: { id, operation, within }, atMs }) => ({ atMs, text: `  ${id}: ${describeOperation(operation)}, within ${within}` })),
    ...steps.flatMap(beginningsOf),
    { atMs: totalMs, text: `end of the load; ${scenario.quiesceWithin} at most until open items are finished, then everything is read back` },
  ];
  return all.toSorted((a, b) => a.atMs - b.atMs).map(({ atMs, text }) => `  ${seconds(atMs).padStart(9)} ${text}`);
}

function ratesOf(workload: Workload, totalMs: number): Moment[] {
  const corners = isOwn(workload) ? rateCorners(workload.profile, totalMs) : [];
  if (corners.length === 0) return [{ atMs: 0, text: `  load ${workload.name} begins` }];
  const about = isOwn(workload) && workload.profile.shape === "poisson" ? "about " : "";
  // Two corners make a stretch.
  return corners.flatMap((from, index) => {
    const to = corners[index + 1];
    if (index % 2 === 1 || to === undefined) return [];
    const change = from.ratePerSecond === to.ratePerSecond ? "" : ` to ${shown(to.ratePerSecond)}/s at ${seconds(to.atMs)}`;
    return [{ atMs: from.atMs, text: `  load ${workload.name} ${about}${shown(from.ratePerSecond)}/s${change}` }];
  });
}

function endingOf({ step, injectAtMs, healAtMs }: PlannedStep): Moment {
  const after = `after ${seconds(healAtMs - injectAtMs)}`;
  return { atMs: healAtMs, text: step.repair === undefined ? `  heal ${step.id} ${after}` : `  ${step.id} is repaired by now, ${after}` };
}

function beginningsOf({ step, injectAtMs, repairAtMs, changes }: PlannedStep): Moment[] {
  const late = "delay" in step.fault ? ` by ${delayText(step.fault.delay)}` : "";
  return [
    { atMs: injectAtMs, text: `  inject ${step.id}: ${step.fault.kind}${late} on ${placeOfFault(step.fault)}` },
    ...(step.repair === undefined ? [] : [{ atMs: repairAtMs, text: `  repair ${step.id}: ${step.repair.steps.map(describeOperation).join(", then ")}, within ${step.repair.within}` }]),
    ...changes.map(({ atMs, to }) => ({ atMs, text: `  change ${step.id}: ${to}` })),
  ];
}

function delayText(delay: string | DelayRamp): string {
  return typeof delay === "string" ? delay : `${delay.from} to ${delay.to}`;
}

export function seconds(ms: number): string {
  return `${ms / 1000} s`;
}

function shown(ratePerSecond: number): string {
  return String(Number(ratePerSecond.toPrecision(4)));
}
