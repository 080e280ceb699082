/** What the faults on nodes share. */

import type { Stack } from "../stack/stack.ts";

export function unavailableNode(node: string, stack: Stack): string | null {
  return whyNoNode(node, stack) ?? (stack.runtime === "external" ? `"${node}" was not started by this run, and only what was may be touched; a fault of kind command can` : null);
}

/** As above, for what touches no process of it. */
export function whyNoNode(node: string, stack: Stack): string | null {
  return stack.nodes.has(node) ? null : `the target has no node "${node}"`;
}

/** Null when single processes of the node can be told apart, and signalled. */
export function unavailableProcesses(node: string, stack: Stack): string | null {
  return unavailableNode(node, stack) ?? stack.acts.noProcesses;
}

export async function readyAgain(node: string, stack: Stack): Promise<string | null> {
  return (await stack.whyNotReady(node)) === null ? `${node} is ready` : null;
}
