/**
 * Carries out a scenario's faults, each through its life:
 *
 *   planned ── wait ──▶ injected ──▶ felt ──▶ held ──▶ healing ──▶ healed ──▶ settled
 *                          │                    │
 *                          └── abort (stop condition, Ctrl-C): healing at once
 *
 * Faults may overlap. All of them must have settled, or given up, before the stack goes down: the first failure is reported only then,
 * because tearing the stack down under a fault that is still being injected is how faults are left behind.
 */

import { messageOf, RoadworthyError } from "../../base/error.ts";
import { dice } from "../../base/random.ts";
import { nowUs, timeoutSignal, waitUntil, type InstantUs } from "../../base/time.ts";
import type { FaultMoment, Witness } from "../../log/event.ts";
import type { EventWriter } from "../../log/writer.ts";
import { placeOfFault } from "../../scenario/fault.ts";
import type { PlannedStep } from "../../scenario/timeline.ts";
import type { ActiveFault } from "../faults/fault.ts";
import { injectFault, unavailableFault } from "../faults/index.ts";
import type { Stack } from "../stack/stack.ts";

/** How long a fault's effect, and the end of it, are looked for. */
const witnessWithinMs = 20_000;

export interface StepsContext {
  stack: Stack;
  log: EventWriter;
  seed: number;
  startUs: InstantUs;
  signal: AbortSignal;
  /** Told of faults that begin and end, for the display. */
  onChange: (active: ReadonlySet<string>, note: string) => void;
}

/** Throws `fault-unavailable` when a fault cannot run against this stack: asked before any load is sent. */
export function checkFaults(steps: readonly PlannedStep[], stack: Stack): void {
  for (const { step } of steps) {
    const why = unavailableFault(step.fault, stack);
    if (why !== null) {
      throw new RoadworthyError("fault-unavailable", `fault "${step.id}" (${step.fault.kind}) cannot run here: ${why}`, { hint: "leave the scenario out, or give it what it needs", where: step.id });
    }
  }
}

/** Resolves when every fault has settled; rejects with the first failure once all are done. */
export async function carryOutSteps(steps: readonly PlannedStep[], context: StepsContext): Promise<void> {
  const active = new Set<string>();
  const lives = steps.map((planned) => live(planned, context, active));
  const ended = await Promise.allSettled(lives);
  const failed = ended.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

async function live(planned: PlannedStep, context: StepsContext, active: Set<string>): Promise<void> {
  const { step } = planned;
  const note = (moment: FaultMoment, atUs: InstantUs = nowUs()): void => {
    context.log.write({ type: "fault", at: atUs, id: step.id, kind: step.fault.kind, on: placeOfFault(step.fault), ...moment });
  };
  await waitUntil(context.startUs + planned.injectAtMs * 1000, context.signal);
  context.log.sync();
  const fault = await injected(planned, context, note);
  active.add(step.id);
  context.onChange(active, `fault ${step.id} injected: ${step.fault.kind} on ${placeOfFault(step.fault)}`);
  try {
    const felt = watchFor(fault.untilActive(limited(context.signal)), (witness) => note({ stage: "felt", witness }));
    await held(context, context.startUs + planned.healAtMs * 1000);
    await felt;
  } finally {
    await heal(fault, note);
    active.delete(step.id);
    context.onChange(active, `fault ${step.id} healed`);
  }
  await watchFor(fault.untilHealed(limited(context.signal)), (witness) => note({ stage: "settled", witness }));
}

async function injected(planned: PlannedStep, context: StepsContext, note: (moment: FaultMoment, atUs?: InstantUs) => void): Promise<ActiveFault> {
  const { step } = planned;
  try {
    const fault = await injectFault(step.fault, context.stack, {
      holdMs: planned.healAtMs - planned.injectAtMs,
      roll: dice(context.seed, `fault/${step.id}`),
      signal: context.signal,
    });
    note({ stage: "injected", ...fault.injected }, fault.injected.endedUs);
    return fault;
  } catch (error) {
    note({ stage: "failed", why: messageOf(error) });
    throw error;
  }
}

async function heal(fault: ActiveFault, note: (moment: FaultMoment) => void): Promise<void> {
  note({ stage: "healing" });
  const beganUs = nowUs();
  try {
    await fault[Symbol.asyncDispose]();
  } catch (error) {
    note({ stage: "failed", why: messageOf(error) });
    throw error;
  }
  note({ stage: "healed", beganUs, endedUs: nowUs() });
}

/** Holds until `healAtUs`, or ends early when the run is stopped. */
async function held(context: StepsContext, healAtUs: InstantUs): Promise<void> {
  try {
    await waitUntil(healAtUs, context.signal);
  } catch (error) {
    if (!context.signal.aborted) throw error;
  }
}

/** Writes the witness; one that was not to be had is written as such, and the judge makes it inconclusive. */
async function watchFor(watching: Promise<Witness>, write: (witness: Witness) => void): Promise<void> {
  try {
    write(await watching);
  } catch (error) {
    write({ seen: false, what: messageOf(error) });
  }
}

function limited(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, timeoutSignal(witnessWithinMs)]);
}
