/** The disk of a store is full. Only a small disk of its own is ever filled: the machine's belongs to others as well. */

import { statfsSync } from "node:fs";
import type { FaultSpec } from "../../scenario/fault.ts";
import type { Stack } from "../stack/stack.ts";
import type { Fault } from "./fault.ts";
import { carryOutHeld } from "./holder.ts";
import { readyAgain, unavailableNode } from "./node.ts";
import { storeFacts } from "./store.ts";

export const diskFull: Fault<Extract<FaultSpec, { kind: "disk-full" }>> = {
  about: {
    does: "fills the small disk of a store, given to it by `diskMiB`, and what is given back there",
    undo: "kills the process whose nameless file fills it; starts the node's process when it does not run",
    felt: "nothing is free on the disk",
    settled: "something is free on the disk, and the node is ready by its own check",
  },
  unavailable: ({ node }, stack) => {
    const found = stack.nodes.get(node);
    if (found === undefined) return unavailableNode(node, stack);
    if (found.store === null) return `"${node}" is no store: only PostgreSQL and Redis nodes can have a small disk of their own`;
    return found.store.disk.is === "own" ? null : `"${node}": ${found.store.disk.why}`;
  },
  inject: async ({ node }, stack, context) => {
    const { folder, disk } = storeFacts(node, stack);
    const sizeMiB = disk.is === "own" ? disk.sizeMiB : 0;
    return await carryOutHeld(stack, context, {
      orders: [{ hold: "disk", folder, sizeMiB }],
      // A server that ended because it could not write has space again by then.
      afterwards: await stack.acts.bringBack(node),
      felt: async () => (freeBytes(node, stack) === 0 ? `0 of ${sizeMiB} MiB are free` : null),
      settled: async () => {
        const free = freeBytes(node, stack);
        const ready = free > 0 ? await readyAgain(node, stack) : null;
        return ready === null ? null : `${ready}, and ${(free / 1024 / 1024).toFixed(1)} of ${sizeMiB} MiB are free`;
      },
    });
  },
};

function freeBytes(node: string, stack: Stack): number {
  const { bavail, bsize } = statfsSync(storeFacts(node, stack).folder);
  return bavail * bsize;
}
