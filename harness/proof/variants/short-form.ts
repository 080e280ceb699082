/**
 * A scenario cut down to what brings one defect out: fewer seconds, and of the faults those that the defect needs. The state before a fault is not asked
 * for: what a build breaks for good it breaks on a machine that stood still in the baseline as well.
 */

import type { ScenarioDefinition, ScenarioInput } from "../../scenario/scenario.ts";
import { ingest, readers } from "../../../scenarios/everyday-load.ts";
import { postgresOutage } from "../../../scenarios/postgres-outage.ts";
import { steady } from "../../../scenarios/steady.ts";
import { workerKill } from "../../../scenarios/worker-kill.ts";

export interface ShortForm {
  definition: ScenarioInput;
  /** Of its objectives, those whose value is a time under load: a machine that was too busy to send it leaves them open, and turns none red. */
  timed: readonly string[];
}

const cutOff = shortened(postgresOutage, { phases: { warmUp: "1s", baseline: "3s", recovery: "7s" }, steps: stepsOf(postgresOutage, { cut: "0s" }) });

/** By the name of the broken target. Each rules on what the defect turns red, and on promises about documents that it leaves alone. */
export const shortForms: Readonly<Record<string, ShortForm>> = {
  "broken/slow-api": { definition: { ...shortened(steady, { phases: { warmUp: "1s", baseline: "8s" }, workloads: [ingest, readers] }), rules: ["CON-92", "CON-93"] }, timed: ["CON-93"] },
  // Most workers are at a document at any instant: two times all of them.
  "broken/loses-on-kill": {
    definition: { ...shortened(workerKill, { phases: { warmUp: "1s", baseline: "2s", recovery: "3s" }, steps: stepsOf(workerKill, { all: "0s", "all-again": "4s" }) }), rules: ["CON-27", "CON-92"] },
    timed: [],
  },
  "broken/never-reconnects": { definition: { ...cutOff, rules: ["CON-27", "CON-91", "CON-92"] }, timed: ["CON-91"] },
  "broken/lying-health": { definition: { ...cutOff, rules: ["CON-27", "CON-92", "CON-94"] }, timed: [] },
  // One brief in ten is stored twice: of 160, some are.
  "broken/duplicate-briefs": {
    definition: { ...shortened(steady, { phases: { warmUp: "1s", baseline: "7s" }, workloads: [{ name: "ingest", profile: { shape: "constant", rate: 20 }, journeys: [{ steps: ["ingest"] }] }, readers] }), rules: ["CON-27", "CON-65", "CON-92"] },
    timed: [],
  },
};

function shortened({ name, title, target }: ScenarioDefinition, changes: Pick<ScenarioInput, "phases"> & Partial<ScenarioInput>): Omit<ScenarioInput, "rules"> {
  return { name, title, target, workloads: [ingest, readers], stop: "none", steadyState: "none", quiesceWithin: "5s", ...changes };
}

/** Those steps, at these times. */
function stepsOf({ steps }: ScenarioDefinition, times: Readonly<Record<string, string>>): ScenarioInput["steps"] {
  return steps.flatMap((step) => {
    const at = times[step.id];
    return at === undefined ? [] : [{ ...step, at }];
  });
}
