/**
 * What can come out for an objective, known before the run: how many samples the plan gives it, and how many a pass needs when every one of them
 * is good. What can at best be inconclusive is a mistake in the plan, not a result.
 */

import type { IndicatorKind, IndicatorSpec } from "../../scenario/indicator.ts";
import type { JudgedPhase, Objective } from "../../scenario/objective.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import type { Target } from "../../scenario/target/target.ts";
import { serviceTimeText, serviceTimeUnder } from "../../scenario/workload/load-hints.ts";
import { hangsOnFaults } from "../facts/trust.ts";
import { whyNotExceedable } from "../verdict/exceedable.ts";
import { formatNumber } from "../verdict/format.ts";
import { claimIn, judgedPhaseOf, type Claim } from "../claim.ts";
import { expectationOf } from "./expectation.ts";
import { PlannedRun, type RequestsDue } from "./planned-run.ts";

export interface Outlook {
  objective: string;
  indicator: IndicatorKind;
  phase: JudgedPhase;
  /** Samples that the plan gives; null when that is known afterwards only. */
  given: number | null;
  /** Samples that a pass needs when all of them are good. */
  needed: number;
  noun: string;
  /** `inconclusive`: at best. `unknown`: the plan does not tell. */
  prospect: "open" | "information" | "inconclusive" | "unknown";
  /** Why it is information, or at best inconclusive. */
  why: string | null;
  /** What to change in the scenario's file, for what is at best inconclusive. */
  change: string | null;
  /** What else the plan tells: the precision of a duration. */
  note: string | null;
}

/** One for each objective that the scenario rules on and that has an indicator, in the scenario's order. */
export function outlooksOf(scenario: Scenario, target: Target, due: RequestsDue): Outlook[] {
  const planned = new PlannedRun(scenario, target, due);
  return scenario.rules.flatMap((id) => {
    const objective = target.objectives.find((entry) => entry.id === id);
    const claim = objective === undefined ? null : claimIn(objective, target.objectives);
    return claim === null ? [] : [outlookOf(claim, planned)];
  });
}

function outlookOf({ objective, spec }: Claim, planned: PlannedRun): Outlook {
  const { given, needed, noun, change, ...told } = expectationOf({ objective, spec }, planned);
  const phase = judgedPhaseOf(objective, spec);
  const base = { objective: objective.id, indicator: spec.kind, phase, given, needed, noun, note: told.note ?? null };
  const information = whyNotExceedable(objective, spec, planned.scenario);
  if (information !== null) return { ...base, prospect: "information", why: information, change: null };
  const obstacle = told.obstacle ?? obstacleOfRun({ objective, spec }, planned) ?? tooFew({ given, needed, noun, phase });
  if (obstacle !== null) return { ...base, prospect: "inconclusive", why: obstacle, change };
  return { ...base, prospect: given === null ? "unknown" : "open", why: null, change: null };
}

function tooFew({ given, needed, noun, phase }: { given: number | null; needed: number; noun: string; phase: JudgedPhase }): string | null {
  if (given === null || given >= needed) return null;
  return `${formatNumber(given)} ${noun} in ${phase === "all" ? "the whole scenario" : `phase ${phase}`} are planned, and a pass needs ${formatNumber(needed)}`;
}

/** What stands against a pass whatever is measured. */
function obstacleOfRun({ objective, spec }: { objective: Objective; spec: IndicatorSpec }, planned: PlannedRun): string | null {
  const { scenario } = planned;
  const closed = serviceTimeUnder(spec, scenario.workloads);
  if (closed.length > 0) return serviceTimeText(closed);
  if (!hangsOnFaults(scenario, { kind: spec.kind, phase: objective.phase }) || planned.requestsIn("baseline", undefined) !== 0) return null;
  return "no request is due in the baseline, so there is no steady state to compare with";
}
