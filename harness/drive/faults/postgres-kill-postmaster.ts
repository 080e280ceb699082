/** SIGKILL of PostgreSQL's first process alone: nobody restarts its other processes, which notice that they are orphans and end. */

import type { FaultSpec } from "../../scenario/fault.ts";
import { isAlive } from "../supervisor/system/processes.ts";
import { areGone } from "../stack/process-acts.ts";
import { carryOut, notPossible } from "./active-fault.ts";
import type { Fault } from "./fault.ts";
import { readyAgain, unavailableProcesses } from "./node.ts";
import { unavailableStore } from "./store.ts";

export const postgresKillPostmaster: Fault<Extract<FaultSpec, { kind: "postgres-kill-postmaster" }>> = {
  about: {
    does: "kills PostgreSQL's first process alone; the others notice and end",
    undo: "starts the node's process when it does not run, which its restart policy may have done before",
    felt: "the first process and all that it had started are gone",
    settled: "the node is ready by its own check",
  },
  unavailable: ({ node }, stack) => unavailableStore(node, "postgres", stack) ?? unavailableProcesses(node, stack),
  inject: async ({ node }, stack, context) => {
    const [[postmaster, ...others] = []] = await stack.acts.processes(node);
    if (postmaster === undefined) throw notPossible(`${node} has no process to kill`);
    const { pid, startTicks } = postmaster;
    return await carryOut(stack, context, {
      undos: await stack.acts.bringBack(node),
      act: () => stack.acts.signal({ pid, startTicks }, "SIGKILL"),
      felt: async () => (others.some(isAlive) || isAlive(postmaster) ? null : `${areGone([postmaster]) ?? ""}, and the ${others.length} that it had started`),
      settled: () => readyAgain(node, stack),
    });
  },
};
