/** The rule that an objective was judged by, as a formula with the run's numbers in it (MEASURES.md, the verdict). */

import { limitMsOf } from "../../sli/concepts/limit.ts";
import type { FaultDuration, Observation } from "../../sli/observation.ts";
import type { Claim } from "../claim.ts";
import { clustering } from "../steadiness/clusters.ts";
import { binomialAtLeast, binomialAtMost, usualDoubt } from "../../base/binomial.ts";
import { formatCount, formatDurationMs, formatLimit, formatNumber, formatPercent, formatValue } from "../verdict/format.ts";
import { capacityText } from "../verdict/rules/capacity.ts";
import { proportionClaim, underFault } from "../verdict/rules/proportion.ts";
import { leastOffer } from "../verdict/rules/rate.ts";

/** One line each. `doubt`: of the binomial rule. */
export function formulaOf({ objective, spec }: Claim, observation: Observation, doubt = usualDoubt): string[] {
  switch (observation.kind) {
    case "unmeasured":
      return [`nothing to reckon with: ${observation.why}`];
    case "proportion":
      return proportion({ objective, spec }, observation, doubt);
    case "durations":
      return spec.kind === "mean-recovery-time" ? mean({ objective, spec }, observation.faults) : durations({ objective, spec }, observation.faults);
    case "values":
      return values({ objective, spec }, observation);
    case "samples":
      return samples(observation);
    case "capacity":
      return [`${capacityText(observation)}; a pass when a rate that keeps the limit was shown to hold, a failure when one at or under it was shown to break`];
    case "rate":
      return rate({ objective, spec }, observation);
  }
}

type Seen<Kind extends Observation["kind"]> = Extract<Observation, { kind: Kind }>;

function proportion({ objective, spec }: Claim, { bad, total, blocks }: Seen<"proportion">, doubt: number): string[] {
  const claim = proportionClaim(objective, spec);
  if (claim === null) return [`${formatNumber(bad)} of ${formatNumber(total)} are bad; the operator makes no claim about a share`];
  const claimed = `claim: of all ${claim.noun}s at most p = ${formatPercent(100 * claim.allowed)} ${claim.badness}`;
  if (claim.allowed <= 0) return [claimed, `k = ${formatNumber(bad)} of n = ${formatNumber(total)}; one refutes it`];
  const factor = clustering(blocks, { byDefault: underFault(objective), doubt });
  const [k, n] = [bad / factor, total / factor];
  const clusters = factor === 1 ? [] : [`failures came in clusters, so that ${factor.toFixed(2)} count as one: k = ${formatNumber(bad)} / ${factor.toFixed(2)} = ${k.toFixed(2)}, n = ${formatNumber(total)} / ${factor.toFixed(2)} = ${n.toFixed(1)}`];
  const counts = factor === 1 ? `k = ${formatNumber(bad)} of n = ${formatNumber(total)}` : "with these";
  return [
    claimed,
    ...clusters,
    `${counts}: P(X ≤ k | n, p) = ${probability(binomialAtMost(k, n, claim.allowed))}, a pass when at most ${formatNumber(doubt)}; P(X ≥ k | n, p) = ${probability(binomialAtLeast(k, n, claim.allowed))}, a failure when under ${formatNumber(doubt)}; else inconclusive`,
  ];
}

export function probability(value: number): string {
  return value >= 0.001 ? value.toFixed(4) : value.toExponential(1);
}

function durations({ objective, spec }: Claim, faults: readonly FaultDuration[]): string[] {
  const limitMs = limitMsOf(objective);
  const limit = limitMs === null ? formatLimit(objective.op, objective.limit, objective.unit) : `limit ${objective.op} ${formatDurationMs(limitMs)}`;
  const until = spec.kind === "resume-time" ? "finished" : "back to normal";
  return [...faults.map((fault) => `${fault.fault}: ${durationText(fault, until)}`), `${limit}: a pass when the worst + its precision keeps it, a failure when the worst − its precision does not`];
}

export function durationText({ clock, valueMs, lowerBound, resolutionMs, invalid }: FaultDuration, until: string): string {
  const from = clock === "heal" ? "healed" : "injected";
  const precision = `± ${formatDurationMs(resolutionMs)}`;
  const doubt = invalid === null ? "" : `; not believed: ${invalid}`;
  if (valueMs === null) return `no outage seen ${precision}${doubt}`;
  return `${lowerBound ? "last seen" : until} − ${from} = ${lowerBound ? "more than " : ""}${formatDurationMs(valueMs)} ${precision}${doubt}`;
}

function mean(claim: Claim, faults: readonly FaultDuration[]): string[] {
  const felt = faults.filter(({ valueMs, invalid }) => valueMs !== null && invalid === null);
  const sum = felt.reduce((total, { valueMs }) => total + (valueMs ?? 0), 0);
  const reckoned = felt.length === 0 ? "no fault with an outage, so no mean" : `mean = (${felt.map(({ valueMs }) => formatDurationMs(valueMs ?? 0)).join(" + ")}) / ${felt.length} = ${formatDurationMs(sum / felt.length)}`;
  const [limit = ""] = durations(claim, []);
  return [...faults.map((fault) => `${fault.fault}: ${durationText(fault, "back to normal")}`), reckoned, limit.replaceAll("worst", "mean")];
}

function values({ objective }: Claim, { values: seen, exercised, detail }: Seen<"values">): string[] {
  const shown = seen.slice(0, 10).map((value) => (Number.isFinite(value) ? formatValue(value, objective.unit) : "no answer"));
  return [
    `${seen.length === 1 ? "value" : formatCount(seen.length, "value")}: ${shown.join(", ")}${seen.length > 10 ? ", …" : ""}; each must be ${formatLimit(objective.op, objective.limit, objective.unit)}`,
    `exercised ${formatCount(exercised, "time")}${detail === "" ? "" : ` (${detail})`}; a pass needs at least one`,
  ];
}

function samples({ within, total, missing, share }: Seen<"samples">): string[] {
  const asked = total + missing;
  const percent = (count: number): string => formatPercent(asked === 0 ? 0 : (100 * count) / asked);
  return [
    `within the limit: ${formatNumber(within)} of ${formatNumber(asked)} = ${percent(within)}; a pass when at least ${formatPercent(100 * share)} and ${formatCount(total, "sample")} are 60 or more`,
    ...(missing === 0 ? [] : [`were all ${formatNumber(missing)} missing ones within it: ${percent(within + missing)}; a failure when even that is too little`]),
  ];
}

function rate({ objective }: Claim, { finished, offered, seconds, ratePerUnit, offeredPerUnit, backlogBegin, backlogEnd, isUnlimited = false }: Seen<"rate">): string[] {
  const { limit, unit } = objective;
  const asked = typeof limit === "number" ? ` (${formatLimit(objective.op, limit, unit)} is asked for)` : "";
  const offer = isUnlimited || typeof limit !== "number" ? "" : `; at least ${formatNumber(leastOffer)} × ${formatNumber(limit)} = ${formatValue(leastOffer * limit, unit)} must be`;
  return [
    `finished ${formatNumber(finished)} in ${formatNumber(seconds)} s = ${formatValue(ratePerUnit, unit)}${asked}`,
    `offered ${formatNumber(offered)} in ${formatNumber(seconds)} s = ${formatValue(offeredPerUnit, unit)}${offer}`,
    `backlog ${formatNumber(backlogBegin)} at the begin, ${formatNumber(backlogEnd)} at the end; for a pass it must not grow by more than 10 items or 5 % of those offered`,
  ];
}
