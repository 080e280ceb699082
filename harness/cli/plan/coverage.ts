/** Which objectives no scenario of a plan rules on, and where else they are shown. */

import type { RunPlan } from "../../drive/run/plan.ts";
import type { Objective } from "../../scenario/objective.ts";
import type { ScenarioDefinition } from "../../scenario/scenario.ts";

export interface Uncovered {
  objective: string;
  statement: string;
  /** Where it is shown instead; null: nowhere. */
  elsewhere: string | null;
}

/** Of the objectives that `ruled` names none and none with the same metric. `scenarios`: those of the tables. */
export function uncovered(objectives: readonly Objective[], ruled: ReadonlySet<string>, scenarios: readonly Pick<ScenarioDefinition, "name" | "rules">[]): Uncovered[] {
  return objectives.filter(({ id, sameAs }) => !ruled.has(id) && (sameAs === undefined || !ruled.has(sameAs))).map((objective) => ({ objective: objective.id, statement: objective.statement, elsewhere: elsewhereOf(objective, objectives, scenarios) }));
}

function elsewhereOf({ id, sameAs, coverage }: Objective, objectives: readonly Objective[], scenarios: readonly Pick<ScenarioDefinition, "name" | "rules">[]): string | null {
  const ruling = scenarios.filter(({ rules }) => rules.includes(id) || (sameAs !== undefined && rules.includes(sameAs))).map(({ name }) => name);
  if (ruling.length > 0) return `scenario ${ruling.join(", ")}`;
  const original = objectives.find((other) => other.id === sameAs);
  const place = coverage ?? original?.coverage ?? null;
  return sameAs === undefined ? place : `as ${sameAs}${place === null ? "" : `: ${place}`}`;
}

export function coverageText(plan: RunPlan, scenarios: readonly Pick<ScenarioDefinition, "name" | "rules">[]): string[] {
  const { objectives } = plan.target;
  const ruled = new Set(plan.scenarios.flatMap(({ rules }) => rules));
  const open = uncovered(objectives, ruled, scenarios);
  const missing = plan.suite.required.filter((id) => open.some(({ objective }) => objective === id));
  return [
    "",
    `${objectives.length - open.length} of ${objectives.length} objectives are ruled on, ${open.length} are not covered by any scenario of this plan${open.length === 0 ? "" : ":"}`,
    ...uncoveredLines(open),
    ...(missing.length === 0 ? [] : [`required and not ruled on, so the suite can at best be inconclusive: ${missing.join(", ")}`]),
  ];
}

export function uncoveredLines(open: readonly Uncovered[]): string[] {
  const width = Math.max(0, ...open.map(({ objective }) => objective.length));
  return open.map(({ objective, statement, elsewhere }) => `  ${objective.padEnd(width)}  ${statement} [${elsewhere === null ? "covered nowhere" : `covered by: ${elsewhere}`}]`);
}
