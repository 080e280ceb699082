/** `plan --objectives`: of each system, what it promised and no scenario covers. */

import { scenarios } from "../../../scenarios/index.ts";
import { builtInTargets } from "../../../targets/index.ts";
import { systems, type System } from "../../../targets/systems.ts";
import { RoadworthyError } from "../../base/error.ts";
import { defineObjectives } from "../../scenario/parse.ts";
import { countsOf, coverageOf, promisesText, type SystemCoverage } from "../plan/promises.ts";

/** Of the systems that are named, or of all. Throws `not-found`. */
export async function planPromises(names: readonly string[], { json }: { json?: boolean }): Promise<string> {
  const chosen = names.length === 0 ? systems : [...new Set(names)].map(systemOf);
  const coverages = await Promise.all(chosen.map(coverageOfSystem));
  return json === true ? JSON.stringify({ systems: coverages, totals: countsOf(coverages) }, null, 2) : promisesText(coverages);
}

async function coverageOfSystem({ name, read }: System): Promise<SystemCoverage> {
  const objectives = defineObjectives((await read()).default);
  return coverageOf({ name, hasTarget: builtInTargets.some(({ target }) => target.name === name), objectives }, scenarios);
}

function systemOf(name: string): System {
  const found = systems.find((system) => system.name === name);
  if (found !== undefined) return found;
  throw new RoadworthyError("not-found", `there is no system "${name}"`, {
    hint: `known: ${systems.map((system) => system.name).join(", ")}; of a target of your own, plan <suite or scenario> lists what it does not cover`,
  });
}
