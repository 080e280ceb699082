/** SIGTERM of processes of a node: they are asked to end, as by a deployment, and the node is expected to replace them. */

import type { FaultSpec } from "../../scenario/fault.ts";
import type { Fault } from "./fault.ts";
import { unavailableProcesses } from "./node.ts";
import { endChosen } from "./processes.ts";

export const processTerminate: Fault<Extract<FaultSpec, { kind: "process-terminate" }>> = {
  about: {
    does: "asks processes of the node to end, with SIGTERM; chosen as by `process-kill`",
    undo: "nothing: the node replaces them by itself; with `first`, starts the node's processes that do not run, and anew a container that has not ended yet",
    felt: "the processes, known by pid and start time, have ended",
    settled: "as many such processes run as before; with `first`, the node is ready as well",
  },
  unavailable: ({ node }, stack) => unavailableProcesses(node, stack),
  inject: (spec, stack, context) => endChosen(spec, "SIGTERM", { stack, context }),
};
