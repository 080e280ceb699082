/** From untrusted data to a definition: every error says which field is wrong, what it should be, and where it stands. */

import { z } from "zod";
import { RoadworthyError, type ErrorCode } from "../base/error.ts";
import { objectiveSchema, type Objective } from "./objective.ts";
import { scenarioSchema, suiteSchema, type ScenarioDefinition, type ScenarioInput, type Suite, type SuiteInput } from "./scenario.ts";
import { targetSchema, type Target, type TargetInput } from "./target/target.ts";

export function defineScenario(input: ScenarioInput): ScenarioDefinition {
  return parseScenario(input);
}

export function defineSuite(input: SuiteInput): Suite {
  return parseSuite(input);
}

export function defineTarget(input: TargetInput): Target {
  return parseTarget(input);
}

/** The rows of an objectives file. Throws `target-invalid`. */
export function defineObjectives(data: unknown): Objective[] {
  return parsed(z.array(objectiveSchema), data, { code: "target-invalid", what: "list of objectives", where: undefined });
}

/** `where` names the file or row that the data comes from. Throws `scenario-invalid`. */
export function parseScenario(data: unknown, where?: string): ScenarioDefinition {
  return parsed(scenarioSchema, data, { code: "scenario-invalid", what: "scenario", where });
}

/** Throws `suite-invalid`. */
export function parseSuite(data: unknown, where?: string): Suite {
  return parsed(suiteSchema, data, { code: "suite-invalid", what: "suite", where });
}

/** Throws `target-invalid`. */
export function parseTarget(data: unknown, where?: string): Target {
  return parsed(targetSchema, data, { code: "target-invalid", what: "target", where });
}

interface Subject {
  code: ErrorCode;
  what: string;
  where: string | undefined;
}

function parsed<Schema extends z.ZodType>(schema: Schema, data: unknown, subject: Subject): z.output<Schema> {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const name = nameOf(data);
  const lines = result.error.issues.flatMap((issue) => describeIssue(issue, []));
  throw new RoadworthyError(subject.code, `${subject.what}${name} is not valid: ${lines.join("; ")}`, {
    hint: "correct the named fields; `roadworthy validate` checks without running",
    ...(subject.where === undefined ? {} : { where: subject.where }),
  });
}

function describeIssue(issue: z.core.$ZodIssue, prefix: readonly PropertyKey[]): string[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === "invalid_union") {
    // Of a union, the alternative that came closest is the one that was meant.
    const closest = issue.errors.toSorted((a, b) => a.length - b.length)[0] ?? [];
    if (closest.length > 0) return closest.flatMap((inner) => describeIssue(inner, path));
  }
  if (issue.code === "invalid_key") return [`${dotted(path)}: the name ${issue.issues.map((inner) => inner.message).join(", ")}`];
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => `${dotted([...path, key])}: there is no such field`);
  return [`${dotted(path)}: ${issue.message}`];
}

function dotted(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "(the whole)";
  return path.map((step, index) => (typeof step === "number" ? `[${step}]` : `${index === 0 ? "" : "."}${String(step)}`)).join("");
}

function nameOf(data: unknown): string {
  if (typeof data !== "object" || data === null || !("name" in data) || typeof data.name !== "string") return "";
  return ` "${data.name.slice(0, 80)}"`;
}
