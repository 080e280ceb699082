/** What may be done to the nodes of a stack, whatever they are: processes of ours, or containers. Faults are written against this. */

import type { ProcessIdentity, SessionProcess, Undo } from "../supervisor/protocol.ts";

/** How a node ends: in an orderly way, at once without its last work (PostgreSQL only), or by SIGKILL. */
export type Ending = "orderly" | "at-once" | "killed";

/** Prepared and not done yet: the undos are to be leased first. */
export interface NodeAct {
  readonly undos: readonly Undo[];
  act(): Promise<void>;
  /** What shows that it took effect, or null as long as nothing does. */
  felt(): Promise<string | null>;
}

export interface NodeActs {
  /** Why single processes of nodes are out of reach here; null when they are not. */
  readonly noProcesses: string | null;
  /** `holdMs`: how long it is to be down. Rejects with `fault-unavailable` when there is nothing to end. */
  ending(node: string, how: Ending, holdMs: number): Promise<NodeAct>;
  /** Starts whatever of the node does not run. `ending`: processes that are to end; a container with one of them for its first is started anew even when it has not ended yet. */
  bringBack(node: string, ending?: readonly ProcessIdentity[]): Promise<readonly Undo[]>;
  /** Of each replica, the first process of it first. */
  processes(node: string): Promise<readonly (readonly SessionProcess[])[]>;
  /** Only to a process of a node, and only to the very one that was meant (R37). */
  signal(process: Pick<SessionProcess, "pid" | "startTicks">, signal: "SIGKILL" | "SIGTERM" | "SIGSTOP" | "SIGCONT"): Promise<void>;
}
