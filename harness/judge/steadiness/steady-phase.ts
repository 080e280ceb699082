/** Asks whether the phase that an objective is judged in was steady, where the scenario meant it to be. */

import type { IndicatorSpec } from "../../scenario/indicator.ts";
import type { Objective } from "../../scenario/objective.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { isOwn } from "../../scenario/workload/workload.ts";
import { limitMsOf } from "../../sli/concepts/limit.ts";
import type { Observation } from "../../sli/observation.ts";
import { proportionClaim } from "../verdict/rules/proportion.ts";
import { whyUnsteady } from "./steadiness.ts";

/** Why not, or null. Under a load that is meant to change, and in phases with a fault, nothing is expected to be steady. */
export function whyNotSteady({ objective, spec }: { objective: Objective; spec: IndicatorSpec }, observation: Observation, scenario: Scenario): string | null {
  const { phase } = objective;
  if (observation.kind !== "proportion" || (phase !== "steady" && phase !== "baseline" && phase !== "after")) return null;
  if (!scenario.workloads.every((workload) => isOwn(workload) && (workload.profile.shape === "constant" || workload.profile.shape === "poisson"))) return null;
  const claim = proportionClaim(objective, spec);
  if (claim === null) return null;
  if (claim.percentile === null) return whyUnsteady(observation.blocks, { kind: "shares", allowed: claim.allowed });
  const limitMs = limitMsOf(objective);
  return limitMs === null ? null : whyUnsteady(observation.blocks, { kind: "durations", limitMs, percentile: claim.percentile });
}
