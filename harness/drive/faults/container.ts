/** What the faults share that only containers can have. */

import type { Containers } from "../stack/docker/containers.ts";
import type { Stack } from "../stack/stack.ts";
import type { Undo } from "../supervisor/protocol.ts";
import type { Inspected } from "../supervisor/system/engine-containers.ts";
import { notPossible } from "./active-fault.ts";
import { unavailableNode } from "./node.ts";

/** For one call of a fault to the engine. */
export const callWithinMs = 10_000;

type EngineUndo = Extract<Undo, { do: "engine" }>;

export function unavailableContainers(node: string, stack: Stack): string | null {
  return unavailableNode(node, stack) ?? (stack.containers === null ? "only nodes in containers can be: run it with --stack docker" : null);
}

export interface ContainersToChange {
  readonly containers: Containers;
  /** Those of the node that run. */
  readonly found: readonly Inspected[];
  readonly undoTo: (container: Inspected, to: EngineUndo["to"]) => EngineUndo;
}

/** Throws `fault-unavailable` when none of the node's containers runs. */
export async function containersToChange(node: string, { containers }: Stack): Promise<ContainersToChange> {
  const found = (await containers?.of(node))?.filter(({ State: { Running: isRunning } }) => isRunning) ?? [];
  if (containers === null || found.length === 0) throw notPossible(`${node} has no container that runs`);
  const { endpoint, run } = containers.project;
  return { containers, found, undoTo: ({ Id: container }, to) => ({ do: "engine", endpoint, run, container, to }) };
}

export function namesOf(containers: readonly Inspected[]): string {
  return containers.map(({ Name: name }) => name.replace(/^\//, "")).join(", ");
}
