/**
 * Two recorded runs beside one another: what each objective came to in both, scenario by scenario. Outcomes can always be compared, where both ruled on it by the same limit. Values can only be where both ran
 * on the same runtime of the same machine: containers cost time that processes do not, and that is no regression of anybody's code.
 */

import type { JudgedSuite } from "../verdict/suite.ts";
import type { Outcome, Ruling, SuiteObjective, SuiteVerdict } from "../verdict/schema.ts";

/** `contradicts`: pass in one run and fail in the other. `otherwise`: judged by another limit. `undecided`: one of them could not tell. `missing`: only one of them ruled on it. */
export type Agreement = "agrees" | "contradicts" | "otherwise" | "undecided" | "missing";

export interface ComparedObjective {
  objective: string;
  /** null: over all scenarios of the suite. */
  scenario: string | null;
  agreement: Agreement;
  /** null: the run does not have it. */
  first: PlacedRuling | null;
  second: PlacedRuling | null;
}

export type PlacedRuling = Ruling & Pick<SuiteObjective, "required">;

export interface ComparedFault {
  scenario: string;
  id: string;
  /** From the injection to back to normal; null when no outage was seen or it was not reached. */
  first: FaultEnd | null;
  second: FaultEnd | null;
}

export interface FaultEnd {
  recoveryTimeMs: number | null;
  notRecovered: boolean;
  failedRequests: number;
}

export interface SideBySide {
  first: JudgedSuite;
  second: JudgedSuite;
  objectives: readonly ComparedObjective[];
  faults: readonly ComparedFault[];
  /** Whether outcomes agree: fail when a run contradicts the other, inconclusive when that cannot be told, their targets differ, or nothing was ruled on by both. */
  outcome: Outcome;
  /** Why values are not to be compared, or null. */
  incomparable: string | null;
  /** What else differs between the runs. */
  differences: readonly string[];
}

export function sideBySide(first: JudgedSuite, second: JudgedSuite): SideBySide {
  const objectives = objectivesOf(first, second);
  return { first, second, objectives, faults: faultsOf(first, second), outcome: first.suite.target === second.suite.target ? outcomeOf(objectives) : "inconclusive", incomparable: whyIncomparable(first, second), differences: [...differencesOf(first, second), ...limitsOf(objectives)] };
}

function objectivesOf({ suite: first }: JudgedSuite, { suite: second }: JudgedSuite): ComparedObjective[] {
  const [one, other] = [rulingsOf(first), rulingsOf(second)];
  return [...new Set([...one.keys(), ...other.keys()])].map((key) => {
    const [a, b] = [one.get(key), other.get(key)];
    const [ruling, ruledToo] = [a?.ruling ?? null, b?.ruling ?? null];
    return { objective: (ruling ?? ruledToo)?.objective ?? "", scenario: (a ?? b)?.scenario ?? null, agreement: agreementOf(ruling, ruledToo), first: ruling, second: ruledToo };
  });
}

interface Placed {
  scenario: string | null;
  ruling: PlacedRuling;
}

/** By objective and scenario. Those of single repeats are none of the run's own. */
function rulingsOf({ objectives, scenarios }: SuiteVerdict): Map<string, Placed> {
  const own = new Set<string | null>([null, ...scenarios.map(({ scenario }) => scenario)]);
  const placed = objectives.flatMap(({ others, scenario, coverage: _coverage, previous: _previous, repeats: _repeats, lastSeenRed: _seen, ...worst }): Placed[] => [
    { scenario, ruling: worst },
    ...others.map(({ scenario: at, ...ruling }) => ({ scenario: at, ruling: { ...ruling, required: worst.required } })),
  ]);
  const shown = placed.filter(({ scenario, ruling }) => ruling.status !== "not covered" && own.has(scenario));
  return new Map(shown.map((each) => [JSON.stringify([each.ruling.objective, each.scenario]), each]));
}

function agreementOf(first: Ruling | null, second: Ruling | null): Agreement {
  if (first === null || second === null) return "missing";
  if (limitOf(first) !== limitOf(second)) return "otherwise";
  if (first.status !== second.status) return "missing";
  if (first.outcome === second.outcome) return first.outcome === "inconclusive" ? "undecided" : "agrees";
  return first.outcome === "inconclusive" || second.outcome === "inconclusive" ? "undecided" : "contradicts";
}

/** "<= 5 s". */
function limitOf({ op, limit, unit }: Ruling): string {
  return [op, Array.isArray(limit) ? limit.join(" to ") : limit, unit].filter((part) => part !== null && part !== "").join(" ");
}

function limitsOf(objectives: readonly ComparedObjective[]): string[] {
  const told = objectives.flatMap(({ objective, agreement, first, second }) => (agreement === "otherwise" && first !== null && second !== null ? [`limit of ${objective}: ${limitOf(first)} and ${limitOf(second)}`] : []));
  return [...new Set(told)];
}

function outcomeOf(objectives: readonly ComparedObjective[]): Outcome {
  if (objectives.some(({ agreement }) => agreement === "contradicts")) return "fail";
  const ruled = objectives.filter(({ first, second }) => first?.status === "ruled" || second?.status === "ruled");
  return ruled.length > 0 && ruled.every(({ agreement }) => agreement === "agrees") ? "pass" : "inconclusive";
}

function faultsOf(first: JudgedSuite, second: JudgedSuite): ComparedFault[] {
  const [one, other] = [faultEnds(first), faultEnds(second)];
  return [...new Set([...one.keys(), ...other.keys()])].map((key) => {
    const known = one.get(key) ?? other.get(key);
    return { scenario: known?.scenario ?? "", id: known?.id ?? "", first: one.get(key)?.end ?? null, second: other.get(key)?.end ?? null };
  });
}

function faultEnds({ scenarios }: JudgedSuite): Map<string, { scenario: string; id: string; end: FaultEnd }> {
  const ends = scenarios.flatMap(({ verdict: { scenario, faults } }) => faults.map(({ id, recoveryTimeMs, notRecovered, failedRequests }) => ({ scenario, id, end: { recoveryTimeMs, notRecovered, failedRequests } })));
  return new Map(ends.map((each) => [JSON.stringify([each.scenario, each.id]), each]));
}

function whyIncomparable({ header: first }: JudgedSuite, { header: second }: JudgedSuite): string | null {
  if (first.stack !== second.stack) return `the first ran on ${first.stack}, the second on ${second.stack}`;
  if (first.host.fingerprint !== second.host.fingerprint) return "they ran on different machines";
  if (first.proxy !== second.proxy) return `the first had the proxy ${first.proxy}, the second ${second.proxy}`;
  return null;
}

function differencesOf({ suite: first }: JudgedSuite, { suite: second }: JudgedSuite): string[] {
  const fields = [
    ["target", first.target, second.target],
    ["suite", first.suite, second.suite],
    ["scenarios", first.scenarios.map(({ scenario }) => scenario).join(", "), second.scenarios.map(({ scenario }) => scenario).join(", ")],
    ["commit", first.commit ?? "none", second.commit ?? "none"],
    ["seed", String(first.seed), String(second.seed)],
  ] as const;
  return fields.flatMap(([name, one, other]) => (one === other ? [] : [`${name}: ${one} and ${other}`]));
}
