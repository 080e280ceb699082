/** Gauges: the share of samples within the limit, of at least 60. Never binomial: neighbouring samples are not independent. */

import { formatLimit, formatNumber, formatPercent, formatValue } from "../format.ts";
import { keeps } from "../../../sli/concepts/limit.ts";
import { sentence, unfit, type RuleInput, type RuleResult } from "./rule.ts";

export const leastSamples = 60;

export function ruleSamples({ objective, observation }: RuleInput<"samples">): RuleResult {
  const { within, total, missing, share, worst, quantileValue, detail } = observation;
  if (keeps(objective, worst) === null) return unfit(objective, total);
  const asked = total + missing;
  // A missed sample may have been on either side of the limit.
  const atLeast = asked === 0 ? 0 : within / asked;
  const atMost = asked === 0 ? 1 : (within + missing) / asked;
  const outcome = total < leastSamples ? "inconclusive" : atLeast >= share ? "pass" : atMost < share ? "fail" : "inconclusive";
  const limit = formatLimit(objective.op, objective.limit, objective.unit);
  const missed = missing === 0 ? "" : `; ${formatNumber(missing)} samples are missing`;
  const few = total < leastSamples ? `; at least ${leastSamples} samples are needed` : "";
  const counted = `${formatNumber(within)} of ${formatNumber(total)} samples (${formatPercent(total === 0 ? 0 : (100 * within) / total)}) are ${limit}`;
  return {
    outcome,
    value: quantileValue,
    interval: null,
    samples: total,
    why: sentence(`${counted}, ${formatPercent(100 * share)} asked for; worst ${formatValue(worst, objective.unit)}${detail === "" ? "" : `, ${detail}`}${missed}${few}`),
    cause: `${counted}, worst ${formatValue(worst, objective.unit)}`,
  };
}
