/** `plan`: what a run with this seed would do and when. Opens no socket and sends no signal (R12). */

import { offerOf, type Offer } from "../../drive/load/pace/offer.ts";
import { replayTables } from "../../drive/load/pace/replay.ts";
import type { RunPlan } from "../../drive/run/plan.ts";
import { placeOfFault, type DelayRamp } from "../../scenario/fault.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { timelineOf, type PlannedStep } from "../../scenario/timeline.ts";
import { loadHints } from "../../scenario/workload/load-hints.ts";
import { planAny } from "../definitions.ts";

export interface PlanFlags {
  target?: string;
  json?: boolean;
}

export async function planText(names: readonly string[], flags: PlanFlags & { seed: number }): Promise<string> {
  const plan = await planAny(names, flags);
  const planned = plan.scenarios.map((scenario) => ({ name: scenario.name, ...timelineOf(scenario), limits: scenario.limits, stop: scenario.stop, offered: offersOf(scenario, plan), rules: scenario.rules, hints: loadHints(scenario, plan.target.objectives) }));
  if (flags.json === true) return JSON.stringify({ suite: plan.suite.name, target: plan.target.name, seed: plan.seed, required: plan.suite.required, scenarios: planned }, null, 2);
  return [headOf(plan), ...plan.scenarios.flatMap((scenario, index) => describe(scenario, planned[index] ?? { offered: [], hints: [] })), ...coverage(plan)].join("\n");
}

function headOf(plan: RunPlan): string {
  const totalMs = plan.scenarios.reduce((sum, scenario) => sum + timelineOf(scenario).totalMs, 0);
  return `${plan.target.name} · ${plan.suite.name} · seed ${plan.seed} · ${plan.scenarios.length} scenarios, ${seconds(totalMs)} of load, and the time to boot, to finish open items and to read back`;
}

function describe(scenario: Scenario, { offered, hints }: { offered: readonly Offer[]; hints: readonly string[] }): string[] {
  const timeline = timelineOf(scenario);
  // What happens at the same time is told in this order: what ends, the new phase, what begins in it.
  const moments = [
    ...timeline.steps.map(({ step, injectAtMs, healAtMs }) => ({ atMs: healAtMs, text: `  heal ${step.id} after ${seconds(healAtMs - injectAtMs)}` })),
    ...timeline.phases.map((phase) => ({ atMs: phase.startMs, text: `${phase.name} for ${seconds(phase.endMs - phase.startMs)}` })),
    ...timeline.steps.flatMap(beginningsOf),
  ];
  return [
    "",
    `${scenario.name}: ${scenario.title} (${seconds(timeline.totalMs)})`,
    ...offered.map((offer) => `  load    ${offer.workload}: ${offer.text}`),
    ...moments.toSorted((a, b) => a.atMs - b.atMs).map(({ atMs, text }) => `  ${seconds(atMs).padStart(9)} ${text}`),
    `  stop    ${scenario.stop === "none" ? "none" : scenario.stop.map((condition) => condition.when).join(", ")}`,
    `  limits  ${limitsText(scenario)}`,
    `  rules   ${scenario.rules.join(", ")}`,
    ...hints.map((hint) => `  note    ${hint}`),
  ];
}

function beginningsOf({ step, injectAtMs, changes }: PlannedStep): { atMs: number; text: string }[] {
  const late = "delay" in step.fault ? ` by ${delayText(step.fault.delay)}` : "";
  return [
    { atMs: injectAtMs, text: `  inject ${step.id}: ${step.fault.kind}${late} on ${placeOfFault(step.fault)}` },
    ...changes.map(({ atMs, to }) => ({ atMs, text: `  change ${step.id}: ${to}` })),
  ];
}

function delayText(delay: string | DelayRamp): string {
  return typeof delay === "string" ? delay : `${delay.from} to ${delay.to}`;
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

function coverage(plan: RunPlan): string[] {
  const ruled = new Set(plan.scenarios.flatMap((scenario) => scenario.rules));
  const isRuled = (id: string): boolean => ruled.has(id) || plan.target.objectives.some((objective) => objective.id === id && objective.sameAs !== undefined && ruled.has(objective.sameAs));
  const missing = plan.suite.required.filter((id) => !isRuled(id));
  const uncovered = plan.target.objectives.filter((objective) => !isRuled(objective.id));
  return [
    "",
    `${plan.target.objectives.length - uncovered.length} of ${plan.target.objectives.length} objectives are ruled on, ${uncovered.length} are not covered by this suite`,
    ...(missing.length === 0 ? [] : [`required and not ruled on, so the suite can at best be inconclusive: ${missing.join(", ")}`]),
  ];
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}
