/** The memory limit is reached: Redis reads and deletes, and refuses what would need memory. */

import { z } from "zod";
import type { FaultSpec } from "../../scenario/fault.ts";
import { nodeAddress } from "../stack/address.ts";
import type { Stack } from "../stack/stack.ts";
import { carryOut } from "./active-fault.ts";
import type { Fault } from "./fault.ts";
import { undoOfRestore } from "./restore/order.ts";
import { childOfStore, commandRedis, refusedWith, unavailableStore, worksAgain } from "./store.ts";

/** A command that Redis counts among those that need memory, and that changes nothing. */
const write = ["SETRANGE", "roadworthy:witness", "0", ""];
/** Below what any server uses. */
const limitBytes = "1";

export const redisMemoryFull: Fault<Extract<FaultSpec, { kind: "redis-memory-full" }>> = {
  about: {
    does: "sets `maxmemory` below what is used, with the policy `noeviction`",
    undo: "sets both to what they were",
    felt: "a write on a fresh connection is refused as out of memory",
    settled: "a write on a fresh connection is taken (it changes nothing)",
  },
  unavailable: ({ node }, stack) => unavailableStore(node, "redis", stack),
  inject: async ({ node }, stack, context) => {
    // The policy first, and back last: with any other one, keys would be thrown away.
    const names = ["maxmemory", "maxmemory-policy"];
    const settings = await Promise.all(names.map(async (name) => ({ name, value: await configOf(name, node, stack) })));
    const order = { restore: "redis-settings", address: nodeAddress(stack.addresses, node), settings } as const;
    return await carryOut(stack, context, {
      undos: [undoOfRestore(order, childOfStore(node, stack))],
      act: async () => {
        await commandRedis(["CONFIG", "SET", "maxmemory-policy", "noeviction"], node, stack);
        await commandRedis(["CONFIG", "SET", "maxmemory", limitBytes], node, stack);
      },
      felt: () => refusedWith(/^OOM/, () => commandRedis(write, node, stack)),
      settled: () => worksAgain(`${node} took a write`, () => commandRedis(write, node, stack)),
    });
  },
};

async function configOf(name: string, node: string, stack: Stack): Promise<string> {
  const [, value] = z.tuple([z.string(), z.string()]).parse(await commandRedis(["CONFIG", "GET", name], node, stack));
  return value;
}
