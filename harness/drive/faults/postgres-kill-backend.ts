/** SIGKILL of one server process of PostgreSQL, as the kernel does it when memory runs out: all sessions end, and the server recovers. */

import { RoadworthyError } from "../../base/error.ts";
import { sample } from "../../base/random.ts";
import type { FaultSpec } from "../../scenario/fault.ts";
import type { Stack } from "../stack/stack.ts";
import type { ProcessIdentity } from "../supervisor/protocol.ts";
import { isAlive } from "../supervisor/system/processes.ts";
import { areGone } from "../stack/process-acts.ts";
import { carryOut, notPossible } from "./active-fault.ts";
import type { Fault } from "./fault.ts";
import { readyAgain, unavailableProcesses } from "./node.ts";
import { askAsSuperuser, unavailableSuperuser } from "./store.ts";

/** A probe of ours is no client of the service; a connection that is still being made has no state yet, nor the name of who makes it. */
const connected =
  "select pid from pg_stat_activity where backend_type = 'client backend' and state is not null and pid <> pg_backend_pid() and application_name <> 'roadworthy-probe' order by backend_start, pid";

export const postgresKillBackend: Fault<Extract<FaultSpec, { kind: "postgres-kill-backend" }>> = {
  about: {
    does: "kills the process that serves one client, which the seed chooses; PostgreSQL ends all others and recovers",
    undo: "starts the node's process when it does not run",
    felt: "that process, and all others that served clients, are gone",
    settled: "the node is ready by its own check",
  },
  unavailable: ({ node }, stack) => unavailableSuperuser(node, stack) ?? unavailableProcesses(node, stack),
  inject: async ({ node }, stack, context) => {
    const pids = (await askAsSuperuser(connected, node, stack)).map(([pid]) => Number(pid));
    const [running = []] = await stack.acts.processes(node);
    const serving = pids.flatMap((pid) => running.find((process) => (process.insidePid ?? process.pid) === pid) ?? []);
    if (serving.length === 0) throw notPossible(`no client is connected to ${node}`);
    let victim: ProcessIdentity | null = null;
    return await carryOut(stack, context, {
      undos: await stack.acts.bringBack(node),
      act: async () => {
        victim = await killFirst(sample(context.roll, serving, serving.length), stack);
        if (victim === null) throw notPossible(`no client of ${node} stays connected for long enough`);
      },
      felt: async () => {
        if (victim === null || serving.some(isAlive)) return null;
        return `${areGone([victim]) ?? ""}, and with it all ${serving.length} that served clients`;
      },
      settled: () => readyAgain(node, stack),
    });
  },
};

/** The first that is still there; clients come and go. */
async function killFirst(candidates: readonly ProcessIdentity[], stack: Stack): Promise<ProcessIdentity | null> {
  for (const { pid, startTicks } of candidates) {
    try {
      await stack.acts.signal({ pid, startTicks }, "SIGKILL");
      return { pid, startTicks };
    } catch (error) {
      if (!(error instanceof RoadworthyError) || error.code !== "process-died") throw error;
    }
  }
  return null;
}
