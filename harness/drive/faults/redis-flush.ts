/** All keys are gone, as after an operator's slip. The one fault that nothing undoes: it has to be asked for by `destructive: true`. */

import type { FaultSpec } from "../../scenario/fault.ts";
import { carryOut } from "./active-fault.ts";
import type { Fault } from "./fault.ts";
import { readyAgain } from "./node.ts";
import { commandRedis, unavailableStore } from "./store.ts";

export const redisFlush: Fault<Extract<FaultSpec, { kind: "redis-flush" }>> = {
  about: {
    does: "deletes all keys of all databases with `FLUSHALL`; destructive, only with `destructive: true`",
    undo: "nothing: what is deleted does not come back",
    felt: "the server's own statistics count one more `FLUSHALL`",
    settled: "the node is ready by its own check",
  },
  unavailable: ({ node }, stack) => unavailableStore(node, "redis", stack),
  inject: async ({ node }, stack, context) => {
    const before = flushes(await commandRedis(["INFO", "commandstats"], node, stack));
    const keys = await commandRedis(["DBSIZE"], node, stack);
    return await carryOut(stack, context, {
      undos: [{ do: "nothing" }],
      act: async () => {
        await commandRedis(["FLUSHALL"], node, stack);
      },
      felt: async () => {
        const after = flushes(await commandRedis(["INFO", "commandstats"], node, stack));
        return after > before ? `${node} has deleted all keys; there were ${String(keys)} in its first database` : null;
      },
      settled: () => readyAgain(node, stack),
    });
  },
};

function flushes(info: unknown): number {
  return Number(/^cmdstat_flushall:calls=(\d+)/m.exec(String(info))?.[1] ?? 0);
}
