/** The containers of a node are in no network: nobody reaches them and they reach nobody, as when a cable is pulled. Only for nodes in containers. */

import type { FaultSpec } from "../../scenario/fault.ts";
import type { Containers } from "../stack/docker/containers.ts";
import type { Inspected } from "../supervisor/system/engine-containers.ts";
import { carryOut, notPossible } from "./active-fault.ts";
import { callWithinMs, containersToChange, namesOf, unavailableContainers } from "./container.ts";
import type { Fault } from "./fault.ts";
import { readyAgain } from "./node.ts";

export const nodeDisconnect: Fault<Extract<FaultSpec, { kind: "node-disconnect" }>> = {
  about: {
    does: "takes all containers of the node out of all their networks",
    undo: "puts them back, under the names that they had there",
    felt: "the engine shows them in no network",
    settled: "the node is ready by its own check",
  },
  unavailable: ({ node }, stack) => unavailableContainers(node, stack),
  inject: async ({ node }, stack, context) => {
    const { containers, found, undoTo } = await containersToChange(node, stack);
    const places = placesToLeave(found);
    return await carryOut(stack, context, {
      undos: places.map(({ container, network, aliases }) => undoTo(container, { be: "connected", network, aliases })),
      act: async () => {
        await Promise.all(places.map((place) => leave(containers, place)));
      },
      felt: async () => ((await containers.of(node)).every((container) => placesOf(container).length === 0) ? `in no network: ${namesOf(found)}` : null),
      settled: () => readyAgain(node, stack),
    });
  },
};

/** Throws `fault-unavailable` when there is nothing that one of them could be taken out of: it lives in the network of another. */
export function placesToLeave(found: readonly Inspected[]): Place[] {
  const homeless = found.filter((container) => placesOf(container).length === 0);
  if (homeless.length > 0) throw notPossible(`${namesOf(homeless)} is in no network of its own (network_mode): disconnect the node whose network it shares`);
  return found.flatMap((container) => placesOf(container));
}

interface Place {
  readonly container: Inspected;
  readonly network: string;
  readonly aliases: string[];
}

async function leave(containers: Containers, { container: { Id: id }, network }: Place): Promise<void> {
  await containers.act(id, { path: `/networks/${encodeURIComponent(network)}/disconnect`, body: { Container: id, Force: true }, done: [200, 204], withinMs: callWithinMs });
}

function placesOf(container: Inspected): Place[] {
  const networks = Object.entries(container.NetworkSettings.Networks ?? {});
  // The engine itself adds the short form of the container's id.
  return networks.map(([network, { Aliases: aliases }]) => ({ container, network, aliases: (aliases ?? []).filter((alias) => !container.Id.startsWith(alias)) }));
}
