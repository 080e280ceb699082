/** Nobody reads or writes one table, as during a migration that rewrites it. */

import type { FaultSpec } from "../../scenario/fault.ts";
import type { Fault } from "./fault.ts";
import { carryOutHeld, holdWithinMs } from "./holder.ts";
import { askAsClient, postgresDoor, refusedWith, unavailableStore, worksAgain } from "./store.ts";

const lockWithinMs = 300;

export const postgresTableLock: Fault<Extract<FaultSpec, { kind: "postgres-table-lock" }>> = {
  about: {
    does: "holds an ACCESS EXCLUSIVE lock on the table",
    undo: "kills the process whose transaction has the lock",
    felt: `a fresh connection that reads the table waits for the lock for ${lockWithinMs} ms`,
    settled: "a fresh connection reads the table",
  },
  unavailable: ({ node }, stack) => unavailableStore(node, "postgres", stack),
  inject: ({ node, table }, stack, context) => {
    const read = (): Promise<unknown> => askAsClient(`set lock_timeout = ${lockWithinMs}; select 1 from ${table.split(".").map((part) => `"${part}"`).join(".")} limit 0`, node, stack);
    return carryOutHeld(stack, context, {
      orders: [{ hold: "table-lock", ...postgresDoor(node, stack), table, withinMs: holdWithinMs }],
      felt: () => refusedWith(/lock timeout/, read),
      settled: () => worksAgain(`a fresh connection read ${table}`, read),
    });
  },
};
