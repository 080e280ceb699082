/** A fault of the user's own: a command disturbs the node, another one heals it, and a third shows that it is so. */

import { parseDurationMs } from "../../base/duration.ts";
import { freshToken } from "../../base/random.ts";
import type { FaultSpec } from "../../scenario/fault.ts";
import { filledCommand, wholeEnvironment } from "../stack/clients/own-command.ts";
import { watchChildren } from "../stack/embedded/child-watch.ts";
import { runToEnd } from "../stack/embedded/run-to-end.ts";
import type { Stack } from "../stack/stack.ts";
import { runCommand } from "../supervisor/run-command.ts";
import { carryOut } from "./active-fault.ts";
import type { Fault } from "./fault.ts";
import { readyAgain, whyNoNode } from "./node.ts";

const lookWithinMs = 5_000;

export const ownCommand: Fault<Extract<FaultSpec, { kind: "command" }>> = {
  about: {
    does: "runs `inject`, a command of your own",
    undo: "runs `heal`, until `settled` ends with 0 where there is one",
    felt: "`felt` ends with 0",
    settled: "`settled` ends with 0; where there is none, the node is ready by its own check",
  },
  unavailable: ({ node }, stack) => whyNoNode(node, stack),
  inject: async ({ node, inject, heal, felt, settled, within }, stack, context) => {
    const filled = (command: readonly string[]): string[] => filledCommand(command, stack);
    const [feltBy, settledBy] = [filled(felt), settled === undefined ? null : filled(settled)];
    const withinMs = parseDurationMs(within);
    using watch = watchChildren(stack.supervisor);
    // A lease that ran out while the command still disturbs would heal too early.
    const leaseMs = (context.leaseMs ?? context.holdMs) + withinMs;
    return await carryOut(stack, { ...context, leaseMs }, {
      undos: [{ do: "command", command: filled(heal), workingFolder: stack.targetFolder, verify: settledBy, ownStack: stack.runtime !== "external" }],
      act: async () => {
        // A child of the supervisor: whoever dies, it does not go on disturbing what is being healed.
        const errand = { id: `command-${freshToken(8)}`, command: filled(inject), workingFolder: stack.targetFolder, env: wholeEnvironment(), runAs: null, failsAs: "fault-unavailable" } as const;
        await runToEnd({ supervisor: stack.supervisor, watch, signal: context.signal }, { ...errand, withinMs });
      },
      felt: () => shownBy(feltBy, stack),
      settled: () => (settledBy === null ? readyAgain(node, stack) : shownBy(settledBy, stack)),
    });
  },
};

/** Null as long as it ends otherwise than with 0. */
async function shownBy(command: readonly string[], { targetFolder, run }: Pick<Stack, "targetFolder" | "run">): Promise<string | null> {
  const { problem, lastLine } = await runCommand(command, targetFolder, lookWithinMs, run);
  return problem === null ? lastLine || `${command.join(" ")} ended with 0` : null;
}
