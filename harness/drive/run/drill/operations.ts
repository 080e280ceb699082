/** Carries out what a scenario does beside its faults, and what it does about them: each operation at its time or in its turn. */

import { parseDurationMs } from "../../../base/duration.ts";
import { RoadworthyError } from "../../../base/error.ts";
import { nowUs, waitUntil, type InstantUs } from "../../../base/time.ts";
import { isManual } from "../../../scenario/drill/manual.ts";
import { describeOperation, type RepairStep } from "../../../scenario/drill/operation.ts";
import type { PlannedStep, Timeline } from "../../../scenario/timeline.ts";
import type { Drill } from "./drill.ts";
import type { People } from "./people.ts";

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
  readonly people: People;
  readonly startUs: InstantUs;
  readonly signal: AbortSignal;
  /** For the display. */
  readonly tell: (note: string) => void;
}

/** Resolves when all have ended. A back-up that fails is a finding; what else is not done leaves nothing to judge, so that this rejects, as it does when the run is stopped. */
export async function carryOutOperations({ operations }: Timeline, { drill, people, startUs, signal, tell }: OperationsContext): Promise<void> {
  await Promise.all(
    operations.map(async ({ operation: { id, operation, within }, atMs }) => {
      await waitUntil(startUs + atMs * 1000, signal);
      const withinMs = parseDurationMs(within);
      if (operation.kind === "manual") {
        if (!(await people.ask(operation, { id, place: null, untilUs: nowUs() + withinMs * 1000 }))) throw new RoadworthyError("stopped", `nobody has confirmed operation "${id}" within ${within}: ${operation.text}`, { hint: `see that ${operation.owner} is there, or give it more time`, where: id });
        return;
      }
      tell(describeOperation(operation));
      const order = { id, node: operation.node, withinMs };
      if (operation.kind === "back-up") await drill.backUp(order);
      else if (!(await drill.command(operation, order))) {
        throw new RoadworthyError("process-died", `operation "${id}" could not be carried out: ${operation.does}`, { hint: "the run's log holds what its command said", where: id });
      }
    }),
  );
}

export interface RepairTimes {
  readonly injectedUs: InstantUs;
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
  const { id, injectedUs, untilUs } = order;
  const errand = { id, node: step.node, withinMs: Math.max(1, (untilUs - nowUs()) / 1000) };
  const works = step.kind === "restore" ? await drill.restore(errand, injectedUs) : await drill.command(step, errand);
  return works ? null : `${describeOperation(step)} did not work`;
}
