/**
 * Changes of nodes that are processes. A replica keeps its ports for as long as it is there, because whoever calls it was told of them: a new version can
 * only listen once the old one has ended.
 */

import { readFileSync } from "node:fs";
import { RoadworthyError } from "../../../base/error.ts";
import { formatAddress } from "../../../base/loopback-address.ts";
import { nowUs } from "../../../base/time.ts";
import { loopbackOnly } from "../../guard/guard.ts";
import type { ProxyClient } from "../../proxy/client.ts";
import type { Address } from "../address.ts";
import type { PostgresLogin } from "../clients/postgres.ts";
import type { BootContext } from "../embedded/context.ts";
import { addReplica, type NodeLayout, type Replica } from "../embedded/layout.ts";
import { startReplica } from "../embedded/process.ts";
import { readyPlanOf, untilReady, whyNotReady } from "../ready.ts";
import { promote } from "./promote.ts";
import { asBooted, restMs, secondsSince, type ChangeOrder, type NodeChanges, type Version } from "./changes.ts";

const undoWithinMs = 60_000;

export interface EmbeddedGround {
  /** Throws for a node that there is not. */
  readonly nodeOf: (name: string) => NodeLayout;
  readonly proxy: ProxyClient;
}

export function embeddedChanges(context: BootContext, { nodeOf, proxy }: EmbeddedGround): NodeChanges {
  const changed = new Map<string, Version>();
  const promoted = new Set<string>();
  const scene: Scene = { context, running: new Map() };
  const changes: NodeChanges = {
    unavailable: (change) => {
      if (change.kind !== "rolling-deploy") return null;
      if (change.order === "start-first") return "a process keeps its ports, so a new one can only start once the old one has ended: with `order: stop-first`";
      return change.command === undefined && Object.keys(change.env).length === 0 ? "it says nothing of processes: give it a `command`, or `env`" : null;
    },
    versionOf: (name) => changed.get(name) ?? asBooted,
    scale: async (replicas, order) => {
      const node = nodeOf(order.node);
      changed.set(order.node, changes.versionOf(order.node));
      if (replicas < node.replicas.length) await shrink(node, replicas, { scene, order });
      else await grow(node, replicas, { scene, order, version: changes.versionOf(order.node) });
    },
    roll: async (version, _first, order) => {
      const node = nodeOf(order.node);
      changed.set(order.node, version);
      for (const replica of node.replicas) {
        const runs = scene.running.get(replica.child) ?? asBooted;
        const isDone = runs === version && (await whyNotReady(readyPlanOf(node, replica, context.layout.addresses), context.watch)) === null;
        if (!isDone) await renew(node, replica, { scene, order, version });
      }
    },
    promote: async (order) => {
      const copy = nodeOf(order.node);
      promoted.add(order.node);
      await promote({ ...waysTo(copy, context), login: superuserOf(copy, context), address: placeOf(copy), guard: loopbackOnly, proxy, upstream: formatAddress(placeOf(copy)) }, order);
    },
    undo: async () => {
      for (const name of promoted) {
        const { ways, server } = waysTo(nodeOf(name), context);
        await Promise.all(ways.map((way) => proxy.setUpstream(way, formatAddress(placeOf(nodeOf(server))))));
        await context.copies.get(name)?.();
      }
      promoted.clear();
      for (const name of changed.keys()) {
        const { spec } = nodeOf(name);
        const order: ChangeOrder = { node: name, deadlineUs: nowUs() + undoWithinMs * 1000, signal: context.signal, tell: () => {} };
        await changes.scale(spec.kind === "process" ? spec.replicas : 1, order);
        await changes.roll(asBooted, "stop", order);
      }
      changed.clear();
    },
  };
  return changes;
}

/** Names at the proxy of what leads to the server that it follows, but for its own way there. */
function waysTo({ name, spec }: NodeLayout, { layout }: BootContext): { ways: string[]; server: string } {
  const server = spec.kind === "postgres" ? (spec.replicaOf ?? "") : "";
  const links = [...layout.links.values()].filter((link) => link.spec.to === server && link.spec.from !== name);
  return { server, ways: [...links.map((link) => link.name), ...[layout.doors.get(server)].flatMap((door) => door?.name ?? [])] };
}

/** Where it listens itself. */
function placeOf({ replicas: [{ ports }] }: NodeLayout): Address {
  return { host: "127.0.0.1", port: ports["main"]?.port ?? 0 };
}

function superuserOf({ name }: NodeLayout, { superusers }: BootContext): PostgresLogin {
  const superuser = superusers.get(name);
  if (superuser === undefined) throw new RoadworthyError("internal", `"${name}" has no superuser of ours`);
  return { user: superuser.user, password: readFileSync(superuser.passwordFile, "utf8"), database: "postgres" };
}

interface Scene {
  readonly context: BootContext;
  /** By child: what is not as it was booted. */
  readonly running: Map<string, Version>;
}

interface Act {
  readonly scene: Scene;
  readonly order: ChangeOrder;
}

async function grow(node: NodeLayout, replicas: number, act: Act & { version: Version }): Promise<void> {
  const added: Replica[] = [];
  // Known to the stack before it runs: whatever comes, it is ended with the others.
  while (node.replicas.length < replicas) added.push(await addReplica(node));
  await Promise.all(added.map((replica) => begin(node, replica, act)));
}

async function shrink(node: NodeLayout, replicas: number, { scene, order }: Act): Promise<void> {
  for (const replica of node.replicas.splice(replicas).toReversed()) {
    restMs(order);
    const beganUs = nowUs();
    await end(replica, scene.context);
    scene.running.delete(replica.child);
    order.tell(replica.child, `ended in ${secondsSince(beganUs)}`);
  }
}

async function renew(node: NodeLayout, replica: Replica, act: Act & { version: Version }): Promise<void> {
  restMs(act.order);
  await end(replica, act.scene.context);
  await begin(node, replica, act);
}

/** One that never got to run is not known any more. */
async function end({ child }: Replica, { supervisor }: BootContext): Promise<void> {
  try {
    await supervisor.forget(child);
  } catch (error) {
    if (!(error instanceof RoadworthyError) || error.code !== "not-found") throw error;
  }
}

async function begin(node: NodeLayout, replica: Replica, { scene: { context, running }, order, version }: Act & { version: Version }): Promise<void> {
  const beganUs = nowUs();
  running.set(replica.child, version);
  await startReplica(node, replica, { context, change: version });
  const plan = readyPlanOf(node, replica, context.layout.addresses);
  await untilReady({ ...plan, withinMs: Math.min(plan.withinMs, restMs(order)) }, { watch: context.watch, signal: order.signal, endedAs: "target-not-ready" });
  order.tell(replica.child, `${version.name} was ready ${secondsSince(beganUs)} after its start`);
}
