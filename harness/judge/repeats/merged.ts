/**
 * The rulings of several runs of one scenario → one ruling for each objective (MEASURES.md, the verdict):
 *
 * - shares, percentiles, gauges, rates: the samples of all repeats together, judged as those of one run. They pass only when each repeat can be believed by itself.
 * - durations per fault: the faults of all repeats together. One over the limit fails, whatever the others took.
 * - all else (counts, yes or no, sets): the worst repeat.
 *
 * What passes in some repeats and fails in others is flaky, and never passes.
 */

import type { Scenario } from "../../scenario/scenario.ts";
import type { Distrust } from "../facts/trust.ts";
import { isWorse } from "../verdict/merge.ts";
import { sentence, type Pooled } from "../verdict/rules/rule.ts";
import { distrustIn, rule, type Repeated, type Ruled } from "../verdict/ruling.ts";
import type { Measured, ScenarioJudgement } from "../verdict/scenario.ts";
import type { Outcome } from "../verdict/schema.ts";
import { flakiness, repeatsNamed } from "./flakiness.ts";
import { pooledObservation } from "./pool.ts";

export interface ScenarioRun {
  repeat: number;
  /** null: the scenario did not run in this repeat. */
  judged: ScenarioJudgement | null;
}

/** `doubt`: of the binomial rule over all repeats. */
export function mergedRulings(runs: readonly ScenarioRun[], doubt: number): Ruled[] {
  const ids = new Set(runs.flatMap(({ judged }) => judged?.ruled.map(({ ruling }) => ruling.objective) ?? []));
  return [...ids].flatMap((id) => mergedRuling(id, runs, doubt) ?? []);
}

type Own = Repeated["own"][number];

function mergedRuling(id: string, runs: readonly ScenarioRun[], doubt: number): Ruled | null {
  const own = runs.map(({ repeat, judged }): Own => ({ repeat, ruled: judged?.ruled.find(({ ruling }) => ruling.objective === id) ?? null }));
  const worst = worstOf(own);
  if (worst === null) return null;
  if (worst.ruled.ruling.status !== "ruled") return { ...worst.ruled, repeated: { rule: "worst", own, flaky: false, open: false } };
  const pooled = pooledRuling(id, runs, { runs: runs.length, doubt });
  const failing = own.filter(({ ruled }) => ruled?.ruling.outcome === "fail");
  // What happened after a fault happened: no other repeat, and no doubt about one, takes it back.
  const isPooled = pooled !== null && !(pooled.kind === "durations" && failing.length > 0);
  return isPooled ? fromPool(pooled, own) : fromWorst(worst, own);
}

function fromPool({ ruled, distrusted }: PooledRuling, own: readonly Own[]): Ruled {
  const flaky = flakiness(own);
  const { ruling } = ruled;
  const failing = own.filter((each) => each.ruled?.ruling.outcome === "fail");
  const fails = failing.length > 0;
  const outcome: Outcome | null = ruling.outcome === "pass" && fails ? "inconclusive" : ruling.outcome;
  const open = outcome === "inconclusive" && !fails && distrusted.ofPass === null;
  const together = own.length === 1 ? ruling.why : `${own.length} repeats together: ${ruling.why}`;
  const apart = flaky ?? (fails && outcome !== "fail" ? `by itself ${repeatsNamed(failing)} fails` : null);
  const why = apart === null ? together : `${sentence(apart)} ${together}`;
  const cause = apart === null ? ruled.cause : `${apart}; together ${ruled.cause}`;
  return { ruling: { ...ruling, outcome, why }, cause, repeated: { rule: "pooled", own, flaky: flaky !== null, open } };
}

function fromWorst({ repeat, ruled }: Own & { ruled: Ruled }, own: readonly Own[]): Ruled {
  const flaky = flakiness(own);
  const missing = own.filter((each) => each.ruled === null);
  const { ruling } = ruled;
  const repeated: Repeated = { rule: "worst", own, flaky: flaky !== null, open: false };
  if (ruling.outcome === "pass" && missing[0] !== undefined) {
    const cause = `the scenario did not run in ${repeatsNamed(missing)}`;
    return { ruling: { ...ruling, outcome: "inconclusive", why: sentence(`Not measured everywhere: ${cause}`) }, cause, repeated };
  }
  if (own.length === 1) return { ...ruled, repeated };
  const lead = flaky ?? leadOf(ruling.outcome, repeat, own);
  return { ruling: { ...ruling, why: `${sentence(lead)} ${ruling.why}` }, cause: flaky === null ? ruled.cause : `${flaky}; ${ruled.cause}`, repeated };
}

function leadOf(outcome: Outcome | null, repeat: number, own: readonly Own[]): string {
  const same = own.filter(({ ruled }) => ruled?.ruling.outcome === outcome);
  const all = same.length === own.length ? `in each of ${own.length} repeats` : `in ${repeatsNamed(same)} of ${own.length}`;
  const shown = same.length > 1 ? `, shown is repeat ${repeat}` : "";
  return `${outcome === "pass" ? "Holds" : outcome === "fail" ? "Fails" : "Not decided"} ${all}${shown}`;
}

interface PooledRuling {
  kind: "durations" | "other";
  ruled: Ruled;
  distrusted: Distrust;
}

/** null where nothing is added up. */
function pooledRuling(id: string, runs: readonly ScenarioRun[], pooled: Pooled): PooledRuling | null {
  const found = runs.map(({ repeat, judged }) => ({ repeat, scenario: judged?.header.scenario ?? null, measured: judged?.measured.get(id) ?? null }));
  const known = found.flatMap(({ repeat, scenario, measured }) => (scenario === null || measured === null ? [] : [{ repeat, scenario, measured }]));
  const [first] = known;
  if (first === undefined) return null;
  const { claim } = first.measured;
  const observation = pooledObservation(claim.objective, claim.spec, known.map(({ repeat, measured }) => ({ repeat, observation: measured.observation })));
  if (observation === null) return null;
  const each = found.map(({ repeat, scenario, measured }): Distrust & { repeat: number } => ({ repeat, ...distrustOfRun(scenario, measured) }));
  const distrusted: Distrust = { ofPass: firstOf(each, "ofPass"), ofFail: firstOf(each, "ofFail") };
  return { kind: observation.kind === "durations" ? "durations" : "other", ruled: rule(claim, observation, first.scenario, { ...distrusted, pooled }), distrusted };
}

function distrustOfRun(scenario: Scenario | null, measured: Measured | null): Distrust {
  if (scenario === null || measured === null) return { ofPass: "the scenario did not run", ofFail: null };
  const { claim, observation, distrusted } = measured;
  const trust = distrustIn(claim, observation, scenario, distrusted);
  if (observation.kind === "unmeasured") return { ...trust, ofPass: trust.ofPass ?? `not measured: ${observation.why}` };
  // A rate has no chance in it: what kept one repeat from showing it is not made up for by another.
  const ruledAlone = observation.kind === "rate" && trust.ofPass === null ? rule(claim, observation, scenario, trust) : null;
  return ruledAlone?.ruling.outcome === "inconclusive" ? { ...trust, ofPass: ruledAlone.cause } : trust;
}

function firstOf(each: readonly (Distrust & { repeat: number })[], side: keyof Distrust): string | null {
  const found = each.find((run) => run[side] !== null);
  return found === undefined ? null : `in repeat ${found.repeat} ${found[side] ?? ""}`;
}

/** The first of those with the worst outcome; among passes the one whose value is nearest to the limit. */
function worstOf(own: readonly Own[]): (Own & { ruled: Ruled }) | null {
  const ruled = own.flatMap(({ repeat, ruled: each }) => (each === null ? [] : [{ repeat, ruled: each }]));
  const [first] = ruled;
  return first === undefined ? null : ruled.reduce((a, b) => (isNearerToFailing(b.ruled.ruling, a.ruled.ruling) ? b : a), first);
}

function isNearerToFailing(a: Ruled["ruling"], b: Ruled["ruling"]): boolean {
  if (a.outcome !== b.outcome) return a.outcome !== null && (b.outcome === null || isWorse(a.outcome, b.outcome));
  if (a.value === null || b.value === null) return a.value !== null;
  return a.op === ">" || a.op === ">=" ? a.value < b.value : a.value > b.value;
}
