/** Rates: offer at least 1.2 × the limit, or as fast as it goes; pass when as many finish and the backlog does not grow. */

import { keeps } from "../../../sli/concepts/limit.ts";
import { formatNumber, formatValue, formatLimit } from "../format.ts";
import { inconclusive, sentence, unfit, type RuleInput, type RuleResult } from "./rule.ts";

export const leastOffer = 1.2;
/** Our choice: the backlog of a working system sways by what is under way, so only growth beyond both of these counts. */
const growthShare = 0.05;
const growthItems = 10;

export function ruleRate({ objective, observation }: RuleInput<"rate">): RuleResult {
  const { finished, offered, seconds, ratePerUnit, offeredPerUnit, backlogBegin, backlogEnd, isUnlimited = false } = observation;
  const { op, limit, unit } = objective;
  const base = { value: ratePerUnit, interval: null, samples: finished };
  const done = `${formatValue(ratePerUnit, unit)} (${formatNumber(finished)} of ${formatNumber(offered)} offered in ${formatNumber(seconds)} s)`;
  if (op === "measure") return { outcome: "inconclusive", ...base, why: sentence(done), cause: done };
  if ((op !== ">" && op !== ">=") || typeof limit !== "number") return unfit(objective, finished);
  if (Number.isNaN(ratePerUnit) || Number.isNaN(offeredPerUnit)) return inconclusive("the rate is not a number", finished);
  const enough = keeps(objective, ratePerUnit) === true;
  const grows = backlogEnd - backlogBegin > Math.max(growthItems, growthShare * offered);
  const backlog = `backlog ${formatNumber(backlogBegin)} at the begin, ${formatNumber(backlogEnd)} at the end`;
  const asked = formatLimit(op, limit, unit);
  const text = `${done}; ${asked} asked for; ${backlog}`;
  if (!isUnlimited && offeredPerUnit < leastOffer * limit) {
    const offer = `only ${formatValue(offeredPerUnit, unit)} were offered, and ${formatValue(leastOffer * limit, unit)} are needed to judge`;
    return { outcome: "inconclusive", ...base, why: sentence(`${offer}; ${text}`), cause: offer };
  }
  if (!enough) return { outcome: "fail", ...base, why: sentence(text), cause: `${done}; ${asked} asked for` };
  if (grows) return { outcome: "inconclusive", ...base, why: sentence(`${text}: it grew, so the rate is not shown to be sustained`), cause: `the backlog grew from ${formatNumber(backlogBegin)} to ${formatNumber(backlogEnd)}` };
  return { outcome: finished > 0 ? "pass" : "inconclusive", ...base, why: sentence(text), cause: done };
}
