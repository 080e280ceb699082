/** SIGKILL of processes of a node, such as workers under their supervisor. The node is expected to replace them. */

import type { FaultSpec } from "../../scenario/fault.ts";
import type { Fault } from "./fault.ts";
import { unavailableProcesses } from "./node.ts";
import { endChosen } from "./processes.ts";

export const processKill: Fault<Extract<FaultSpec, { kind: "process-kill" }>> = {
  about: {
    does: "kills processes of the node, those whose command line contains `command`; which `count` of them, the seed decides",
    undo: "nothing: the node replaces them by itself; with `first`, starts the node's processes that do not run",
    felt: "the processes, known by pid and start time, are gone",
    settled: "as many such processes run as before; with `first`, the node is ready as well",
  },
  unavailable: ({ node }, stack) => unavailableProcesses(node, stack),
  inject: (spec, stack, context) => endChosen(spec, "SIGKILL", { stack, context }),
};
