/** Which processes of a node a fault is about, and what the faults that end some of them share. */

import { sample, type Dice } from "../../base/random.ts";
import type { FaultSpec } from "../../scenario/fault.ts";
import { areGone } from "../stack/process-acts.ts";
import type { Stack } from "../stack/stack.ts";
import type { SessionProcess, Undo } from "../supervisor/protocol.ts";
import { carryOut, notPossible } from "./active-fault.ts";
import type { ActiveFault, InjectContext } from "./fault.ts";
import { readyAgain } from "./node.ts";

export type Choice = Pick<Extract<FaultSpec, { kind: "process-kill" }>, "node" | "command" | "count" | "first">;

export interface Chosen {
  readonly victims: readonly SessionProcess[];
  /** How many there were to choose from. */
  readonly among: number;
}

/** Throws `fault-unavailable` when there are fewer than wanted. */
export async function choose(choice: Choice, stack: Stack, roll: Dice): Promise<Chosen> {
  const { node, count } = choice;
  const found = await matching(choice, stack);
  const wanted = count === "all" ? Math.max(1, found.length) : count;
  if (found.length < wanted) {
    const own = choice.first ? "" : " of its own, beside its first one (which `first` takes in)";
    throw notPossible(`${node} runs ${found.length} processes${own}${withCommand(choice)}, and ${wanted} are wanted`);
  }
  return { victims: sample(roll, found, wanted), among: found.length };
}

/** Oldest first, so that the same seed picks the same ones. */
export async function matching({ node, command = "", first }: Choice, stack: Stack): Promise<SessionProcess[]> {
  const found = await stack.acts.processes(node);
  return found
    .flatMap((processes) => processes.slice(first ? 0 : 1))
    .filter((process) => process.command.includes(command))
    .toSorted((a, b) => a.startTicks - b.startTicks || a.pid - b.pid);
}

/** Sends the signal to the chosen ones; the node is expected to replace them. Healing starts a first process that nothing has started again. */
export async function endChosen(choice: Choice, signal: "SIGKILL" | "SIGTERM", { stack, context }: { stack: Stack; context: InjectContext }): Promise<ActiveFault> {
  const { victims, among } = await choose(choice, stack, context.roll);
  const firsts = choice.first ? (await stack.acts.processes(choice.node)).flatMap((all) => all.slice(0, 1)) : [];
  const endsFirst = victims.some(({ pid }) => firsts.some((first) => first.pid === pid));
  const undos: Undo[] = choice.first ? [...(await stack.acts.bringBack(choice.node, victims))] : [{ do: "nothing" }];
  return await carryOut(stack, context, {
    undos,
    act: async () => {
      await Promise.all(victims.map(({ pid, startTicks }) => stack.acts.signal({ pid, startTicks }, signal)));
    },
    felt: async () => areGone(victims),
    settled: async () => {
      const now = await matching(choice, stack);
      if (now.length < among) return null;
      // A first process that runs again is not yet one that answers.
      const isReady = !endsFirst || (await readyAgain(choice.node, stack)) !== null;
      return isReady ? `${now.length} processes${withCommand(choice)} run again` : null;
    },
  });
}

function withCommand({ command }: Choice): string {
  return command === undefined ? "" : ` with "${command}" in their command line`;
}
