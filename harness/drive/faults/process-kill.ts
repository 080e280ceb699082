/** SIGKILL of processes that a node started itself, such as workers under their supervisor. The node is expected to replace them. */

import { sample } from "../../base/random.ts";
import type { FaultSpec } from "../../scenario/fault.ts";
import type { Stack } from "../stack/stack.ts";
import type { SessionProcess } from "../supervisor/protocol.ts";
import { carryOut, notPossible } from "./active-fault.ts";
import type { Fault } from "./fault.ts";
import { areGone, childrenOf, unavailableNode, unavailableProcesses } from "./node.ts";

export const processKill: Fault<Extract<FaultSpec, { kind: "process-kill" }>> = {
  about: {
    does: "kills processes of the node whose command line contains a text; which ones, the seed decides",
    undo: "nothing: the node replaces them by itself",
    felt: "the processes, known by pid and start time, are gone",
    settled: "as many such processes run as before",
  },
  unavailable: ({ node }, stack) => unavailableNode(node, stack) ?? unavailableProcesses(),
  inject: async ({ node, command, count }, stack, context) => {
    const before = await matching(node, command, stack);
    const wanted = count === "all" ? before.length : count;
    if (before.length === 0 || before.length < wanted) {
      throw notPossible(`${node} runs ${before.length} processes with "${command}" in their command line, and ${count === "all" ? "one at least" : wanted} should be killed`);
    }
    const victims = sample(context.roll, before, wanted);
    return await carryOut(stack, context, {
      undos: [{ do: "nothing" }],
      act: async () => {
        await Promise.all(victims.map(({ pid, startTicks }) => stack.supervisor.signal({ pid, startTicks }, "SIGKILL")));
      },
      felt: async () => areGone(victims),
      settled: async () => {
        const now = await matching(node, command, stack);
        return now.length >= before.length ? `${now.length} processes with "${command}" run again` : null;
      },
    });
  },
};

/** Oldest first, so that the same seed picks the same ones. The node's own first process is not among them. */
async function matching(node: string, command: string, stack: Stack): Promise<SessionProcess[]> {
  const found = await Promise.all(childrenOf(node, stack).map(async (child) => (await stack.supervisor.processes(child)).slice(1)));
  return found
    .flat()
    .filter((process) => process.command.includes(command))
    .toSorted((a, b) => a.startTicks - b.startTicks || a.pid - b.pid);
}
