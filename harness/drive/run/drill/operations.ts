/** Carries out what a scenario does beside its faults, and what it does about them: each operation at its time or in its turn. */

import { parseDurationMs } from "../../../base/duration.ts";
import { RoadworthyError } from "../../../base/error.ts";
import { nowUs, waitUntil, type InstantUs } from "../../../base/time.ts";
import type { PlannedStep, Timeline } from "../../../scenario/timeline.ts";
import type { Drill } from "./drill.ts";

/** Throws `fault-unavailable` when an operation cannot be carried out here: asked before any load is sent. */
export async function checkOperations({ operations, steps }: Timeline, drill: Drill): Promise<void> {
  const backedUp = operations.map(({ operation }) => ({ id: operation.id, node: operation.operation.node }));
  const restored = steps.flatMap(({ step }) => (step.repair?.steps ?? []).map(({ node }) => ({ id: step.id, node })));
  for (const { id, node } of [...backedUp, ...restored]) {
    const why = await drill.unavailable(node);
    if (why !== null) throw new RoadworthyError("fault-unavailable", `operation "${id}" on ${node} cannot be carried out here: ${why}`, { hint: "leave the scenario out, or give it what it needs", where: id });
  }
}

export interface OperationsContext {
  readonly drill: Drill;
  readonly startUs: InstantUs;
  readonly signal: AbortSignal;
  /** For the display. */
  readonly tell: (note: string) => void;
}

/** Resolves when all have ended, well or not; rejects when the run is stopped. */
export async function carryOutOperations({ operations }: Timeline, { drill, startUs, signal, tell }: OperationsContext): Promise<void> {
  await Promise.all(
    operations.map(async ({ operation: { id, operation, within }, atMs }) => {
      await waitUntil(startUs + atMs * 1000, signal);
      tell(`${operation.kind} of ${operation.node}`);
      await drill.backUp({ id, node: operation.node, withinMs: parseDurationMs(within) });
    }),
  );
}

/** One after the other, all within the step's time. Answers false as soon as one did not work. */
export async function repair({ step }: PlannedStep, injectedUs: InstantUs, { drill, tell }: Pick<OperationsContext, "drill" | "tell">): Promise<boolean> {
  const untilUs = nowUs() + parseDurationMs(step.repair?.within ?? "0s") * 1000;
  for (const each of step.repair?.steps ?? []) {
    tell(`${each.kind} of ${each.node}`);
    if (!(await drill.restore({ id: step.id, node: each.node, withinMs: (untilUs - nowUs()) / 1000 }, injectedUs))) return false;
  }
  return true;
}
