/** SIGKILL of one server process of PostgreSQL, as the kernel does it when memory runs out: all sessions end, and the server recovers. */

import { sample } from "../../base/random.ts";
import type { FaultSpec } from "../../scenario/fault.ts";
import { isAlive } from "../supervisor/system/processes.ts";
import { carryOut, notPossible } from "./active-fault.ts";
import type { Fault } from "./fault.ts";
import { areGone, readyAgain, startAll, unavailableProcesses } from "./node.ts";
import { askAsSuperuser, childOfStore, unavailableStore } from "./store.ts";

const connected = "select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() order by backend_start, pid";

export const postgresKillBackend: Fault<Extract<FaultSpec, { kind: "postgres-kill-backend" }>> = {
  about: {
    does: "kills the process that serves one client, which the seed chooses; PostgreSQL ends all others and recovers",
    undo: "starts the node's process when it does not run",
    felt: "that process, and all others that served clients, are gone",
    settled: "the node is ready by its own check",
  },
  unavailable: ({ node }, stack) => unavailableStore(node, "postgres", stack) ?? unavailableProcesses(),
  inject: async ({ node }, stack, context) => {
    const pids = (await askAsSuperuser(connected, node, stack)).map(([pid]) => Number(pid));
    const running = await stack.supervisor.processes(childOfStore(node, stack));
    const serving = pids.flatMap((pid) => running.find((process) => process.pid === pid) ?? []);
    const [victim] = sample(context.roll, serving, 1);
    if (victim === undefined) throw notPossible(`no client is connected to ${node}`);
    const { pid, startTicks } = victim;
    return await carryOut(stack, context, {
      undos: startAll(node, stack),
      act: () => stack.supervisor.signal({ pid, startTicks }, "SIGKILL"),
      felt: async () => {
        if (serving.some(isAlive)) return null;
        return `${areGone([victim]) ?? ""}, and with it all ${serving.length} that served clients`;
      },
      settled: () => readyAgain(node, stack),
    });
  },
};
