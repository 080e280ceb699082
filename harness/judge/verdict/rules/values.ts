/** Counts, yes or no, sets, single values: any violation fails; a pass needs that it was exercised at least once. */

import { keeps } from "../../../sli/concepts/limit.ts";
import { formatDemand, formatNumber, formatValue } from "../format.ts";
import { inconclusive, sentence, unfit, type RuleInput, type RuleResult } from "./rule.ts";

export function ruleValues({ objective, observation }: RuleInput<"values">): RuleResult {
  const { values, exercised, detail } = observation;
  const first = values[0];
  if (objective.op === "exists") return ruleExists(observation, objective.statement);
  if (first === undefined) return inconclusive("there was no value to judge", 0);
  // What is not a number is neither within the limit nor over it.
  const kept = values.map((value) => (Number.isNaN(value) ? true : keeps(objective, value)));
  if (kept.includes(null)) return unfit(objective, exercised);
  const violations = values.filter((_, index) => kept[index] === false);
  const worst = worstOf(violations.length > 0 ? violations : values, objective.op);
  const beside = detail === "" ? "" : `; ${detail}`;
  const many = values.length > 1 ? `, worst of ${formatNumber(values.length)}` : "";
  const shown = `${Number.isFinite(worst) ? formatValue(worst, objective.unit) : "no answer"}${many}; ${formatDemand(objective.op, objective.limit, objective.unit)}`;
  const base = { value: worst, interval: null, samples: exercised };
  if (violations.length > 0) {
    const counted = values.length > 1 ? `${formatNumber(violations.length)} of ${formatNumber(values.length)} are not within the limit: ` : "";
    return { outcome: "fail", ...base, why: sentence(`${counted}${shown}${beside}`), cause: `${counted}${shown}${beside}` };
  }
  if (values.some((value) => Number.isNaN(value))) return inconclusive(`a value is not a number${beside}`, exercised);
  if (exercised <= 0) return { outcome: "inconclusive", ...base, why: sentence(`it was never exercised${beside}`), cause: `it was never exercised${beside}` };
  return { outcome: "pass", ...base, why: sentence(`${shown}; n = ${formatNumber(exercised)}${beside}`), cause: shown };
}

function ruleExists(observation: { values: readonly number[]; exercised: number }, statement: string): RuleResult {
  const count = observation.values.length;
  const outcome = count > 0 ? "pass" : "fail";
  const cause = count > 0 ? `${formatNumber(count)} found` : `nothing was found of what was promised: ${statement}`;
  return { outcome, value: count, interval: null, samples: count, why: sentence(cause), cause };
}

/** The value farthest on the bad side. */
function worstOf(values: readonly number[], op: string): number {
  const low = op === ">" || op === ">=";
  return values.reduce((a, b) => (low ? Math.min(a, b) : Math.max(a, b)));
}
