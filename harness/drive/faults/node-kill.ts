/** SIGKILL of a node with all of its processes, as the kernel does it when memory runs out. */

import type { FaultSpec } from "../../scenario/fault.ts";
import { carryOut } from "./active-fault.ts";
import type { Fault } from "./fault.ts";
import { readyAgain, unavailableNode } from "./node.ts";

export const nodeKill: Fault<Extract<FaultSpec, { kind: "node-kill" }>> = {
  about: {
    does: "kills all processes, or containers, of the node with SIGKILL",
    undo: "starts those of the node that do not run, which its restart policy may have done before",
    felt: "the processes or containers, known by their starts, are gone",
    settled: "the node is ready by its own check",
  },
  unavailable: ({ node }, stack) => unavailableNode(node, stack) ?? (stack.containers === null ? stack.acts.noProcesses : null),
  inject: async ({ node }, stack, context) => {
    const killing = await stack.acts.ending(node, "killed", context.holdMs);
    return await carryOut(stack, context, { ...killing, settled: () => readyAgain(node, stack) });
  },
};
