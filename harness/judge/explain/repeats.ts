/** How a ruling over repeats came about: what each repeat counted by itself, and the formula over all of them. */

import { pooledObservation } from "../repeats/pool.ts";
import type { Observation } from "../../sli/observation.ts";
import { formatCount, formatNumber } from "../verdict/format.ts";
import { capacityText } from "../verdict/rules/capacity.ts";
import { shownShare } from "../verdict/rules/durations.ts";
import type { SuiteObjective } from "../verdict/schema.ts";
import { aligned, labelled, oneLine, type Basis } from "./basis.ts";
import { durationText, formulaOf } from "./formula.ts";

export interface RepeatPart {
  repeat: number;
  /** Of the scenario in this repeat, with its log. */
  folder: string;
}

type Made = NonNullable<SuiteObjective["repeats"]>[number];

const rules: { readonly [Rule in Made["rule"]]: string } = {
  pooled: "judged together, as the samples of one run",
  worst: "the worst of their rulings",
};

/** `parts`: the runs of the scenario in the repeats that count. `doubt`: of the binomial rule over all of them. */
export function repeatLines({ rule, outcomes, flaky }: Made, parts: readonly RepeatPart[], { basis, doubt }: { basis: Basis; doubt: number }): string[] {
  const seen = outcomes.map(({ repeat, outcome }) => {
    const folder = parts.find((part) => part.repeat === repeat)?.folder ?? null;
    const trace = folder === null ? null : basis.trace(folder);
    return { repeat, outcome: outcome ?? (trace === null ? "no log" : "information"), folder, observation: trace?.observation ?? null, until: basis.claim?.spec.kind === "resume-time" ? "finished" : "back to normal" };
  });
  const rows = seen.map(({ repeat, outcome, folder, observation, until }) => [
    `repeat ${repeat}`,
    outcome,
    observation === null ? "" : oneLine(countsOf(observation, until)),
    folder === null ? "" : `${folder}/log`,
  ]);
  return [
    `  repeats    ${formatCount(seen.length, "repeat")}, ${rules[rule]}${flaky ? "; flaky" : ""}; the records of each stand below`,
    ...aligned(rows),
    ...labelled("formula", rule === "pooled" ? pooledFormula(seen, { basis, doubt }) : [worstText(seen)]),
  ];
}

function worstText(seen: readonly { outcome: string }[]): string {
  return `worst of (${seen.map(({ outcome }) => outcome).join(", ")}); each by the formula that stands with it`;
}

function pooledFormula(seen: readonly { repeat: number; observation: Observation | null }[], { basis: { claim }, doubt }: { basis: Basis; doubt: number }): string[] {
  const observed = seen.flatMap(({ repeat, observation }) => (observation === null ? [] : [{ repeat, observation }]));
  const pooled = claim === null ? null : pooledObservation(claim.objective, claim.spec, observed);
  if (claim === null || pooled === null) return ["nothing was measured"];
  const sums = sumText(observed.map(({ observation }) => observation));
  return [...(sums === null ? [] : [sums]), ...formulaOf(claim, pooled, doubt), ...(pooled.kind === "durations" ? [shareText(observed.length)] : [])];
}

/** null where what is put together is no sum. */
function sumText(observations: readonly Observation[]): string | null {
  const shares = observations.flatMap((each) => (each.kind === "proportion" ? [each] : []));
  if (shares.length > 0) return `${sumOf("k", shares.map(({ bad }) => bad))}; ${sumOf("n", shares.map(({ total }) => total))}`;
  const samples = observations.flatMap((each) => (each.kind === "samples" ? [each] : []));
  if (samples.length > 0) return `${sumOf("within", samples.map(({ within }) => within))}; ${sumOf("samples", samples.map(({ total }) => total))}`;
  const rates = observations.flatMap((each) => (each.kind === "rate" ? [each] : []));
  return rates.length === 0 ? null : `${sumOf("finished", rates.map(({ finished }) => finished))}; ${sumOf("seconds", rates.map(({ seconds }) => seconds))}`;
}

function sumOf(label: string, values: readonly number[]): string {
  return `${label} = ${values.map(formatNumber).join(" + ")} = ${formatNumber(values.reduce((total, value) => total + value, 0))}`;
}

function shareText(count: number): string {
  return `when all ${count} runs are within the limit, that shows it for at least 0.05^(1/${count}) = ${Math.floor(1000 * shownShare(count)) / 10} % of such runs, with 95 % confidence`;
}

function countsOf(observation: Observation, until: string): string {
  switch (observation.kind) {
    case "unmeasured":
      return `not measured: ${observation.why}`;
    case "proportion":
      return `${formatNumber(observation.bad)} of ${formatNumber(observation.total)} bad`;
    case "durations":
      return observation.faults.map((fault) => `${fault.fault}: ${durationText(fault, until)}`).join("; ");
    case "values":
      return `${formatCount(observation.values.length, "value")}: ${observation.values.slice(0, 5).map(formatNumber).join(", ")}${observation.values.length > 5 ? ", …" : ""}; exercised ${formatCount(observation.exercised, "time")}`;
    case "samples":
      return `${formatNumber(observation.within)} of ${formatNumber(observation.total)} samples within the limit, ${formatNumber(observation.missing)} missing`;
    case "rate":
      return `finished ${formatNumber(observation.finished)} of ${formatNumber(observation.offered)} offered in ${formatNumber(observation.seconds)} s`;
    case "capacity":
      return capacityText(observation);
  }
}
