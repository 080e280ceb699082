/** What a tool that sent a workload rules itself, each a ruling of its own: the thresholds of a k6 script, and whether it ran the script at all. */

import type { EngineEnd, EngineThreshold } from "../../../log/event.ts";
import type { ScenarioFacts } from "../../facts/scenario-facts.ts";
import { clockTrouble, endTrouble } from "../../facts/guest-engines.ts";
import { incompleteness } from "../../facts/trust.ts";
import { inconclusive, sentence, type RuleResult } from "./rule.ts";
import { roundValue } from "../round.ts";
import type { Ruled } from "../ruling.ts";
import type { Outcome, Ruling } from "../schema.ts";

/** `test.fail()` of a script: it ruled itself, and said no. */
const markedAsFailed = 110;

export function engineRulings(facts: ScenarioFacts): Ruled[] {
  return facts.engines.filter(({ engine }) => engine === "k6").flatMap((end) => [endRuling(end, facts), ...end.thresholds.map((threshold) => thresholdRuling(threshold, end, facts))]);
}

function endRuling(end: EngineEnd, facts: ScenarioFacts): Ruled {
  const name = { id: `${end.workload}/script`, statement: `${end.engine} runs the script of ${end.workload} to its end, or to that of the scenario (exit code)`, section: "the script's end", op: "in", limit: "0, 99, 105", unit: "" };
  const trouble = endTrouble(end);
  const { passed, failed } = end.checks;
  const checks = passed + failed === 0 ? "" : ` ${passed} of its ${passed + failed} checks held.`;
  const complaint = end.said === "" ? "" : ` The last error that it told of: ${end.said}`;
  const well = end.wasStopped ? "the script was still running when the scenario ended, which ended it" : "the script came to its own end";
  const figures = { value: end.exitCode, samples: null };
  const result = trouble === null ? decided("pass", `${sentence(well)}${checks}${complaint}`, figures) : decided(end.exitCode === markedAsFailed ? "fail" : "inconclusive", sentence(trouble), figures);
  return ruled(end, name, believed(result, incompleteness(facts)));
}

function thresholdRuling({ metric, expression, samples, crossed, value, unit }: EngineThreshold, end: EngineEnd, facts: ScenarioFacts): Ruled {
  const name = { id: `${end.workload}/${metric}/${expression}`, statement: `${metric}: ${expression}`, section: "thresholds", ...limitOf(expression), unit };
  if (samples === 0) return ruled(end, name, inconclusive(`no sample of ${metric} came, so ${expression} says nothing`, 0));
  const why = `according to ${end.engine}, ${metric} ${crossed ? "does not hold" : "holds"} ${expression}`;
  const result = decided(crossed ? "fail" : "pass", sentence(`${why}, of ${samples} samples`), { value: roundValue(value), samples });
  return ruled(end, name, believed(result, clockTrouble(end) ?? (crossed ? null : (endTrouble(end) ?? incompleteness(facts) ?? facts.generator.overloaded))));
}

/** "p(95)<500" → under 500. What cannot be read so stays k6's own words. */
function limitOf(expression: string): { op: string; limit: number | string } {
  const [, op, limit] = /^[^<>=!]*?(<=|>=|<|>|===?|!=)\s*(-?\d+(?:\.\d+)?)\s*$/.exec(expression) ?? [];
  return op === undefined || limit === undefined ? { op: "holds", limit: expression } : { op: op === "===" ? "==" : op, limit: Number(limit) };
}

function decided(outcome: Outcome, why: string, figures: { value: number | null; samples: number | null }): RuleResult {
  return { outcome, interval: null, ...figures, why, cause: why.replace(/\.$/, "") };
}

function believed(result: RuleResult, trouble: string | null): RuleResult {
  if (trouble === null || result.outcome === "inconclusive") return result;
  return { ...result, outcome: "inconclusive", why: `${sentence(trouble)} It would be a ${result.outcome}: ${result.why}`, cause: trouble };
}

interface Name {
  id: string;
  statement: string;
  section: string;
  op: string;
  limit: number | string;
  unit: string;
}

function ruled(end: EngineEnd, { id, statement, section, op, limit, unit }: Name, { cause, why, outcome, value, samples }: RuleResult): Ruled {
  const ruling: Ruling = {
    objective: id,
    statement,
    source: { document: `${end.version}, workload ${end.workload}`, section },
    kind: "threshold",
    indicator: end.engine,
    phase: "all",
    clock: null,
    op,
    limit,
    unit,
    status: "ruled",
    outcome,
    value,
    interval: null,
    samples,
    why,
    choice: null,
    sameAs: null,
  };
  return { ruling, cause };
}
