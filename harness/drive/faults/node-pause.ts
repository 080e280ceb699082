/** The containers of a node are frozen: they keep their connections and do nothing, health checks included. Only for nodes in containers. */

import type { FaultSpec } from "../../scenario/fault.ts";
import { carryOut } from "./active-fault.ts";
import { callWithinMs, containersToChange, namesOf, unavailableContainers } from "./container.ts";
import type { Fault } from "./fault.ts";
import { readyAgain } from "./node.ts";

export const nodePause: Fault<Extract<FaultSpec, { kind: "node-pause" }>> = {
  about: {
    does: "freezes all containers of the node (`docker pause`)",
    undo: "lets them go on",
    felt: "the engine shows them as paused",
    settled: "the engine shows none of them as paused, and the node is ready by its own check",
  },
  unavailable: ({ node }, stack) => unavailableContainers(node, stack) ?? stack.containers?.powers.pause ?? null,
  inject: async ({ node }, stack, context) => {
    const { containers, found, undoTo } = await containersToChange(node, stack);
    return await carryOut(stack, context, {
      undos: found.map((container) => undoTo(container, { be: "going-on" })),
      act: async () => {
        await Promise.all(found.map(({ Id: id }) => containers.act(id, { path: "/containers/{id}/pause", done: [204], withinMs: callWithinMs })));
      },
      felt: async () => ((await containers.of(node)).every(({ State: { Paused: isPaused } }) => isPaused) ? `paused: ${namesOf(found)}` : null),
      settled: () => readyAgain(node, stack),
    });
  },
};
