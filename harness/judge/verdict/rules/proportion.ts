/** Percentiles, availability, error ratios: the exact binomial rule. */

import type { IndicatorSpec } from "../../../scenario/indicator.ts";
import type { Objective } from "../../../scenario/objective.ts";
import { cleanSamplesNeeded, lowerBound, ruleBinomial, upperBound, usualDoubt } from "../../../base/binomial.ts";
import { formatCount, formatNumber, formatPercent, formatValue } from "../format.ts";
import type { Outcome } from "../schema.ts";
import { clustering } from "../../steadiness/clusters.ts";
import { inconclusive, sentence, unfit, type RuleInput, type RuleResult } from "./rule.ts";

export function ruleProportion({ objective, spec, observation, pooled }: RuleInput<"proportion">): RuleResult {
  const { bad, total } = observation;
  if (total === 0) return inconclusive("there was nothing to judge", 0);
  const claim = proportionClaim(objective, spec);
  if (claim === null) return unfit(objective, total);
  const doubt = pooled?.doubt ?? usualDoubt;
  const factor = clustering(observation.blocks, { byDefault: underFault(objective), doubt });
  const counted = { bad: bad / factor, total: total / factor };
  const bounds: Bounds = [lowerBound(counted.bad, counted.total, doubt), upperBound(counted.bad, counted.total, doubt)];
  // A claim of "none at all" is a count: no number of samples shows it, and one bad one refutes it.
  const outcome = claim.allowed > 0 ? ruleBinomial(counted.bad, counted.total, claim.allowed, doubt) : bad > 0 ? "fail" : "pass";
  const interval: Bounds = claim.ofGood ? [100 - 100 * bounds[1], 100 - 100 * bounds[0]] : [100 * bounds[0], 100 * bounds[1]];
  const seen = `${formatNumber(bad)} of ${formatCount(total, claim.noun)} ${claim.badness}`;
  const certainty = certaintyOf(outcome, { ...counted, allowed: claim.allowed, bounds, doubt });
  const shown = observation.value === null || claim.percentile === null ? "" : `${claim.percentile} ${formatValue(observation.value, objective.unit)}; `;
  const beside = [observation.detail, clustered(factor, counted)].filter((text) => text !== "").map((text) => `; ${text}`);
  return {
    outcome,
    value: observation.value,
    interval,
    samples: total,
    why: sentence(`${shown}${seen}; ${certainty}${beside.join("")}`),
    cause: `${seen}; ${claim.allowed > 0 ? `at most ${formatPercent(100 * claim.allowed)} may` : "none may"}`,
  };
}

type Bounds = [number, number];

export interface ProportionClaim {
  /** Largest share of bad ones. */
  allowed: number;
  /** Whether the value shown is the share of good ones. */
  ofGood: boolean;
  noun: string;
  badness: string;
  percentile: string | null;
}

/** The objective as "at most `allowed` of all are bad"; null when its operator or limit makes no such claim. */
export function proportionClaim(objective: Objective, spec: IndicatorSpec): ProportionClaim | null {
  const { op, limit } = objective;
  if (typeof limit !== "number") return null;
  const upTo = op === "<" || op === "<=";
  if ((spec.kind === "latency" || spec.kind === "completion-time") && upTo) {
    const [noun, failed] = spec.kind === "latency" ? ["request", "failed"] : ["item", "never finished"];
    const badness = `took ${op === "<" ? "" : "over "}${formatValue(limit, objective.unit)}${op === "<" ? " or longer" : ""}, or ${failed}`;
    return { allowed: rounded(1 - spec.quantile), ofGood: false, noun, badness, percentile: `p${rounded(spec.quantile * 100)}` };
  }
  if (spec.kind === "availability" && (op === ">" || op === ">=")) {
    return { allowed: rounded(1 - limit / 100), ofGood: true, noun: "request", badness: "failed", percentile: null };
  }
  if (spec.kind === "completion-errors" && (upTo || (op === "==" && limit === 0))) {
    return { allowed: rounded(limit / 100), ofGood: false, noun: "item", badness: "failed or never finished", percentile: null };
  }
  return null;
}

/** 1 − 0.95 is not 0.05 in binary; a limit is meant as it is written. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

interface Certainty {
  bad: number;
  total: number;
  allowed: number;
  bounds: Bounds;
  doubt: number;
}

function certaintyOf(outcome: Outcome, { bad, total, allowed, bounds, doubt }: Certainty): string {
  const [low, high] = [formatPercent(100 * bounds[0]), formatPercent(100 * bounds[1])];
  if (allowed <= 0) return "none is allowed";
  const limit = `${formatPercent(100 * allowed)} are allowed`;
  const sure = `with ${formatPercent(100 * (1 - doubt))} confidence`;
  if (outcome === "pass") return `at most ${high} ${sure}, ${limit}`;
  if (outcome === "fail") return `at least ${low} ${sure}, ${limit}`;
  const needed = bad / total <= allowed ? cleanSamplesNeeded(bad, total, allowed, doubt) : null;
  const more = needed === null ? "more samples would decide it" : `${formatNumber(Math.ceil(needed))} more clean ones decide it`;
  return `may be ${low} to ${high} ${sure}, ${limit}; ${more}`;
}

/** Whether failures are taken for clustered, because there was a fault. */
export function underFault({ phase }: Objective): boolean {
  return phase === "fault" || phase === "recovery" || phase === "all";
}

function clustered(factor: number, { bad, total }: { bad: number; total: number }): string {
  if (factor === 1) return "";
  return `failures came in clusters, so they count as ${formatNumber(Number(bad.toPrecision(2)))} of ${formatNumber(Math.round(total))}`;
}
