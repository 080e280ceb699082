/** A disaster: a store is gone with all that it had. Nothing undoes that; the repair of its step brings back what was backed up. */

import type { FaultSpec } from "../../scenario/fault.ts";
import { nodeAccess, nodeAddress } from "../stack/address.ts";
import { languageOf, roundTrip } from "../stack/round-trip.ts";
import { carryOut, tryOut } from "./active-fault.ts";
import type { Fault } from "./fault.ts";
import { readyAgain, unavailableNode } from "./node.ts";

const answerWithinMs = 500;

export const storeDestroy: Fault<Extract<FaultSpec, { kind: "store-destroy" }>> = {
  about: {
    does: "ends the store at once and deletes all of its data, which the run itself has made; destructive, only with `destructive: true`",
    undo: "nothing: the step's `repair` restores it before it counts as healed",
    felt: "the store does not answer, and its folder is empty; its containers are gone with their volumes",
    settled: "the node is ready by its own check",
  },
  unavailable: ({ node }, stack) => {
    const { volume = null, whyNoVolume = `"${node}" is none` } = stack.nodes.get(node) ?? {};
    return unavailableNode(node, stack) ?? (volume !== null ? null : `only the data of a store that this run has made may be destroyed: ${whyNoVolume}`);
  },
  inject: ({ node }, stack, context) =>
    carryOut(stack, context, {
      undos: [{ do: "nothing" }],
      act: async () => {
        await stack.nodes.get(node)?.volume?.destroy();
      },
      felt: async () => {
        // In its own language: a relay in between accepts connections for as long as it looks for what is gone.
        const { problem } = await tryOut(() => roundTrip(languageOf(nodeAccess(stack.addresses, node)), nodeAddress(stack.addresses, node), answerWithinMs));
        const gone = (await stack.nodes.get(node)?.volume?.gone()) ?? null;
        return problem === null || gone === null ? null : `${node} does not answer (${problem}), and ${gone}`;
      },
      settled: () => readyAgain(node, stack),
    }),
};
