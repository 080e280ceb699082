/** A step that is repeated → its occurrences. Pure. */

import { parseDurationMs } from "../../base/duration.ts";
import { RoadworthyError } from "../../base/error.ts";
import type { Step, StepDefinition } from "../scenario.ts";

/** `path` is the step's in the definition, for errors. Throws `scenario-invalid` when the occurrences would overlap. */
export function repeatedSteps(definition: StepDefinition, path: string): Step[] {
  const { repeat, ...step } = definition;
  if (repeat === undefined) return [step];
  const everyMs = parseDurationMs(repeat.every);
  if (repeat.times > 1 && everyMs <= parseDurationMs(step.hold) + parseDurationMs(step.repair?.within ?? "0s")) {
    throw new RoadworthyError("scenario-invalid", `${path}.repeat.every: ${repeat.every} is not longer than the hold, ${step.hold}: the occurrences of "${step.id}" would overlap`, {
      hint: "leave time for healing between them",
    });
  }
  const firstMs = parseDurationMs(step.at);
  return Array.from({ length: repeat.times }, (_, index) => ({ ...step, id: `${step.id}-${index + 1}`, at: `${firstMs + index * everyMs}ms` }));
}
