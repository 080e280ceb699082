/**
 * From a scenario as it is written to the scenarios that are run. Pure: the same definition and seed give the same faults at the same times.
 *
 *   definition ── sweep ──▶ one per point ── repeat, random ──▶ every fault at its time, with an id of its own
 */

import { RoadworthyError } from "../../base/error.ts";
import { checkOperationTimes } from "../drill/check-drill.ts";
import type { Scenario, ScenarioDefinition, Step } from "../scenario.ts";
import { drawnSteps } from "./random.ts";
import { checkRamp } from "./ramp.ts";
import { repeatedSteps } from "./repeat.ts";
import { sweptDefinitions } from "./sweep.ts";

/** One scenario, or one for each point of its sweep. Throws `scenario-invalid` for what cannot be worked out. */
export function composeScenarios(definition: ScenarioDefinition, seed: number): Scenario[] {
  return sweptDefinitions(definition).map((point) => composed(point, seed));
}

function composed(definition: ScenarioDefinition, seed: number): Scenario {
  const { steps, random, sweep: _worked, ...rest } = definition;
  const placed: PlacedStep[] = [
    ...steps.flatMap((step, index) => repeatedSteps(step, `steps[${index}]`).map((made) => ({ step: made, path: `steps[${index}]` }))),
    ...random.flatMap((block, index) => drawnSteps(block, seed, `random[${index}]`).map((made) => ({ step: made, path: `random[${index}]` }))),
  ];
  refuseSameIds(definition.name, placed);
  for (const { step, path } of placed) checkRamp(step, `${path}.fault`);
  const made = { ...rest, steps: placed.map(({ step }) => step) };
  checkOperationTimes(made);
  return made;
}

interface PlacedStep {
  step: Step;
  path: string;
}

/** A fault is told by its id in the log and in the verdict. */
function refuseSameIds(scenario: string, placed: readonly PlacedStep[]): void {
  const pathOf = new Map<string, string>();
  for (const { step, path } of placed) {
    const other = pathOf.get(step.id);
    if (other !== undefined) throw notComposable(scenario, `${path}.id: ${other} has a fault "${step.id}" as well`, "give each step an id of its own");
    pathOf.set(step.id, path);
  }
}

function notComposable(scenario: string, problem: string, hint: string): RoadworthyError {
  return new RoadworthyError("scenario-invalid", `scenario "${scenario}" is not valid: ${problem}`, { hint });
}
