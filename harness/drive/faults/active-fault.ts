/** The part of a fault's life that all kinds share: undos leased before the act, two stamps around it, watching, and release. */

import { messageOf, RoadworthyError } from "../../base/error.ts";
import { nowUs, poll } from "../../base/time.ts";
import type { Witness } from "../../log/event.ts";
import type { Stack } from "../stack/stack.ts";
import type { Lease } from "../supervisor/client.ts";
import type { Undo } from "../supervisor/protocol.ts";
import type { ActiveFault, FaultChange, InjectContext } from "./fault.ts";

export interface FaultActs {
  /** One for each thing that is disturbed; on disk before anything is done. */
  readonly undos: readonly Undo[];
  /** Carried out once those have been, because they need the healing: a server that is to start where there was no space. */
  readonly afterwards?: readonly Undo[];
  readonly act: () => Promise<void>;
  /** What shows the effect, or null as long as nothing does; asked again and again. */
  readonly felt: () => Promise<string | null>;
  readonly settled: () => Promise<string | null>;
  readonly changes?: readonly FaultChange[];
}

/** The supervisor heals by itself this long after the fault should have been healed (R5). */
const leaseMarginMs = 2_000;
const afterwardsMs = 500;
const lookEveryMs = 50;

/** When the act fails, it is undone before this rejects. */
export async function carryOut(stack: Stack, { holdMs, leaseMs = holdMs, signal }: InjectContext, acts: FaultActs): Promise<ActiveFault> {
  const leases: Lease[] = [];
  const later: Lease[] = [];
  const release = async (): Promise<void> => {
    // Newest first; one that cannot be healed does not keep the others from it.
    const ended = [...(await Promise.allSettled(leases.toReversed().map((lease) => lease.release()))), ...(await Promise.allSettled(later.map((lease) => lease.release())))];
    const failed = ended.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  };
  try {
    for (const undo of acts.afterwards ?? []) later.push(await stack.supervisor.lease(undo, leaseMs + leaseMarginMs + afterwardsMs));
    for (const undo of acts.undos) leases.push(await stack.supervisor.lease(undo, leaseMs + leaseMarginMs));
    signal.throwIfAborted();
    const beganUs = nowUs();
    await acts.act();
    const injected = { beganUs, endedUs: nowUs() };
    return {
      injected,
      changes: acts.changes ?? [],
      renew: async (againMs) => {
        await Promise.all([...later.map((lease) => lease.renew(againMs + afterwardsMs)), ...leases.map((lease) => lease.renew(againMs))]);
      },
      untilActive: (until) => watch(acts.felt, until),
      untilHealed: (until) => watch(acts.settled, until),
      [Symbol.asyncDispose]: release,
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Rejects with the signal's reason when nothing is seen before. */
async function watch(look: () => Promise<string | null>, signal: AbortSignal): Promise<Witness> {
  const what = await poll(async () => (await look()) ?? undefined, { intervalMs: lookEveryMs, deadlineUs: Number.POSITIVE_INFINITY, signal });
  return { seen: what !== undefined, what: what ?? "nothing was seen" };
}

/** How an attempt ended and how long it took; what it is rejected with is an answer here, not an error. */
export async function tryOut(attempt: () => Promise<void>): Promise<{ tookMs: number; problem: string | null }> {
  const beganUs = nowUs();
  try {
    await attempt();
    return { tookMs: (nowUs() - beganUs) / 1000, problem: null };
  } catch (error) {
    return { tookMs: (nowUs() - beganUs) / 1000, problem: messageOf(error) };
  }
}

export function notPossible(message: string): RoadworthyError {
  return new RoadworthyError("fault-unavailable", message, { hint: "see the target's nodes, and what runs in them" });
}
