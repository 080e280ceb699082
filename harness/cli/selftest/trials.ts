/** Which runs show that the gates of a suite can go red: each known-bad variant in the scenarios that bring it out, controls for what has none, and the good target between them. Pure. */

import type { RunPlan } from "../../drive/run/plan.ts";
import type { Control } from "../../scenario/control.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import type { Target } from "../../scenario/target/target.ts";
import type { FoundTarget } from "../definitions.ts";
import { derivedControls } from "./controls.ts";

/** One run: a build of the target, in some scenarios of the suite. */
export interface Trial {
  build: FoundTarget;
  /** Names of the scenarios, in the order of the suite. */
  scenarios: readonly string[];
  /** What must turn red, of all that these scenarios rule on. Empty for the good target. */
  expected: readonly string[];
  /** null for the good target as it is. */
  control: Control | null;
}

export interface TrialPlan {
  /** The required objectives that a scenario of the suite rules on. */
  gates: readonly string[];
  /** One after the other: two stacks at once would measure one another. */
  trials: readonly Trial[];
  /** Gates that no trial is to turn red. */
  unshown: readonly string[];
}

export interface TrialChoice {
  /** No more gates than these; all when left out. */
  only?: readonly string[] | undefined;
  /** Controls for every gate that one can be derived for, in place of the variants. */
  derived?: boolean | undefined;
}

export function planTrials(plan: RunPlan, variants: readonly FoundTarget[], { only = [], derived = false }: TrialChoice = {}): TrialPlan {
  const gates = plan.suite.required.filter((id) => (only.length === 0 || only.includes(id)) && plan.scenarios.some((scenario) => rulesOn(scenario, id, plan.target)));
  const shown = derived ? [] : variants.flatMap((build) => trialOf(build, gates, plan));
  const left = gates.filter((id) => !shown.some(({ expected }) => expected.includes(id)));
  const bad = [...shown, ...derivedControls(left, plan.target, plan.scenarios).map(({ control, scenario }) => ({ ...good(plan, [scenario]), expected: control.turnsRed, control }))];
  const unshown = gates.filter((id) => !bad.some(({ expected }) => expected.includes(id)));
  return { gates, trials: withGoodBetween(bad, scenariosOfGood(gates, bad, { plan, isPart: only.length > 0 }), plan), unshown };
}

/** Whether the scenario rules on the objective, or on the one that it repeats. */
export function rulesOn(scenario: Pick<Scenario, "rules">, id: string, target: Target): boolean {
  const sameAs = target.objectives.find((objective) => objective.id === id)?.sameAs;
  return scenario.rules.includes(id) || (sameAs !== undefined && scenario.rules.includes(sameAs));
}

/** Nothing for a variant that breaks no gate of this suite. */
function trialOf(build: FoundTarget, gates: readonly string[], plan: RunPlan): Trial[] {
  const { target } = build;
  const turned = target.objectives.filter(({ id, sameAs }) => target.turnsRed.includes(id) || (sameAs !== undefined && target.turnsRed.includes(sameAs))).map(({ id }) => id);
  const aimed = gates.filter((id) => turned.includes(id));
  const fitting = plan.scenarios.filter((scenario) => aimed.some((id) => rulesOn(scenario, id, target)));
  const named = fitting.filter(({ name }) => target.shownBy.includes(name));
  const scenarios = named.length === 0 ? fitting : named;
  const expected = turned.filter((id) => scenarios.some((scenario) => rulesOn(scenario, id, target)));
  if (scenarios.length === 0) return [];
  return [{ build, scenarios: scenarios.map(({ name }) => name), expected, control: { what: `${target.name}, a known-bad variant`, turnsRed: expected, act: null } }];
}

/** Every scenario that rules on a gate; of a part of the gates, those that show one are enough. */
function scenariosOfGood(gates: readonly string[], bad: readonly Trial[], { plan, isPart }: { plan: RunPlan; isPart: boolean }): string[] {
  const ruling = plan.scenarios.filter((scenario) => gates.some((id) => rulesOn(scenario, id, plan.target))).map(({ name }) => name);
  const used = ruling.filter((name) => bad.some(({ scenarios }) => scenarios.includes(name)));
  return isPart && used.length > 0 ? used : ruling;
}

/**
 * The good target runs each scenario right after the defects that were run in it: the same machine at the same time of day, so that what turned
 * red there was the defect. Scenarios that rule on a gate and have no defect come last.
 */
function withGoodBetween(bad: readonly Trial[], order: readonly string[], plan: RunPlan): Trial[] {
  const lastOf = (trial: Trial): number => Math.max(...trial.scenarios.map((name) => order.indexOf(name)));
  const sorted = bad.toSorted((a, b) => lastOf(a) - lastOf(b));
  const trials: Trial[] = [];
  let done = 0;
  for (const [index, trial] of sorted.entries()) {
    trials.push(trial);
    const next = sorted[index + 1];
    if (next !== undefined && lastOf(next) === lastOf(trial)) continue;
    trials.push(good(plan, order.slice(done, next === undefined ? order.length : lastOf(trial) + 1)));
    done = lastOf(trial) + 1;
  }
  if (sorted.length === 0 && order.length > 0) trials.push(good(plan, order));
  return trials;
}

function good({ target, targetFolder }: RunPlan, scenarios: readonly string[]): Trial {
  return { build: { target, folder: targetFolder }, scenarios, expected: [], control: null };
}
