/** Busy processes beside a node, as by a neighbour on the same machine. They end by themselves when nobody ends them. */

import type { FaultSpec } from "../../scenario/fault.ts";
import { isAlive, processFacts } from "../supervisor/system/processes.ts";
import type { Fault } from "./fault.ts";
import { carryOutHeld } from "./holder.ts";
import { areGone } from "../stack/process-acts.ts";
import { unavailableProcesses } from "./node.ts";
import type { HoldOrder } from "./hold/order.ts";

/** Busy for longer than the fault is held, so that it is its healing that ends them. */
const beyondMs = 10_000;
/** Processor time by which a process is seen to be busy: a tick is 10 ms on Linux. */
const busyTicks = 10;

export const cpuHog: Fault<Extract<FaultSpec, { kind: "cpu-hog" }>> = {
  about: {
    does: "runs `processes` busy processes beside the node, each on as much of a core as it gets",
    undo: "kills them, by pid and start time; they would end by themselves 10 s after the fault's time",
    felt: "each of them has used 100 ms of processor time more than before",
    settled: "they are gone",
  },
  unavailable: ({ node }, stack) => unavailableProcesses(node, stack),
  inject: ({ processes }, stack, context) => {
    const order: HoldOrder = { hold: "processor", forMs: Math.max(0, context.holdMs) + beyondMs };
    const usedAtFirst = new Map<number, number>();
    return carryOutHeld(stack, context, {
      orders: Array.from({ length: processes }, () => order),
      felt: async (holders) => {
        const used = holders.map(({ pid }) => {
          const now = processFacts(pid)?.usedTicks ?? 0;
          const first = usedAtFirst.get(pid) ?? now;
          usedAtFirst.set(pid, first);
          return now - first;
        });
        return used.every((ticks) => ticks >= busyTicks) ? `${used.length} processes used ${used.map((ticks) => ticks * 10).join(", ")} ms of processor time` : null;
      },
      settled: async (holders) => (holders.some(isAlive) ? null : areGone(holders)),
    });
  },
};
