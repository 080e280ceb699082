/** SIGSTOP of processes of a node: they keep their connections and their locks, and do nothing. The outage that no closed connection tells of. */

import type { FaultSpec } from "../../scenario/fault.ts";
import { isAlive, isStopped } from "../supervisor/system/processes.ts";
import { carryOut } from "./active-fault.ts";
import type { Fault } from "./fault.ts";
import { unavailableProcesses } from "./node.ts";
import { choose } from "./processes.ts";

export const processPause: Fault<Extract<FaultSpec, { kind: "process-pause" }>> = {
  about: {
    does: "stops processes of the node where they are, with SIGSTOP; chosen as by `process-kill`",
    undo: "lets each of them go on, by pid and start time, with SIGCONT",
    felt: "the kernel shows the processes as stopped",
    settled: "the kernel shows none of them as stopped",
  },
  unavailable: ({ node }, stack) => unavailableProcesses(node, stack),
  inject: async (spec, stack, context) => {
    const { victims } = await choose(spec, stack, context.roll);
    const processes = victims.map(({ pid, startTicks }) => ({ pid, startTicks }));
    const named = processes.map(({ pid }) => `process ${pid}`).join(", ");
    return await carryOut(stack, context, {
      undos: processes.map((process) => ({ do: "signal", process, signal: "SIGCONT" })),
      act: async () => {
        await Promise.all(processes.map((process) => stack.acts.signal(process, "SIGSTOP")));
      },
      felt: async () => (processes.every(isStopped) ? `stopped: ${named}` : null),
      settled: async () => (processes.some(isStopped) ? null : `going on: ${processes.filter(isAlive).length} of ${named}`),
    });
  },
};
