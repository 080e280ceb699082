/** Finds what is secret in a plan and in an environment, by names and patterns. Pure. */

import type { Scenario } from "../scenario/scenario.ts";
import type { Target } from "../scenario/target/target.ts";
import { isSecretName, secretsInText } from "./redact.ts";

/** Values of variables whose names say that they are secret. */
export function secretsOfEnvironment(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(environment).flatMap(([name, value]) => (value !== undefined && isSecretName(name) ? value.split("\n") : []));
}

/**
 * `known` and the secrets of the target: passwords of nodes, variables, headers and fields with telling names, passwords in URLs. One that is also a
 * word of the log or a name in the plan is left out: removing it would change what the log says, and it keeps nothing secret.
 */
export function secretsOf(plan: { target: Target; scenarios: readonly Scenario[] }, known: readonly string[]): string[] {
  const found = [...known, ...secretsIn(plan.target, []), ...secretsIn(plan.scenarios.map((scenario) => scenario.workloads), [])];
  const words = [...wordsOfLog, ...namesOf(plan)];
  return [...new Set(found)].filter((secret) => !words.some((word) => word.includes(secret)));
}

/** Words that events are made of, where a field also holds free text elsewhere. */
const wordsOfLog = ["started", "ready", "exited", "restarting", "gave-up", "invoke", "refused", "condition", "interrupt", "error", "warm-up", "baseline", "recovery"];

/** Of any value: texts under telling names, and what the patterns find. */
export function secretsInValue(value: unknown): string[] {
  return secretsIn(value, []);
}

function secretsIn(value: unknown, path: readonly string[]): string[] {
  if (typeof value === "string") return isSecretName(path.at(-1) ?? "") && !value.includes("{{") ? [withoutScheme(value)] : secretsInText(value);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => secretsIn(entry, [...path, key]));
}

/** `Bearer abc` → `abc`. */
function withoutScheme(value: string): string {
  return value.replace(/^\s*(bearer|basic|token)\s+/i, "");
}

function namesOf({ target, scenarios }: { target: Target; scenarios: readonly Scenario[] }): string[] {
  const tables = [target.nodes, target.links, target.routes, target.ledgers, target.completions, target.gauges, target.facts, target.probes];
  const ofScenarios = scenarios.flatMap((scenario) => [scenario.name, ...scenario.workloads.map((workload) => workload.name), ...scenario.steps.map((step) => step.id), ...(scenario.operations ?? []).map(({ id }) => id)]);
  return [target.name, ...tables.flatMap((table) => Object.keys(table)), ...target.objectives.map((objective) => objective.id), ...ofScenarios];
}
