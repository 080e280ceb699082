/** Acts on nodes that are processes: the supervisor, whose children they are, carries them out. */

import { RoadworthyError } from "../../base/error.ts";
import type { Supervisor } from "../supervisor/client.ts";
import type { ProcessIdentity, Undo } from "../supervisor/protocol.ts";
import { isAlive } from "../supervisor/system/processes.ts";
import type { Ending, NodeAct, NodeActs } from "./acts.ts";

export interface ProcessNodes {
  readonly supervisor: Supervisor;
  /** Ids of a node's processes at the supervisor. */
  readonly childrenOf: (node: string) => readonly string[];
  /** What shows that none of a node's ports is listened on. */
  readonly untaken: (node: string) => Promise<string | null>;
}

export function processActs({ supervisor, childrenOf, untaken }: ProcessNodes): NodeActs {
  const bringBack = async (node: string): Promise<Undo[]> => childrenOf(node).map((child) => ({ do: "start", child }));
  const processes: NodeActs["processes"] = async (node) => await Promise.all(childrenOf(node).map((child) => supervisor.processes(child)));
  return {
    // Where there is no /proc, a process cannot be told from another one with its number.
    noProcesses: process.platform === "linux" ? null : "single processes are known by /proc, which only Linux has",
    bringBack,
    processes,
    signal: ({ pid, startTicks }, signal) => supervisor.signal({ pid, startTicks }, signal),
    ending: async (node, how) => {
      const undos = await bringBack(node);
      if (how !== "killed") return { undos, act: () => stopAll(supervisor, childrenOf(node), how), felt: () => untaken(node) };
      const victims = (await processes(node)).flat();
      if (victims.length === 0) throw new RoadworthyError("fault-unavailable", `${node} has no process to kill`, { hint: "see why it does not run" });
      return { undos, act: () => killAll(supervisor, childrenOf(node)), felt: async () => areGone(victims) } satisfies NodeAct;
    },
  };
}

async function stopAll(supervisor: Supervisor, children: readonly string[], how: Exclude<Ending, "killed">): Promise<void> {
  await Promise.all(children.map((child) => supervisor.stop(child, how === "at-once" ? "SIGQUIT" : undefined)));
}

async function killAll(supervisor: Supervisor, children: readonly string[]): Promise<void> {
  await Promise.all(children.map((child) => supervisor.kill(child)));
}

/** By pid and start time: a new process that was given the number of an old one does not keep it alive. */
export function areGone(processes: readonly ProcessIdentity[]): string | null {
  return processes.some(isAlive) ? null : `gone: ${processes.map(({ pid }) => `process ${pid}`).join(", ")}`;
}
