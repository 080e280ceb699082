/** Observation → rule. The mean over faults is the one rule that the objective's indicator chooses. */

import type { IndicatorSpec } from "../../../scenario/indicator.ts";
import type { Objective } from "../../../scenario/objective.ts";
import type { Observation } from "../../../sli/observation.ts";
import { ruleCapacity } from "./capacity.ts";
import { ruleDurations, ruleMean } from "./durations.ts";
import { ruleProportion } from "./proportion.ts";
import { ruleRate } from "./rate.ts";
import { inconclusive, type RuleResult } from "./rule.ts";
import { ruleSamples } from "./samples.ts";
import { ruleValues } from "./values.ts";

export function applyRule(objective: Objective, spec: IndicatorSpec, observation: Observation): RuleResult {
  switch (observation.kind) {
    case "unmeasured":
      return inconclusive(`not measured: ${observation.why}`, 0);
    case "proportion":
      return ruleProportion({ objective, spec, observation });
    case "durations":
      return spec.kind === "mean-recovery-time" ? ruleMean({ objective, spec, observation }) : ruleDurations({ objective, spec, observation });
    case "values":
      return ruleValues({ objective, spec, observation });
    case "samples":
      return ruleSamples({ objective, spec, observation });
    case "capacity":
      return ruleCapacity({ objective, spec, observation });
    case "rate":
      return ruleRate({ objective, spec, observation });
  }
}
