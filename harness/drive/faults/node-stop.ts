/** The node is stopped in an orderly way and stays down until it is healed. */

import type { FaultSpec } from "../../scenario/fault.ts";
import { carryOut } from "./active-fault.ts";
import type { Fault } from "./fault.ts";
import { readyAgain, unavailableNode } from "./node.ts";

export const nodeStop: Fault<Extract<FaultSpec, { kind: "node-stop" }>> = {
  about: {
    does: "stops the node in an orderly way, all of its processes or containers (a container that takes longer than half of the hold, or 10 s, is killed as `docker stop` does); with `mode: immediate`, PostgreSQL at once and without a checkpoint",
    undo: "starts those of the node that do not run",
    felt: "the node accepts no connection on any of its ports; its containers have ended",
    settled: "the node is ready by its own check",
  },
  unavailable: ({ node, mode }, stack) => {
    if (mode === "immediate" && stack.nodes.has(node) && stack.nodes.get(node)?.spec.kind !== "postgres") return `only PostgreSQL has an immediate stop; to end "${node}" at once, use node-kill`;
    return unavailableNode(node, stack);
  },
  inject: async ({ node, mode }, stack, context) => {
    const stopping = await stack.acts.ending(node, mode === "immediate" ? "at-once" : "orderly", context.holdMs);
    return await carryOut(stack, context, { ...stopping, settled: () => readyAgain(node, stack) });
  },
};
