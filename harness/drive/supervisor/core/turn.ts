/** One turn of the reducer while it is being worked out: the state so far and the effects so far. Lives only inside one call of `reduce`. */

import type { InstantUs } from "../../../base/time.ts";
import type { ChildState, Effect, Failure, LeaseState, SupervisorEvent, SupervisorState } from "./state.ts";

export interface Turn {
  state: SupervisorState;
  readonly effects: Effect[];
  /** Events that this one leads to at once. */
  readonly followUps: SupervisorEvent[];
  readonly atUs: InstantUs;
}

export function update(turn: Turn, change: Partial<SupervisorState>): void {
  turn.state = { ...turn.state, ...change };
}

export function setChild(turn: Turn, id: string, child: ChildState): void {
  update(turn, { children: new Map(turn.state.children).set(id, child) });
}

export function setLease(turn: Turn, id: string, lease: LeaseState): void {
  update(turn, { leases: new Map(turn.state.leases).set(id, lease) });
}

export function nextOrder(turn: Turn): number {
  const order = turn.state.order + 1;
  update(turn, { order });
  return order;
}

export function reply(turn: Turn, id: number, value: unknown = null): void {
  turn.effects.push({ effect: "reply", id, value });
}

export function refuse(turn: Turn, id: number, failure: Failure): void {
  turn.effects.push({ effect: "refuse", id, failure });
}
