/** No connection is left for a new client; clients that have theirs go on. */

import type { FaultSpec } from "../../scenario/fault.ts";
import type { Fault } from "./fault.ts";
import { carryOutHeld } from "./holder.ts";
import { askAsClient, postgresDoor, refusedWith, unavailableStore, worksAgain } from "./store.ts";

export const postgresConnectionsExhausted: Fault<Extract<FaultSpec, { kind: "postgres-connections-exhausted" }>> = {
  about: {
    does: "takes all connections that PostgreSQL gives to ordinary users, and those that become free",
    undo: "kills the process that has them",
    felt: "a fresh connection of the target's user is refused for want of connections",
    settled: "a fresh connection of the target's user is answered",
  },
  unavailable: ({ node }, stack) => unavailableStore(node, "postgres", stack),
  inject: ({ node }, stack, context) =>
    carryOutHeld(stack, context, {
      orders: [{ hold: "connections", ...postgresDoor(node, stack) }],
      felt: () => refusedWith(/too many clients|remaining connection slots|too many connections/, () => askAsClient("select 1", node, stack)),
      settled: () => worksAgain(`a fresh connection to ${node} was answered`, () => askAsClient("select 1", node, stack)),
    }),
};
