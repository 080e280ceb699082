/** The library: what scenario, suite and target files import. Light on purpose: it loads nothing that drives or measures. */

import { fileURLToPath } from "node:url";

export { RoadworthyError, exitCodes } from "./base/error.ts";
export { composeScenarios } from "./scenario/compose/compose.ts";
export { defineObjectives, defineScenario, defineSuite, defineTarget } from "./scenario/parse.ts";
export type { FaultSpec } from "./scenario/fault.ts";
export type { IndicatorSpec } from "./scenario/indicator.ts";
export type { Objective } from "./scenario/objective.ts";
export type { Limits, Scenario, ScenarioDefinition, ScenarioInput, Step, StopCondition, Suite, SuiteInput } from "./scenario/scenario.ts";
export type { NodeSpec } from "./scenario/target/node.ts";
export type { Query } from "./scenario/target/query.ts";
export type { Target, TargetInput } from "./scenario/target/target.ts";
export type { Workload } from "./scenario/workload/workload.ts";

/**
 * Command of a node that is a module beside the file that names it: `nodeModule(import.meta.url, "service/api")`. The extension follows that
 * file's own, so that it holds in a checkout (`.ts`) and in a published package (`.js`).
 */
export function nodeModule(from: string, module: string): string[] {
  const extension = /\.(m?ts)$/.exec(from)?.[1] ?? "js";
  return ["node", fileURLToPath(new URL(`./${module}.${extension}`, from))];
}
