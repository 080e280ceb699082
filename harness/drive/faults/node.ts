/** What the faults on nodes share. */

import type { Stack } from "../stack/stack.ts";
import type { ProcessIdentity, Undo } from "../supervisor/protocol.ts";
import { isAlive } from "../supervisor/system/processes.ts";

export function unavailableNode(node: string, stack: Stack): string | null {
  return whyNoNode(node, stack) ?? (stack.nodes.get(node)?.children.length === 0 ? `"${node}" was not started by this run, and only what was may be touched; a fault of kind command can` : null);
}

/** As above, for what touches no process of it. */
export function whyNoNode(node: string, stack: Stack): string | null {
  return stack.nodes.has(node) ? null : `the target has no node "${node}"`;
}

export function childrenOf(node: string, stack: Stack): readonly string[] {
  return stack.nodes.get(node)?.children ?? [];
}

export function startAll(node: string, stack: Stack): Undo[] {
  return childrenOf(node, stack).map((child) => ({ do: "start", child }));
}

/** Where there is no /proc, a process cannot be told from another one with its number. */
export function unavailableProcesses(): string | null {
  return process.platform === "linux" ? null : "single processes are known by /proc, which only Linux has";
}

/** By pid and start time: a new process that was given the number of an old one does not keep it alive. */
export function areGone(processes: readonly ProcessIdentity[]): string | null {
  return processes.some(isAlive) ? null : `gone: ${processes.map(({ pid }) => `process ${pid}`).join(", ")}`;
}

export async function readyAgain(node: string, stack: Stack): Promise<string | null> {
  return (await stack.whyNotReady(node)) === null ? `${node} is ready` : null;
}
