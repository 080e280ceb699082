/** `validate`: checks definitions without running anything. */

import { dirname } from "node:path";
import { asRoadworthyError, type RoadworthyError } from "../../base/error.ts";
import { readArrivalFile } from "../../drive/load/pace/arrival-file.ts";
import { checkScenario, checkTarget } from "../../scenario/check.ts";
import { checkBlastRadius } from "../../scenario/compose/blast-radius.ts";
import { composeScenarios } from "../../scenario/compose/compose.ts";
import { defineObjectives, parseScenario, parseSuite, parseTarget } from "../../scenario/parse.ts";
import { loadText } from "../../scenario/workload/profile-text.ts";
import { isOwn, type Workload } from "../../scenario/workload/workload.ts";
import { scenarios, suites } from "../../../scenarios/index.ts";
import { builtInTargets } from "../../../targets/index.ts";
import { systems } from "../../../targets/systems.ts";
import { withObjectives } from "../input/objectives-file.ts";
import { withReplayFiles } from "../input/replay-file.ts";
import { withScripts } from "../input/script-file.ts";
import { readDefinition } from "../definition-file.ts";
import { planSuite } from "../definitions.ts";

/** One line per definition. Throws the first error after all have been looked at. */
export async function validate(files: readonly string[]): Promise<string> {
  const checks = files.length === 0 ? ownChecks() : files.map((file) => ({ what: file, check: () => checkFile(file) }));
  const lines: string[] = [];
  let first: RoadworthyError | null = null;
  for (const { what, check } of checks) {
    try {
      lines.push(`ok    ${what}: ${await check()}`);
    } catch (error) {
      const known = asRoadworthyError(error);
      lines.push(`wrong ${what}: ${known.message}`);
      first ??= known;
    }
  }
  if (first === null) return lines.join("\n");
  process.stderr.write(`${lines.join("\n")}\n`);
  throw first;
}

interface Check {
  what: string;
  check: () => Promise<string> | string;
}

function ownChecks(): Check[] {
  return [
    ...builtInTargets.map(({ target }) => ({
      what: `target ${target.name}`,
      check: () => {
        checkTarget(target);
        return `${Object.keys(target.nodes).length} nodes, ${target.objectives.length} objectives`;
      },
    })),
    ...systems.map(({ name, read }) => ({ what: `promises of ${name}`, check: async () => `${defineObjectives((await read()).default).length} objectives` })),
    ...scenarios.map((scenario) => ({
      what: `scenario ${scenario.name}`,
      check: () => {
        const found = builtInTargets.find(({ target }) => target.name === scenario.target);
        if (found !== undefined) checkScenario(scenario, found.target);
        const faults = composeScenarios(scenario, 0).reduce((sum, { steps }) => sum + steps.length, 0);
        return `${faults} faults, rules on ${scenario.rules.length} objectives`;
      },
    })),
    ...suites.map((suite) => ({
      what: `suite ${suite.name}`,
      check: async () => {
        const plan = await planSuite(suite.name, { target: suite.target, seed: 0 });
        return `${plan.scenarios.length} scenarios, ${suite.required.length} required objectives`;
      },
    })),
  ];
}

/** What the data is, is told by the fields that only one kind of definition has. */
async function checkFile(file: string): Promise<string> {
  const data = await readDefinition(file);
  const has = (field: string): boolean => typeof data === "object" && data !== null && field in data;
  if (has("nodes")) {
    const target = parseTarget(await withObjectives(data, dirname(file)), file);
    checkTarget(target);
    return `target "${target.name}"`;
  }
  if (has("scenarios")) return `suite "${parseSuite(data, file).name}"`;
  const definition = withScripts(withReplayFiles(parseScenario(data, file), dirname(file)), dirname(file));
  // Which nodes a link touches only a target knows; the rest of the limits can be checked without one.
  checkBlastRadius(definition, {});
  const [first, ...more] = composeScenarios(definition, 0);
  const what = more.length === 0 ? `scenario "${first?.name ?? ""}"` : `${more.length + 1} scenarios of a sweep, from "${first?.name ?? ""}"`;
  return [what, ...definition.workloads.map(loadLine)].join("\n");
}

/** Which routes the lines of a replay take only a target knows; that they are lines of arrivals can be checked without one. */
function loadLine(workload: Workload): string {
  const { name } = workload;
  const profile = isOwn(workload) ? workload.profile : null;
  if (profile?.shape === "replay") readArrivalFile(profile.file, { match: () => name, unknown: "refuse" });
  return `        load ${name}: ${loadText(workload)}`;
}
