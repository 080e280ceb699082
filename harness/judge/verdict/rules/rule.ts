/** What every rule takes and gives. One rule per kind of observation (MEASURES.md, the verdict). */

import type { IndicatorSpec } from "../../../scenario/indicator.ts";
import type { Objective } from "../../../scenario/objective.ts";
import type { Observation } from "../../../sli/observation.ts";
import type { Outcome } from "../schema.ts";

export interface RuleInput<Kind extends Observation["kind"]> {
  objective: Objective;
  spec: IndicatorSpec;
  observation: Extract<Observation, { kind: Kind }>;
  pooled?: Pooled | undefined;
}

/** An observation that is that of several runs together. */
export interface Pooled {
  runs: number;
  /** Chance of a wrong ruling by the binomial rule: less than usual where it is asked again after each run. */
  doubt: number;
}

export interface RuleResult {
  outcome: Outcome;
  /** In the objective's unit. */
  value: number | null;
  interval: readonly [number, number] | null;
  samples: number | null;
  /** One sentence with the numbers, with its full stop. */
  why: string;
  /** The same for the headline, as a clause without a full stop. */
  cause: string;
}

/** A result without a value. */
export function inconclusive(why: string, samples: number | null = null): RuleResult {
  return { outcome: "inconclusive", value: null, interval: null, samples, why: sentence(why), cause: why };
}

export function sentence(text: string): string {
  // "p95" stays as it is written everywhere.
  const first = /^p\d/.test(text) ? text : text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

/** The rule does not know how to judge this operator or limit. */
export function unfit(objective: Objective, samples: number | null = null): RuleResult {
  return inconclusive(`operator ${objective.op} with limit ${JSON.stringify(objective.limit)} cannot be judged by this indicator`, samples);
}
