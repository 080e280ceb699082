/**
 * Carries out a scenario's faults, each through its life:
 *
 *   planned ── wait ──▶ admitted ──▶ injected ──▶ felt ──▶ held, changed ──▶ healing (repair) ──▶ healed ──▶ settled, verified
 *                          │             │                    │                  ▲      └──▶ unrepaired: ended all the same
 *                       refused          └────────────────────┴── stopped ───────┘
 *
 * Stopped (stop condition, limits, Ctrl-C) means healing at once, whatever is still being looked for (R11).
 *
 * Faults may overlap. All of them must have settled, or given up, before the stack goes down: the first failure is reported only then,
 * because tearing the stack down under a fault that is still being injected is how faults are left behind.
 */

import { parseDurationMs } from "../../base/duration.ts";
import { messageOf, RoadworthyError } from "../../base/error.ts";
import { dice } from "../../base/random.ts";
import { every, nowUs, timeoutSignal, waitUntil, type InstantUs } from "../../base/time.ts";
import type { FaultMoment, Witness } from "../../log/event.ts";
import type { EventWriter } from "../../log/writer.ts";
import { isManual } from "../../scenario/drill/manual.ts";
import { placeOfFault } from "../../scenario/fault.ts";
import { refusal, type Disturbance } from "../../scenario/compose/blast-radius.ts";
import type { Limits } from "../../scenario/scenario.ts";
import type { PlannedStep } from "../../scenario/timeline.ts";
import type { ActiveFault } from "../faults/fault.ts";
import { injectFault, unavailableFault } from "../faults/index.ts";
import type { Stack } from "../stack/stack.ts";
import type { RepairTimes } from "./drill/operations.ts";

/** How long a fault's effect, and the end of it, are looked for. */
const witnessWithinMs = 20_000;
/** How long a fault that people attend to lasts without a further renewal, and how often there is one. */
const attendedMs = 3_000;
const renewEveryMs = 750;

export interface StepsContext {
  stack: Stack;
  log: EventWriter;
  seed: number;
  startUs: InstantUs;
  signal: AbortSignal;
  limits: Limits;
  /** Does what the step has for it when its hold is over. Answers why that did not work, or null, and rejects when it is stopped. */
  repair: (planned: PlannedStep, times: RepairTimes) => Promise<string | null>;
  /** Has people look at it once it is healed. */
  verify: (planned: PlannedStep, times: RepairTimes) => Promise<void>;
  /** Ends all faults, and the scenario with them. */
  stop: (error: RoadworthyError) => void;
  /** Keeps what the nodes printed and what became of them, from then on until now. Takes a moment, and never rejects. */
  leaveEvidence: (fault: string, fromUs: InstantUs) => Promise<void>;
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
  const scene: Scene = { ...context, present: new Map(), active: new Set() };
  const ended = await Promise.allSettled(steps.map((planned) => live(planned, scene)));
  const failed = ended.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

/** What the faults of a scenario know of one another. */
interface Scene extends StepsContext {
  /** From before the injection until after the healing: what counts against the limits. */
  present: Map<string, Disturbance>;
  /** Injected and not yet healed: what is shown. */
  active: Set<string>;
}

type Note = (moment: FaultMoment, atUs?: InstantUs) => void;

async function live(planned: PlannedStep, scene: Scene): Promise<void> {
  const { step } = planned;
  const note: Note = (moment, atUs = nowUs()) => {
    scene.log.write({ type: "fault", at: atUs, id: step.id, kind: step.fault.kind, on: placeOfFault(step.fault), ...moment });
  };
  await waitUntil(scene.startUs + planned.injectAtMs * 1000, scene.signal);
  scene.log.sync();
  admit(planned, scene, note);
  const fromUs = nowUs();
  try {
    const healed = await throughHold(planned, scene, note);
    if (healed === null) return;
    const { fault, times } = healed;
    const settled = watchFor(fault.untilHealed(limited(scene.signal)), (witness) => note({ stage: "settled", witness }));
    const ended = await Promise.allSettled([settled, times === null ? null : scene.verify(planned, times)]);
    const failed = ended.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  } finally {
    await scene.leaveEvidence(step.id, fromUs);
  }
}

/** Asked again here, although the plan was checked: a healing may take longer than planned. */
function admit({ step, injectAtMs, healAtMs }: PlannedStep, scene: Scene, note: Note): void {
  const links = scene.stack.target.links;
  const why = refusal({ id: step.id, fault: step.fault, holdMs: healAtMs - injectAtMs }, [...scene.present.values()], { limits: scene.limits, links });
  if (why !== null) {
    note({ stage: "failed", why });
    const error = new RoadworthyError("stopped", `fault "${step.id}" was not injected: ${why}`, { hint: "leave more time between the faults, or raise the limits if this is what you want", where: step.id });
    scene.stop(error);
    throw error;
  }
  scene.present.set(step.id, { id: step.id, fault: step.fault });
}

interface Healed {
  fault: ActiveFault;
  /** Of its repair, where it had one. */
  times: RepairTimes | null;
}

/** Answers with the fault once it is healed; null when its repair did not work. */
async function throughHold(planned: PlannedStep, scene: Scene, note: Note): Promise<Healed | null> {
  const { step } = planned;
  try {
    const fault = await injected(planned, scene, note);
    scene.active.add(step.id);
    scene.onChange(scene.active, `fault ${step.id} injected: ${step.fault.kind} on ${placeOfFault(step.fault)}`);
    const looking = new AbortController();
    const felt = watchFor(fault.untilActive(limited(AbortSignal.any([scene.signal, looking.signal]))), (witness) => note({ stage: "felt", witness }));
    let times: RepairTimes | null = null;
    let healed = true;
    try {
      await unlessStopped(scene.signal, Promise.all([changed(fault, planned, { scene, note }), felt]));
      // What is stopped goes down as it is.
      if (step.repair !== undefined && !scene.signal.aborted) times = { injected: fault.injected, untilUs: nowUs() + parseDurationMs(step.repair.within) * 1000 };
    } finally {
      looking.abort(new Error("it was healed before its effect was seen"));
      healed = await heal(fault, { note, repair: times === null ? null : repairer({ fault, planned, times }, scene) });
      await felt;
      scene.active.delete(step.id);
      scene.onChange(scene.active, `fault ${step.id} ${healed ? "healed" : "ended, and not repaired"}`);
    }
    return healed ? { fault, times } : null;
  } finally {
    scene.present.delete(step.id);
  }
}

async function injected(planned: PlannedStep, context: StepsContext, note: Note): Promise<ActiveFault> {
  const { step } = planned;
  try {
    const fault = await injectFault(step.fault, context.stack, {
      holdMs: planned.healAtMs - planned.injectAtMs,
      ...(needsPeople(planned) ? { leaseMs: planned.repairAtMs - planned.injectAtMs + attendedMs } : {}),
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

/** Makes the fault's changes at their times and resolves when it is to be repaired and healed. */
async function changed(fault: ActiveFault, planned: PlannedStep, { scene, note }: { scene: Scene; note: Note }): Promise<void> {
  const atUs = (ms: number): InstantUs => scene.startUs + ms * 1000;
  try {
    for (const change of fault.changes) {
      await waitUntil(atUs(planned.injectAtMs + change.afterMs), scene.signal);
      const beganUs = nowUs();
      await change.act();
      note({ stage: "changed", beganUs, endedUs: nowUs(), to: change.to });
    }
    await waitUntil(atUs(planned.repairAtMs), scene.signal);
  } catch (error) {
    // A stop heals while a change may be under way: what that one meets is of no interest.
    if (scene.signal.aborted) return;
    note({ stage: "failed", why: messageOf(error) });
    throw error;
  }
}

/** Resolves with the work, or as soon as the run is stopped; whoever works has to notice that by himself. */
async function unlessStopped(signal: AbortSignal, work: Promise<unknown>): Promise<void> {
  const { promise: stopped, resolve } = Promise.withResolvers<void>();
  const stop = (): void => resolve();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    await Promise.race([stopped, work]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Answers false when the repair did not work: then it does not count as healed. */
async function heal(fault: ActiveFault, { note, repair }: { note: Note; repair: (() => Promise<string | null>) | null }): Promise<boolean> {
  note({ stage: "healing" });
  let beganUs = nowUs();
  let unrepaired: string | null = null;
  try {
    await using _held = fault;
    if (repair !== null) unrepaired = await repair();
    beganUs = nowUs();
  } catch (error) {
    note({ stage: "failed", why: messageOf(error) });
    throw error;
  }
  const act = { beganUs, endedUs: nowUs() };
  note(unrepaired === null ? { stage: "healed", ...act } : { stage: "unrepaired", ...act, why: unrepaired });
  return unrepaired === null;
}

/**
 * People may take their time, and nobody grants a lease for all of it at once: as long as they are attended to, it is renewed a few seconds at a time, and without
 * us it ends (R5).
 */
function repairer({ fault, planned, times }: { fault: ActiveFault; planned: PlannedStep; times: RepairTimes }, scene: Scene): () => Promise<string | null> {
  return async () => {
    if (!needsPeople(planned)) return await scene.repair(planned, times);
    let isOver = false;
    const renew = async (): Promise<void> => {
      try {
        await fault.renew(Math.min(attendedMs, (times.untilUs - nowUs()) / 1000 + renewEveryMs));
      } catch (error) {
        if (!isOver) scene.stop(new RoadworthyError("stopped", `fault "${planned.step.id}" cannot be held any longer: ${messageOf(error)}`, { hint: "raise limits.longestFault, or give people less time", where: planned.step.id }));
      }
    };
    using _renewing = every(renewEveryMs, () => void renew());
    try {
      return await scene.repair(planned, times);
    } finally {
      isOver = true;
    }
  };
}

function needsPeople({ step }: PlannedStep): boolean {
  return step.repair?.steps.some(isManual) === true;
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
