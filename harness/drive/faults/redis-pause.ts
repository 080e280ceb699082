/** Redis accepts connections and commands, and answers none: its own `CLIENT PAUSE`, for all clients. */

import type { FaultSpec } from "../../scenario/fault.ts";
import { nodeAddress } from "../stack/address.ts";
import { roundTrip } from "../stack/round-trip.ts";
import { tryOut } from "./active-fault.ts";
import type { Fault } from "./fault.ts";
import { carryOutHeld } from "./holder.ts";
import { silentForMs } from "./link.ts";
import { commandRedis, unavailableStore, worksAgain } from "./store.ts";

/** A timer may fire a moment early by the clock that measures it. */
const timerSlackMs = 20;

export const redisPause: Fault<Extract<FaultSpec, { kind: "redis-pause" }>> = {
  about: {
    does: "pauses all clients of Redis, by a short `CLIENT PAUSE` that is renewed again and again",
    undo: "kills the process that renews it; the pause ends by itself within 1 s",
    felt: `a PING on a fresh connection gets no answer within ${silentForMs} ms`,
    settled: "a PING on a fresh connection is answered",
  },
  unavailable: ({ node }, stack) => unavailableStore(node, "redis", stack),
  inject: ({ node }, stack, context) =>
    carryOutHeld(stack, context, {
      orders: [{ hold: "redis-pause", address: nodeAddress(stack.addresses, node) }],
      felt: async () => {
        const { problem, tookMs } = await tryOut(() => roundTrip({ speak: "redis" }, nodeAddress(stack.addresses, node), silentForMs + timerSlackMs));
        return problem !== null && tookMs >= silentForMs ? `a fresh connection to ${node} got no answer within ${silentForMs} ms` : null;
      },
      settled: () => worksAgain(`a fresh connection to ${node} was answered`, () => commandRedis(["PING"], node, stack)),
    }),
};
