/** Transactions may only read, as on a standby that nobody has promoted. */

import type { FaultSpec } from "../../scenario/fault.ts";
import { carryOut } from "./active-fault.ts";
import type { Fault } from "./fault.ts";
import { undoOfRestore } from "./restore/order.ts";
import { askAsClient, askAsSuperuser, childOfStore, postgresDoor, refusedWith, superuserOf, unavailableSuperuser, worksAgain } from "./store.ts";

const setting = "default_transaction_read_only";
/** A write that leaves nothing behind where it is allowed. */
const write = "begin; create table roadworthy_witness (); rollback";

export const postgresReadOnly: Fault<Extract<FaultSpec, { kind: "postgres-read-only" }>> = {
  about: {
    does: `sets \`${setting}\` for all sessions, also for those that are there`,
    undo: "resets it and reloads; where the server does not run, takes it out of its file",
    felt: "a write of the target's user on a fresh connection is refused",
    settled: "a write of the target's user on a fresh connection is taken (and rolled back)",
  },
  unavailable: ({ node }, stack) => {
    const spec = stack.nodes.get(node)?.spec;
    const fixed = spec?.kind === "postgres" && Object.hasOwn(spec.settings, setting);
    return unavailableSuperuser(node, stack) ?? (fixed ? `the target itself sets ${setting} of "${node}"` : null);
  },
  inject: async ({ node }, stack, context) => {
    const superuser = superuserOf(node, stack);
    const { address, login } = postgresDoor(node, stack);
    const [[value = "off"] = []] = await askAsSuperuser(`show ${setting}`, node, stack);
    const order = { restore: "postgres-setting", address, database: login.database, ...superuser, dataFolder: stack.nodes.get(node)?.store?.folder ?? null, name: setting, value } as const;
    return await carryOut(stack, context, {
      undos: [undoOfRestore(order, childOfStore(node, stack))],
      act: async () => {
        await askAsSuperuser(`alter system set ${setting} = on`, node, stack);
        await askAsSuperuser("select pg_reload_conf()", node, stack);
      },
      felt: () => refusedWith(/read-only transaction/, () => askAsClient(write, node, stack)),
      settled: () => worksAgain(`a fresh connection to ${node} may write`, () => askAsClient(write, node, stack)),
    });
  },
};
