/**
 * What a search found, against a rate that was promised: it passes when a rate at or above the limit was shown to keep the search's
 * objectives, and fails when one at or below it was shown not to. Each rate is ruled by the exact binomial rule, at 95 % confidence.
 */

import { keeps } from "../../../sli/concepts/limit.ts";
import type { Capacity } from "../../../sli/search/capacity.ts";
import { formatCount, formatLimit, formatNumber, formatValue } from "../format.ts";
import { inconclusive, sentence, unfit, type RuleInput, type RuleResult } from "./rule.ts";

export function ruleCapacity({ objective, observation }: RuleInput<"capacity">): RuleResult {
  const { ratePerSecond, brokenPerSecond, requests } = observation;
  const { op, limit, unit } = objective;
  const found = capacityText(observation);
  const base = { ...capacityFigures(observation), why: sentence(found) };
  if (op === "measure") return { outcome: "inconclusive", ...base, cause: found };
  if ((op !== ">" && op !== ">=") || typeof limit !== "number") return unfit(objective, requests);
  const asked = `${formatLimit(op, limit, unit)} asked for`;
  const why = sentence(`${found}; ${asked}`);
  if (ratePerSecond !== null && keeps(objective, ratePerSecond) === true) return { outcome: "pass", ...base, why, cause: `${found}; ${asked}` };
  if (brokenPerSecond !== null && brokenPerSecond <= limit) return { outcome: "fail", ...base, why, cause: `${brokenText(observation)}; ${asked}` };
  const open = brokenPerSecond === null ? `${heldText(observation)}, and nothing beyond was shown to break` : `the limit lies between what was shown to hold and to break`;
  return { ...inconclusive(open, requests), ...base, why: sentence(`${open}: ${found}; ${asked}`) };
}

/** `interval`: from the highest rate that was shown to hold to the lowest above it that was shown to break. */
export function capacityFigures({ ratePerSecond, brokenPerSecond, requests }: Capacity): Pick<RuleResult, "value" | "interval" | "samples"> {
  return { value: ratePerSecond, interval: ratePerSecond === null || brokenPerSecond === null ? null : [ratePerSecond, brokenPerSecond], samples: requests };
}

/** The finding as a clause: what holds, what limits it, how sure that is, what ended the search. */
export function capacityText(capacity: Capacity): string {
  const { steps, unsound, endedBy } = capacity;
  const broken = capacity.brokenPerSecond === null ? "no rate was shown to break" : brokenText(capacity);
  const doubt = unsound === null ? "" : `; in some the load generator was the limit, and they count for nothing: ${unsound}`;
  return `${heldText(capacity)}; ${broken}, each at 95 % confidence; ${formatCount(steps, "step")}, ended by ${endings[endedBy ?? "cut"]}${doubt}`;
}

function heldText({ ratePerSecond, keep, requests, seconds }: Capacity): string {
  const what = keep.join(" and ");
  if (ratePerSecond === null) return `no rate was shown to keep ${what}`;
  return `${formatValue(ratePerSecond, "1/s")} kept ${what} (${formatCount(requests, "request")} in ${formatNumber(seconds)} s)`;
}

function brokenText({ brokenPerSecond, brokenBy }: Capacity): string {
  const by = brokenBy.map(({ objective, bad, total }) => `${objective}: ${formatNumber(bad)} of ${formatCount(total, "request")} bad`);
  return `${formatValue(brokenPerSecond ?? Number.NaN, "1/s")} did not (${by.join(", ")})`;
}

const endings: Readonly<Record<NonNullable<Capacity["endedBy"]> | "cut", string>> = {
  precision: "coming as near as 5 %",
  range: "its range",
  steps: "its number of steps",
  generator: "the load generator, which could do no more",
  cut: "the end of the run",
};
