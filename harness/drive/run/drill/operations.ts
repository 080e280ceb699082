/** Carries out what a scenario does beside its faults, and what it does about them: each operation at its time or in its turn. */

import { parseDurationMs } from "../../../base/duration.ts";
import { RoadworthyError } from "../../../base/error.ts";
import { nowUs, waitUntil, type InstantUs } from "../../../base/time.ts";
import { isManual, type ManualStep } from "../../../scenario/drill/manual.ts";
import { deployOf, describeOperation, type OperationStep, type RepairStep } from "../../../scenario/drill/operation.ts";
import type { PlannedStep, Timeline } from "../../../scenario/timeline.ts";
import type { Act } from "../../../sli/concepts/fault-times.ts";
import type { Stack } from "../../stack/stack.ts";
import type { Drill, Order } from "./drill.ts";
import type { People } from "./people.ts";

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
  readonly people: People;
  readonly startUs: InstantUs;
  readonly signal: AbortSignal;
  /** For the display. */
  readonly tell: (note: string) => void;
}

/**
 * Resolves when all have ended. A back-up that fails is a finding, and so is a deploy that is rolled back later; any other that fails leaves nothing to judge, so that this
 * rejects, as it does when the run is stopped.
 */
export async function carryOutOperations({ operations }: Timeline, { drill, people, startUs, signal, tell }: OperationsContext): Promise<void> {
  const all = operations.map(({ operation }) => operation);
  await Promise.all(
    operations.map(async ({ operation: step, atMs }) => {
      await waitUntil(startUs + atMs * 1000, signal);
      if (step.operation.kind === "manual") {
        await carriedOutByPeople(step, step.operation, people);
        return;
      }
      tell(describeOperation(step.operation));
      if ((await carriedOut(step, all, drill)) || all.some(({ operation }) => operation.kind === "roll-back" && operation.of === step.id)) return;
      throw new RoadworthyError("target-not-ready", `operation "${step.id}" could not be carried out: ${describeOperation(step.operation)}`, { hint: "the run's log holds why", where: step.id });
    }),
  );
}

async function carriedOutByPeople({ id, within }: OperationStep, step: ManualStep, people: People): Promise<void> {
  if (await people.ask(step, { id, place: null, untilUs: nowUs() + parseDurationMs(within) * 1000 })) return;
  throw new RoadworthyError("stopped", `nobody has confirmed operation "${id}" within ${within}: ${step.text}`, { hint: `see that ${step.owner} is there, or give it more time`, where: id });
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
    case "manual":
      throw new RoadworthyError("internal", `operation "${id}" is for people`);
  }
}

export interface RepairTimes {
  readonly injected: Act;
  /** By then it has worked, or it has not. */
  readonly untilUs: InstantUs;
}

type Hands = Pick<OperationsContext, "drill" | "people" | "tell">;

/** One after the other, all within the step's time, but for what people verify. Answers why it did not work as soon as one did not; null when all did. */
export async function repair({ step }: PlannedStep, times: RepairTimes, hands: Hands): Promise<string | null> {
  for (const [index, each] of (step.repair?.steps ?? []).entries()) {
    if (isManual(each) && each.part === "verify") continue;
    const why = await carryOut(each, { id: step.id, place: index + 1, ...times }, hands);
    if (why !== null) return why;
  }
  return null;
}

/** What people verify once the fault is healed. Resolves also when nobody does: the log says it. */
export async function verify({ step }: PlannedStep, { untilUs }: RepairTimes, { people }: Pick<Hands, "people">): Promise<void> {
  for (const [index, each] of (step.repair?.steps ?? []).entries()) {
    if (isManual(each) && each.part === "verify" && !(await people.ask(each, { id: step.id, place: index + 1, untilUs }))) return;
  }
}

async function carryOut(step: RepairStep, order: { id: string; place: number } & RepairTimes, { drill, people, tell }: Hands): Promise<string | null> {
  if (step.kind === "manual") return (await people.ask(step, order)) ? null : `nobody has confirmed in time: ${describeOperation(step)}`;
  tell(describeOperation(step));
  const { id, injected, untilUs } = order;
  // What it does might change what they count.
  await drill.checked();
  const errand = { id, node: step.node, withinMs: Math.max(1, (untilUs - nowUs()) / 1000) };
  const works = await repairedBy(step, errand, { drill, injected });
  return works ? null : `${describeOperation(step)} did not work`;
}

async function repairedBy(step: Exclude<RepairStep, ManualStep>, order: Order, { drill, injected }: { drill: Drill; injected: Act }): Promise<boolean> {
  switch (step.kind) {
    case "restore":
      return await drill.restore(order, injected);
    case "promote":
      return await drill.promote(order);
    case "command":
      return await drill.command(step, order);
  }
}
