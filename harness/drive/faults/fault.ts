/**
 * The life of a fault: undo journalled → inject → felt (witness) → hold → heal → healed (witness) → settled.
 * "Injected" and "felt" are different instants; recovery time needs both.
 */

import type { Dice } from "../../base/random.ts";
import type { InstantUs } from "../../base/time.ts";
import type { Witness } from "../../log/event.ts";
import type { Stack } from "../stack/stack.ts";

/** A fault in effect. Disposing it heals it, through the supervisor; disposing twice is harmless. */
export interface ActiveFault extends AsyncDisposable {
  /** The act's two stamps; their width is the uncertainty of the injection. */
  readonly injected: { beganUs: InstantUs; endedUs: InstantUs };
  /** Resolve once the system can feel it, and once it no longer does. They only watch, never act. */
  untilActive(signal: AbortSignal): Promise<Witness>;
  untilHealed(signal: AbortSignal): Promise<Witness>;
  /** What is to be done to it while it is held, in order: the stages of a ramp. Its undo stays the same. */
  readonly changes: readonly FaultChange[];
  /** Its leases last so long from now on, at least. Rejects when they cannot. */
  renew(leaseMs: number): Promise<void>;
}

export interface FaultChange {
  /** From the injection. */
  readonly afterMs: number;
  /** What it becomes: "delay 150 ms". */
  readonly to: string;
  act(): Promise<void>;
}

export interface InjectContext {
  /** How long it is to be held; the lease is this plus 2 s. */
  holdMs: number;
  /** Where its leases are renewed while it is held: what they are granted for at first, in place of `holdMs`. */
  leaseMs?: number;
  roll: Dice;
  signal: AbortSignal;
}

export interface Fault<Spec> {
  /** One row of the README's table. */
  readonly about: { readonly does: string; readonly undo: string; readonly felt: string; readonly settled: string };
  /** Why this fault cannot run against this stack, or null when it can. */
  unavailable(spec: Spec, stack: Stack): string | null;
  inject(spec: Spec, stack: Stack, context: InjectContext): Promise<ActiveFault>;
}
