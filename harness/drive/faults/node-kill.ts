/** SIGKILL of a node with all of its processes, as the kernel does it when memory runs out. */

import type { FaultSpec } from "../../scenario/fault.ts";
import type { ProcessIdentity } from "../supervisor/protocol.ts";
import { carryOut, notPossible } from "./active-fault.ts";
import type { Fault } from "./fault.ts";
import { areGone, childrenOf, readyAgain, startAll, unavailableNode, unavailableProcesses } from "./node.ts";

export const nodeKill: Fault<Extract<FaultSpec, { kind: "node-kill" }>> = {
  about: {
    does: "kills all processes of the node with SIGKILL",
    undo: "starts the node's processes that do not run, which its restart policy may have done before",
    felt: "the processes, known by pid and start time, are gone",
    settled: "the node is ready by its own check",
  },
  unavailable: ({ node }, stack) => unavailableNode(node, stack) ?? unavailableProcesses(),
  inject: async ({ node }, stack, context) => {
    const children = childrenOf(node, stack);
    const victims: ProcessIdentity[] = (await Promise.all(children.map((child) => stack.supervisor.processes(child)))).flat();
    if (victims.length === 0) throw notPossible(`${node} has no process to kill`);
    return await carryOut(stack, context, {
      undos: startAll(node, stack),
      act: async () => {
        await Promise.all(children.map((child) => stack.supervisor.kill(child)));
      },
      felt: async () => areGone(victims),
      settled: () => readyAgain(node, stack),
    });
  },
};
