/** What to change in a scenario's file so that an objective gets what it needs: the field first, then the value. */

import type { JudgedPhase } from "../../scenario/objective.ts";
import { formatDurationMs } from "../verdict/format.ts";
import type { PlannedRun } from "./planned-run.ts";

interface Lack {
  phase: JudgedPhase;
  needed: number;
  given: number;
}

/** More time at the planned rate, or a rate at all. */
export function moreRequests(planned: PlannedRun, { phase, routes, needed, given }: Lack & { routes: readonly string[] | undefined }): string {
  const plannedMs = planned.lengthMs(phase);
  if (plannedMs > 0 && given === 0) return `workloads: add a journey to ${routes === undefined ? "a route" : routes.length === 0 ? "a route that writes to it" : routes.join(" or ")}`;
  return moreTime(phase, { neededMs: given === 0 ? 0 : (plannedMs * needed) / given, plannedMs });
}

export function moreItems(planned: PlannedRun, { completion, ...lack }: Lack & { completion: string }): string {
  return moreRequests(planned, { ...lack, routes: planned.writersOf(planned.target.completions[completion]?.ledger ?? "") });
}

/** `neededMs`: how long the phase must be; nothing when its length is not what is missing. */
export function moreTime(phase: JudgedPhase, { neededMs, plannedMs }: { neededMs: number; plannedMs: number } = { neededMs: 0, plannedMs: 0 }): string {
  const longer = Math.max(0, neededMs - plannedMs);
  const by = longer === 0 ? "" : ` by ${formatDurationMs(Math.ceil(longer / 1000) * 1000)}, or raise the rate`;
  return `${fieldOf[phase]}: make it longer${by}`;
}

export function faultChange(what: string): string {
  return `steps: plan ${what}`;
}

const fieldOf: { readonly [Phase in JudgedPhase]: string } = {
  baseline: "phases.baseline",
  steady: "phases.baseline",
  all: "phases.baseline",
  fault: "steps[].hold",
  recovery: "phases.recovery",
  after: "phases.after",
};
