/** The node is stopped in an orderly way and stays down until it is healed. */

import type { FaultSpec } from "../../scenario/fault.ts";
import { nodeAccess } from "../stack/address.ts";
import { roundTrip } from "../stack/round-trip.ts";
import { carryOut, tryOut } from "./active-fault.ts";
import type { Fault } from "./fault.ts";
import { childrenOf, readyAgain, startAll, unavailableNode } from "./node.ts";

const connectWithinMs = 500;

export const nodeStop: Fault<Extract<FaultSpec, { kind: "node-stop" }>> = {
  about: {
    does: "stops the node in an orderly way, all of its processes; with `mode: immediate`, PostgreSQL at once and without a checkpoint",
    undo: "starts the node's processes that do not run",
    felt: "the node accepts no connection on any of its ports",
    settled: "the node is ready by its own check",
  },
  unavailable: ({ node, mode }, stack) => {
    if (mode === "immediate" && stack.nodes.has(node) && stack.nodes.get(node)?.spec.kind !== "postgres") return `only PostgreSQL has an immediate stop; to end "${node}" at once, use node-kill`;
    return unavailableNode(node, stack);
  },
  inject: ({ node, mode }, stack, context) =>
    carryOut(stack, context, {
      undos: startAll(node, stack),
      act: async () => {
        await Promise.all(childrenOf(node, stack).map((child) => stack.supervisor.stop(child, mode === "immediate" ? "SIGQUIT" : undefined)));
      },
      felt: async () => {
        const addresses = Object.values(nodeAccess(stack.addresses, node).ports);
        const tries = await Promise.all(addresses.map((address) => tryOut(() => roundTrip({ speak: "tcp" }, address, connectWithinMs))));
        const problems = tries.map((attempt) => attempt.problem);
        return problems.includes(null) ? null : `${node} does not accept connections: ${problems.join("; ")}`;
      },
      settled: () => readyAgain(node, stack),
    }),
};
