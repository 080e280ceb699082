/** What an objective is judged by: its own indicator, or that of the row that it repeats; and in which phase. */

import type { IndicatorSpec } from "../scenario/indicator.ts";
import type { JudgedPhase, Objective } from "../scenario/objective.ts";

export interface Claim {
  objective: Objective;
  spec: IndicatorSpec;
}

/** null when neither it nor the row that it repeats has an indicator. */
export function claimIn(objective: Objective, objectives: readonly Objective[]): Claim | null {
  if (objective.indicator !== null) return { objective, spec: objective.indicator };
  const original = objectives.find((entry) => entry.id === objective.sameAs);
  if (original === undefined || original.indicator === null) return null;
  const { phase, clock, op, limit, unit } = original;
  return { objective: { ...objective, phase, clock, op, limit, unit }, spec: original.indicator };
}

const wholeRun: ReadonlySet<IndicatorSpec["kind"]> = new Set(["ledger", "loss-age", "fact", "boot", "recovery-time", "mean-recovery-time", "resume-time"]);

/** Some kinds look at the whole scenario, whatever phase the objective names. */
export function judgedPhaseOf(objective: Objective, spec: IndicatorSpec): JudgedPhase {
  return wholeRun.has(spec.kind) ? "all" : objective.phase;
}
