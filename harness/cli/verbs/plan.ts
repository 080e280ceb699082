/** `plan`: what a run with this seed would do and when, and what its objectives could come to. Opens no socket and sends no signal (R12). */

import { scenarios as knownScenarios } from "../../../scenarios/index.ts";
import { exitCodes } from "../../base/error.ts";
import { offerOf, type Offer } from "../../drive/load/pace/offer.ts";
import { replayTables } from "../../drive/load/pace/replay.ts";
import type { RunPlan } from "../../drive/run/plan.ts";
import type { Outlook } from "../../judge/outlook/outlook.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { timelineOf } from "../../scenario/timeline.ts";
import { loadHints } from "../../scenario/workload/load-hints.ts";
import { rateCorners } from "../../scenario/workload/stretches.ts";
import { isOwn } from "../../scenario/workload/workload.ts";
import { planAny } from "../definitions.ts";
import { coverageText, uncovered } from "../plan/coverage.ts";
import { outlookTable } from "../plan/outlook-table.ts";
import { outlooksIn, refuseUndecidable } from "../plan/outlooks.ts";
import { steadyLines } from "../plan/steady-lines.ts";
import { seconds, timeLine } from "../plan/time-line.ts";

export interface PlanFlags {
  target?: string;
  json?: boolean;
}

/** Prints the plan, also one that is refused. Throws `scenario-invalid` for an objective that can at best be inconclusive. */
export async function printPlan(names: readonly string[], flags: PlanFlags & { seed: number }): Promise<number> {
  const plan = await planAny(names, flags);
  process.stdout.write(`${textOf(plan, flags)}\n`);
  refuseUndecidable(plan);
  return exitCodes.pass;
}

export async function planText(names: readonly string[], flags: PlanFlags & { seed: number }): Promise<string> {
  return textOf(await planAny(names, flags), flags);
}

interface PlannedScenario {
  scenario: Scenario;
  offered: readonly Offer[];
  outlooks: readonly Outlook[];
  hints: readonly string[];
}

function textOf(plan: RunPlan, { json }: PlanFlags): string {
  const planned = plan.scenarios.map((scenario): PlannedScenario => ({ scenario, offered: offersOf(scenario, plan), outlooks: outlooksIn(scenario, plan), hints: loadHints(scenario, plan.target.objectives) }));
  return json === true ? JSON.stringify(dataOf(plan, planned), null, 2) : [headOf(plan), ...planned.flatMap(describe), ...coverageText(plan, tableOf(plan))].join("\n");
}

function dataOf({ suite, target, seed, ...plan }: RunPlan, planned: readonly PlannedScenario[]): object {
  const open = uncovered(target.objectives, new Set(plan.scenarios.flatMap(({ rules }) => rules)), tableOf({ target }));
  const scenarios = planned.map(({ scenario, offered, outlooks, hints }) => {
    const { name, limits, steadyState, stop, rules } = scenario;
    const timeline = timelineOf(scenario);
    const rates = scenario.workloads.map((workload) => ({ workload: workload.name, corners: isOwn(workload) ? rateCorners(workload.profile, timeline.totalMs) : [] }));
    return { name, ...timeline, limits, steadyState, stop, offered, rates, rules, outlooks, hints };
  });
  return { suite: suite.name, target: target.name, seed, required: suite.required, scenarios, uncovered: open };
}

/** Scenarios of the tables that are for this target. */
function tableOf({ target }: Pick<RunPlan, "target">): typeof knownScenarios {
  return knownScenarios.filter((scenario) => scenario.target === target.name || scenario.target === target.variantOf);
}

function headOf(plan: RunPlan): string {
  const totalMs = plan.scenarios.reduce((sum, scenario) => sum + timelineOf(scenario).totalMs, 0);
  return `${plan.target.name} · ${plan.suite.name} · seed ${plan.seed} · ${plan.scenarios.length} scenarios, ${seconds(totalMs)} of load, and the time to boot, to finish open items and to read back`;
}

function describe({ scenario, offered, outlooks, hints }: PlannedScenario): string[] {
  return [
    "",
    `${scenario.name}: ${scenario.title} (${seconds(timelineOf(scenario).totalMs)})`,
    ...offered.map((offer) => `  load    ${offer.workload}: ${offer.text}`),
    ...timeLine(scenario),
    ...steadyLines(scenario),
    `  stop    ${scenario.stop === "none" ? "none" : scenario.stop.map((condition) => condition.when).join(", ")}`,
    `  limits  ${limitsText(scenario)}`,
    ...outlookTable(outlooks, scenario),
    ...hints.map((hint) => `  note    ${hint}`),
  ];
}

function limitsText({ limits }: Scenario): string {
  const untouchable = limits.untouchable.length === 0 ? "" : `, never ${limits.untouchable.join(", ")}`;
  return `${limits.faultsAtOnce} faults at once, each ${limits.longestFault} at most${untouchable}`;
}

function offersOf(scenario: Scenario, { target, seed }: RunPlan): Offer[] {
  const { totalMs } = timelineOf(scenario);
  const replays = replayTables(scenario.workloads, target.routes);
  return scenario.workloads.map((workload) => offerOf(workload, { totalMs, seed, arrivals: replays.get(workload.name) }));
}
