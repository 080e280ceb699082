/** The nodes of a stack in containers, each with the data that may be destroyed: of stores, and of whatever else keeps volumes. */

import type { Target } from "../../../scenario/target/target.ts";
import type { Supervisor } from "../../supervisor/client.ts";
import { compose, type ComposeRun } from "../docker/compose.ts";
import type { ComposeModel } from "../docker/model.ts";
import { serviceOfNode, specOf } from "../docker/nodes.ts";
import { untilReady, type ReadyScene } from "../docker/ready.ts";
import { serviceOf } from "../docker/servers.ts";
import { watchChildren } from "../embedded/child-watch.ts";
import type { StackNode, Superuser } from "../stack.ts";
import { containerVolume, whyNotOwn } from "./container-volume.ts";
import type { ContainerVolume } from "./volume.ts";

export interface NodesBench {
  readonly target: Target;
  /** The user's: whose each volume is stands there. */
  readonly model: ComposeModel;
  readonly run: ComposeRun;
  readonly options: { readonly supervisor: Supervisor; readonly signal: AbortSignal };
}

export interface NodesScene {
  readonly scene: ReadyScene;
  /** By node. */
  readonly superusers: ReadonlyMap<string, Superuser>;
}

const upWithinMs = 60_000;

export function containerNodes(bench: NodesBench, { scene, superusers }: NodesScene): ReadonlyMap<string, StackNode> {
  const { target, model } = bench;
  return new Map(
    Object.entries(target.nodes).map(([name, spec]) => {
      const whyNoVolume = keepsData(target, name, model) ? whyNotOwn(model, serviceOfNode(target, name)) : "it keeps none";
      const node = { name, spec, children: [], store: null, superuser: superusers.get(name) ?? null };
      return [name, whyNoVolume === null ? { ...node, volume: volumeOf(name, bench, scene) } : { ...node, volume: null, whyNoVolume }];
    }),
  );
}

function keepsData(target: Target, name: string, model: ComposeModel): boolean {
  const { kind } = specOf(target, name);
  return kind === "postgres" || kind === "redis" || (kind === "container" && (serviceOf(model, serviceOfNode(target, name)).volumes ?? []).length > 0);
}

function volumeOf(node: string, { target, run, options: { supervisor, signal } }: NodesBench, scene: ReadyScene): ContainerVolume {
  const up = async (what: string, ...how: readonly string[]): Promise<void> => {
    using watch = watchChildren(supervisor);
    await compose({ supervisor, watch, signal }, run, { what: `${what}-${node}`, args: ["up", ...how, "--no-recreate", "--no-deps", "--no-build", serviceOfNode(target, node)], withinMs: upWithinMs });
  };
  const create = (): Promise<void> => up("again", "--no-start");
  const start = (): Promise<void> => up("start-again", "-d");
  return containerVolume({ node, containers: scene.containers, create, start, untilReady: () => untilReady(scene, node, signal), signal });
}
