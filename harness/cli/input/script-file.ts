/** Makes the paths of a scenario's k6 scripts whole: they count from the folder of the definition. */

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { RoadworthyError } from "../../base/error.ts";
import type { ScenarioDefinition } from "../../scenario/scenario.ts";

/** Throws `not-found` for a script that is not there. */
export function withScripts(scenario: ScenarioDefinition, folder: string): ScenarioDefinition {
  const workloads = scenario.workloads.map((workload) => {
    if (workload.engine !== "k6") return workload;
    const script = resolve(folder, workload.script);
    // In the published package our own scripts have been compiled.
    const found = [script, script.replace(/\.ts$/, ".js")].find((candidate) => existsSync(candidate));
    if (found !== undefined) return { ...workload, script: found };
    throw new RoadworthyError("not-found", `there is no script ${script}`, { hint: `the script of workload "${workload.name}" counts from the folder of its scenario`, where: scenario.name });
  });
  return { ...scenario, workloads };
}
