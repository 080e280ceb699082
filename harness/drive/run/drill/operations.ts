/** Carries out what a scenario does beside its faults, and what it does about them: each operation at its time or in its turn. */

import { parseDurationMs } from "../../../base/duration.ts";
import { RoadworthyError } from "../../../base/error.ts";
import { nowUs, waitUntil, type InstantUs } from "../../../base/time.ts";
import { describeOperation } from "../../../scenario/drill/operation.ts";
import type { PlannedStep, Timeline } from "../../../scenario/timeline.ts";
import type { Drill } from "./drill.ts";

/** Throws `fault-unavailable` when an operation cannot be carried out here: asked before any load is sent. */
export async function checkOperations({ operations, steps }: Timeline, drill: Drill): Promise<void> {
  const backedUp = operations.flatMap(({ operation: { id, operation } }) => (operation.kind === "back-up" ? [{ id, node: operation.node }] : []));
  const restored = steps.flatMap(({ step }) => (step.repair?.steps ?? []).flatMap((each) => (each.kind === "restore" ? [{ id: step.id, node: each.node }] : [])));
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

/** Resolves when all have ended. A back-up that fails is a finding; a command that fails leaves nothing to judge, so that this rejects, as it does when the run is stopped. */
export async function carryOutOperations({ operations }: Timeline, { drill, startUs, signal, tell }: OperationsContext): Promise<void> {
  await Promise.all(
    operations.map(async ({ operation: { id, operation, within }, atMs }) => {
      await waitUntil(startUs + atMs * 1000, signal);
      tell(describeOperation(operation));
      const order = { id, node: operation.node, withinMs: parseDurationMs(within) };
      if (operation.kind === "back-up") await drill.backUp(order);
      else if (!(await drill.command(operation, order))) {
        throw new RoadworthyError("process-died", `operation "${id}" could not be carried out: ${operation.does}`, { hint: "the run's log holds what its command said", where: id });
      }
    }),
  );
}

/** One after the other, all within the step's time. Answers false as soon as one did not work. */
export async function repair({ step }: PlannedStep, injectedUs: InstantUs, { drill, tell }: Pick<OperationsContext, "drill" | "tell">): Promise<boolean> {
  const untilUs = nowUs() + parseDurationMs(step.repair?.within ?? "0s") * 1000;
  for (const each of step.repair?.steps ?? []) {
    tell(describeOperation(each));
    const order = { id: step.id, node: each.node, withinMs: Math.max(1, (untilUs - nowUs()) / 1000) };
    if (!(each.kind === "restore" ? await drill.restore(order, injectedUs) : await drill.command(each, order))) return false;
  }
  return true;
}
