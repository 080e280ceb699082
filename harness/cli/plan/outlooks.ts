/** What a plan lets each of its objectives come to, and the refusal of a plan that cannot decide what it is asked to. Opens no socket. */

import { RoadworthyError } from "../../base/error.ts";
import { replayTables } from "../../drive/load/pace/replay.ts";
import type { RunPlan } from "../../drive/run/plan.ts";
import { outlooksOf, type Outlook } from "../../judge/outlook/outlook.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { requestsDue } from "./planned-load.ts";

export function outlooksIn(scenario: Scenario, { target, seed }: RunPlan): Outlook[] {
  return outlooksOf(scenario, target, requestsDue(scenario, seed, replayTables(scenario.workloads, target.routes)));
}

/** Throws `scenario-invalid` that names every objective that can at best be inconclusive and is not allowed to be, with the field to change. */
export function refuseUndecidable(plan: RunPlan): void {
  const refused = plan.scenarios.flatMap((scenario) =>
    outlooksIn(scenario, plan)
      .filter((outlook) => outlook.prospect === "inconclusive" && scenario.mayBeInconclusive?.includes(outlook.objective) !== true)
      .map((outlook) => ({ scenario: scenario.name, outlook })),
  );
  const [first] = refused;
  if (first === undefined) return;
  const problems = refused.map(({ scenario, outlook }) => `scenario "${scenario}": ${outlook.objective} can at best be inconclusive: ${outlook.why ?? ""}`);
  const changes = new Set(refused.map(({ outlook }) => outlook.change ?? "").filter((change) => change !== ""));
  const allowed = [...new Set(refused.map(({ outlook }) => outlook.objective))].join(", ");
  throw new RoadworthyError("scenario-invalid", problems.join("\n"), {
    hint: `${[...changes].join("; ")}${changes.size === 0 ? "" : "; or "}leave it undecided on purpose by mayBeInconclusive: [${allowed}] in the scenario, or take it out of rules`,
    where: first.scenario,
  });
}
