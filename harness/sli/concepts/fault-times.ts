/** The instants of each fault of a scenario, from injected to settled. */

import type { InstantUs } from "../../base/time.ts";
import type { FaultMoment, LogEvent, Witness } from "../../log/event.ts";

/** An act with a beginning and an end: it took effect somewhere between. */
export interface Act {
  beganUs: InstantUs;
  endedUs: InstantUs;
}

export interface FaultTimes {
  id: string;
  kind: string;
  on: string;
  injected: Act | null;
  feltUs: InstantUs | null;
  felt: Witness | null;
  healingUs: InstantUs | null;
  healed: Act | null;
  settledUs: InstantUs | null;
  settled: Witness | null;
  failed: string | null;
  /** What was to repair it did not work, or nobody came: it was ended by the run then. */
  unrepaired: (Act & { why: string }) | null;
  /** It was healed, and nobody came to verify it. */
  unverified: string | null;
}

export class FaultLog {
  readonly #faults = new Map<string, FaultTimes>();

  step(event: LogEvent): void {
    if (event.type === "manual" && event.stage === "late" && event.part === "verify") this.#unverified(event.id, `${event.text} (${event.owner})`);
    if (event.type !== "fault") return;
    const fault = this.#faults.get(event.id) ?? unknownFault(event);
    this.#faults.set(event.id, fault);
    note(fault, event.at, event);
  }

  #unverified(id: string, what: string): void {
    const fault = this.#faults.get(id);
    if (fault !== undefined) fault.unverified = what;
  }

  /** In order of their first event. */
  get all(): readonly FaultTimes[] {
    return [...this.#faults.values()];
  }
}

/** Why the fault cannot be believed to have been in effect, or null when it can. */
export function invalidFault(fault: FaultTimes): string | null {
  if (fault.failed !== null) return `fault ${fault.id} failed: ${fault.failed}`;
  if (fault.injected === null) return `fault ${fault.id} was never injected`;
  if (fault.felt === null) return `the effect of fault ${fault.id} was not confirmed`;
  return fault.felt.seen ? null : `the effect of fault ${fault.id} was not confirmed: ${fault.felt.what}`;
}

/** Why nothing good can be told of the fault, or null: it was not in effect, or what a drill has people do about it was not done. */
export function unconfirmedFault(fault: FaultTimes): string | null {
  if (fault.unrepaired !== null) return `fault ${fault.id} was not repaired: ${fault.unrepaired.why}`;
  return invalidFault(fault) ?? (fault.unverified === null ? null : `nobody has verified in time that fault ${fault.id} was repaired: ${fault.unverified}`);
}

/** The middle of an act, and half its width: how far off the middle may be. */
export function middle(act: Act): { atUs: InstantUs; uncertaintyUs: number } {
  return { atUs: (act.beganUs + act.endedUs) / 2, uncertaintyUs: (act.endedUs - act.beganUs) / 2 };
}

/** A fault of which nothing is known yet. */
export function unknownFault({ id, kind, on }: { id: string; kind: string; on: string }): FaultTimes {
  return { id, kind, on, injected: null, feltUs: null, felt: null, healingUs: null, healed: null, settledUs: null, settled: null, failed: null, unrepaired: null, unverified: null };
}

function note(fault: FaultTimes, atUs: InstantUs, moment: FaultMoment): void {
  switch (moment.stage) {
    case "injected":
      fault.injected = { beganUs: moment.beganUs, endedUs: moment.endedUs };
      return;
    case "felt":
      fault.felt = moment.witness;
      fault.feltUs = atUs;
      return;
    case "changed":
      return;
    case "healing":
      fault.healingUs = atUs;
      return;
    case "healed":
      fault.healed = { beganUs: moment.beganUs, endedUs: moment.endedUs };
      return;
    case "settled":
      fault.settled = moment.witness;
      fault.settledUs = atUs;
      return;
    case "unrepaired":
      fault.unrepaired = { beganUs: moment.beganUs, endedUs: moment.endedUs, why: moment.why };
      return;
    case "failed":
      fault.failed = moment.why;
  }
}
