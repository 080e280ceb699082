/** Objective + observation → ruling, with everything that a row of a report shows. */

import { defaultClock } from "../../scenario/fault.ts";
import type { IndicatorSpec } from "../../scenario/indicator.ts";
import type { Objective } from "../../scenario/objective.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { serviceTimeText, serviceTimeUnder } from "../../scenario/workload/load-hints.ts";
import { routesOf } from "../../scenario/workload/workload.ts";
import type { Observation } from "../../sli/observation.ts";
import type { Distrust } from "../facts/trust.ts";
import { judgedPhaseOf, type Claim } from "../claim.ts";
import { whyNotExceedable } from "./exceedable.ts";
import { roundInterval, roundValue } from "./round.ts";
import { whyNotSteady } from "../steadiness/steady-phase.ts";
import { applyRule } from "./rules/index.ts";
import { inconclusive, sentence, type RuleResult } from "./rules/rule.ts";
import type { Ruling } from "./schema.ts";

/** A ruling, and its cause as a clause for the headline. */
export interface Ruled {
  ruling: Ruling;
  cause: string;
}

export function rule(claim: Claim, observation: Observation, scenario: Scenario, distrusted: Distrust): Ruled {
  const { objective, spec } = claim;
  const result = withBasis(applyRule(objective, spec, observation), scriptsUnder(spec, scenario));
  const closed = serviceTimeUnder(spec, scenario.workloads);
  const information = whyNotExceedable(objective, spec, scenario);
  const base = { ...describeObjective(objective), indicator: spec.kind, phase: judgedPhaseOf(objective, spec), clock: clockOf(objective, spec, scenario) };
  if (information !== null) {
    const told = objective.op === "measure" ? result.why : sentence(`${result.why} Information only: ${information}`);
    const why = closed.length === 0 ? told : `${sentence(told)} ${sentence(serviceTimeText(closed))}`;
    return { ruling: { ...base, status: "information", outcome: null, ...numbers(result), why, ...tail(objective) }, cause: result.cause };
  }
  const trusted = closed.length === 0 ? { ...distrusted, ofPass: distrusted.ofPass ?? whyNotSteady(claim, observation, scenario) } : notResponseTime(closed);
  const believed = believe(result, trusted);
  return { ruling: { ...base, status: "ruled", outcome: believed.outcome, ...numbers(believed), why: believed.why, ...tail(objective) }, cause: believed.cause };
}

/** A row for an objective that nothing in this run rules on. */
export function notCovered(objective: Objective): Ruling {
  return {
    ...describeObjective(objective),
    indicator: objective.indicator?.kind ?? null,
    phase: objective.indicator === null ? null : objective.phase,
    clock: objective.clock,
    status: "not covered",
    outcome: null,
    value: null,
    interval: null,
    samples: null,
    why: objective.indicator === null ? "No indicator of this run can show it." : "No scenario of this run rules on it.",
    ...tail(objective),
  };
}

/** The original's ruling under the name and source of the row that repeats it. */
export function repeated(objective: Objective, original: Ruling): Ruling {
  const { indicator, phase, clock, status, outcome, value, interval, samples, why } = original;
  return { ...describeObjective(objective), indicator, phase, clock, status, outcome, value, interval, samples, why, ...tail(objective) };
}

function believe(result: RuleResult, distrusted: Distrust): RuleResult {
  const why = result.outcome === "pass" ? distrusted.ofPass : result.outcome === "fail" ? distrusted.ofFail : (distrusted.ofPass ?? distrusted.ofFail);
  if (why === null) return result;
  if (result.outcome === "inconclusive") return result.cause.includes(why) ? result : { ...result, why: sentence(`${result.why} Besides: ${why}`) };
  const { cause } = inconclusive(why);
  return { ...result, outcome: "inconclusive", why: sentence(`${sentence(why)} It would be a ${result.outcome}: ${lower(result.why)}`), cause };
}

/** An objective is on response time: the service time of a closed model neither keeps nor breaks it (MEASURES.md), however well the run went. */
function notResponseTime(closed: readonly string[]): Distrust {
  const why = serviceTimeText(closed);
  return { ofPass: why, ofFail: why };
}

/** The workloads under a latency that k6 sends: it has a schedule, and does not tell when a request was due. */
function scriptsUnder(spec: IndicatorSpec, scenario: Scenario): string[] {
  if (spec.kind !== "latency") return [];
  const { routes } = spec;
  return scenario.workloads.filter((workload) => workload.engine === "k6" && (routes === undefined || routesOf(workload, routes).some((route) => routes.includes(route)))).map(({ name }) => name);
}

function withBasis(result: RuleResult, scripts: readonly string[]): RuleResult {
  return scripts.length === 0 ? result : { ...result, why: sentence(`${sentence(result.why)} Of ${scripts.join(", ")} this is service time, from the sending, in which waiting before it does not show`) };
}

function lower(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

function describeObjective(objective: Objective): Pick<Ruling, "objective" | "statement" | "source" | "kind" | "op" | "limit" | "unit"> {
  const { id, statement, source, kind, op, limit, unit } = objective;
  const { document, line, section } = source;
  return { objective: id, statement, source: line === undefined ? { document, section } : { document, line, section }, kind, op, limit, unit };
}

function tail(objective: Objective): Pick<Ruling, "choice" | "sameAs"> {
  return { choice: objective.choice ?? null, sameAs: objective.sameAs ?? null };
}

function numbers(result: RuleResult): Pick<Ruling, "value" | "interval" | "samples"> {
  return { value: roundValue(result.value), interval: roundInterval(result.interval), samples: result.samples };
}

/** The clock of a duration per fault: one when all faults share it, null when they do not. */
function clockOf(objective: Objective, spec: IndicatorSpec, scenario: Scenario): Ruling["clock"] {
  if (spec.kind !== "recovery-time" && spec.kind !== "mean-recovery-time" && spec.kind !== "resume-time") return null;
  if (objective.clock !== null) return objective.clock;
  if (spec.kind === "resume-time") return "heal";
  const clocks = new Set(scenario.steps.filter((step) => spec.faults?.includes(step.fault.kind) !== false).map((step) => defaultClock(step.fault.kind)));
  const [clock] = clocks;
  return clocks.size === 1 && clock !== undefined ? clock : null;
}
