/** Carries out what a scenario does beside its faults, and what it does about them: each operation at its time or in its turn. */

import { parseDurationMs } from "../../../base/duration.ts";
import { RoadworthyError } from "../../../base/error.ts";
import { nowUs, waitUntil, type InstantUs } from "../../../base/time.ts";
import { deployOf, describeOperation, type OperationStep, type RepairStep } from "../../../scenario/drill/operation.ts";
import type { PlannedStep, Timeline } from "../../../scenario/timeline.ts";
import type { Stack } from "../../stack/stack.ts";
import type { Drill, Order } from "./drill.ts";

/** Throws `fault-unavailable` when an operation cannot be carried out here: asked before any load is sent. */
export async function checkOperations({ operations, steps }: Timeline, drill: Drill, { changes }: Pick<Stack, "changes">): Promise<void> {
  for (const { operation: { id, operation } } of operations) {
    const why = operation.kind === "scale" || operation.kind === "rolling-deploy" || operation.kind === "promote" ? changes.unavailable(operation) : null;
    if (why !== null) throw unavailable(id, operation.kind, why);
  }
  for (const { step } of steps) {
    for (const each of step.repair?.steps ?? []) {
      const why = each.kind === "promote" ? changes.unavailable(each) : null;
      if (why !== null) throw unavailable(step.id, each.kind, why);
    }
  }
  const backedUp = operations.flatMap(({ operation: { id, operation } }) => (operation.kind === "back-up" ? [{ id, node: operation.node }] : []));
  const restored = steps.flatMap(({ step }) => (step.repair?.steps ?? []).flatMap((each) => (each.kind === "restore" ? [{ id: step.id, node: each.node }] : [])));
  for (const { id, node } of [...backedUp, ...restored]) {
    const why = await drill.unavailable(node);
    if (why !== null) throw unavailable(id, `on ${node}`, why);
  }
}

function unavailable(id: string, what: string, why: string): RoadworthyError {
  return new RoadworthyError("fault-unavailable", `operation "${id}" (${what}) cannot be carried out here: ${why}`, { hint: "leave the scenario out, or give it what it needs", where: id });
}

export interface OperationsContext {
  readonly drill: Drill;
  readonly startUs: InstantUs;
  readonly signal: AbortSignal;
  /** For the display. */
  readonly tell: (note: string) => void;
}

/**
 * Resolves when all have ended. A back-up that fails is a finding, and so is a deploy that is rolled back later; any other that fails leaves nothing to judge, so that this
 * rejects, as it does when the run is stopped.
 */
export async function carryOutOperations({ operations }: Timeline, { drill, startUs, signal, tell }: OperationsContext): Promise<void> {
  const all = operations.map(({ operation }) => operation);
  await Promise.all(
    operations.map(async ({ operation: step, atMs }) => {
      await waitUntil(startUs + atMs * 1000, signal);
      tell(describeOperation(step.operation));
      if ((await carriedOut(step, all, drill)) || all.some(({ operation }) => operation.kind === "roll-back" && operation.of === step.id)) return;
      const code = step.operation.kind === "command" ? "process-died" : "target-not-ready";
      throw new RoadworthyError(code, `operation "${step.id}" could not be carried out: ${describeOperation(step.operation)}`, { hint: "the run's log holds why", where: step.id });
    }),
  );
}

async function carriedOut({ id, within, operation }: OperationStep, all: readonly OperationStep[], drill: Drill): Promise<boolean> {
  const orderOn = (node: string): Order => ({ id, node, withinMs: parseDurationMs(within) });
  switch (operation.kind) {
    case "back-up":
      await drill.backUp(orderOn(operation.node));
      return true;
    case "command":
      return await drill.command(operation, orderOn(operation.node));
    case "scale":
      return await drill.scale(operation, orderOn(operation.node));
    case "rolling-deploy":
      return await drill.deploy(operation, orderOn(operation.node));
    case "promote":
      return await drill.promote(orderOn(operation.node));
    case "roll-back": {
      const deploy = deployOf(operation.of, all);
      if (deploy === null) throw new RoadworthyError("internal", `there is no rolling-deploy "${operation.of}"`);
      return await drill.rollBack(operation.of, deploy, orderOn(deploy.node));
    }
  }
}

/** One after the other, all within the step's time. Answers false as soon as one did not work. */
export async function repair({ step }: PlannedStep, injectedUs: InstantUs, { drill, tell }: Pick<OperationsContext, "drill" | "tell">): Promise<boolean> {
  const untilUs = nowUs() + parseDurationMs(step.repair?.within ?? "0s") * 1000;
  for (const each of step.repair?.steps ?? []) {
    tell(describeOperation(each));
    const order = { id: step.id, node: each.node, withinMs: Math.max(1, (untilUs - nowUs()) / 1000) };
    if (!(await repairedBy(each, order, { drill, injectedUs }))) return false;
  }
  return true;
}

async function repairedBy(step: RepairStep, order: Order, { drill, injectedUs }: { drill: Drill; injectedUs: InstantUs }): Promise<boolean> {
  switch (step.kind) {
    case "restore":
      return await drill.restore(order, injectedUs);
    case "promote":
      return await drill.promote(order);
    case "command":
      return await drill.command(step, order);
  }
}
