/**
 * Changes of nodes that are containers, by Compose with the run's own model: it never exchanges a container by itself (`--no-recreate`), it only makes what is
 * missing, so that which one goes and which one comes, and when, is decided here. All of them are behind the same name, and so behind the same way.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { RoadworthyError } from "../../../base/error.ts";
import { nowUs, wait } from "../../../base/time.ts";
import { fillTemplate, parseTemplate } from "../../../scenario/template.ts";
import type { Guard } from "../../guard/guard.ts";
import type { ProxyClient } from "../../proxy/client.ts";
import type { Supervisor } from "../../supervisor/client.ts";
import type { Inspected } from "../../supervisor/system/engine-containers.ts";
import { nodeAccess, nodeAddress } from "../address.ts";
import { compose, type ComposeRun } from "../docker/compose.ts";
import { upstreamName } from "../docker/interpose.ts";
import { containerPorts, serviceOfNode } from "../docker/nodes.ts";
import type { DockerPlan } from "../docker/plan.ts";
import { whyNotReady, whyNotReadyOne, type ReadyScene } from "../docker/ready.ts";
import { watchChildren } from "../embedded/child-watch.ts";
import { promote, type Promotion } from "./promote.ts";
import type { Superuser } from "../stack.ts";
import { asBooted, restMs, secondsSince, type ChangeOrder, type NodeChanges, type Version } from "./changes.ts";

export interface DockerGround {
  readonly supervisor: Supervisor;
  /** Id of the run, which may stand in what is changed. */
  readonly run: string;
  readonly compose: ComposeRun;
  readonly model: RunModel;
  readonly scene: ReadyScene;
  readonly plan: DockerPlan;
  /** By node: who may do everything there, where that is known. */
  readonly superusers: ReadonlyMap<string, Superuser>;
  readonly proxy: ProxyClient;
  readonly guard: Guard;
  readonly signal: AbortSignal;
}

/** The run's own model, as it was brought up. */
export interface RunModel {
  readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const undoWithinMs = 120_000;
const lookEveryMs = 100;
const endWithinMs = 30_000;

export function dockerChanges(ground: DockerGround): NodeChanges {
  const { target, containers } = ground.scene;
  const changed = new Map<string, Version>();
  const countsBefore = new Map<string, number>();
  const promoted: string[] = [];
  const bench: Bench = { ...ground, running: new Map(), services: { ...ground.model.services } };
  const note = async (node: string, version: Version): Promise<void> => {
    if (!countsBefore.has(node)) countsBefore.set(node, (await containers.of(node)).length);
    changed.set(node, version);
  };
  const changes: NodeChanges = {
    unavailable: (change) => (change.kind === "rolling-deploy" && change.image === undefined && Object.keys(change.env).length === 0 ? "it says nothing of containers: give it an `image`, or `env`" : null),
    versionOf: (node) => changed.get(node) ?? asBooted,
    scale: async (replicas, order) => {
      await note(order.node, changes.versionOf(order.node));
      await bring(bench, { order, replicas, version: changes.versionOf(order.node) });
    },
    roll: async (version, first, order) => {
      await note(order.node, version);
      useVersion(bench, serviceOfNode(target, order.node), version);
      const all = await containers.of(order.node);
      for (const old of all.filter(({ Id: id }) => (bench.running.get(id) ?? asBooted) !== version)) await exchange(bench, old, { order, version, first, count: all.length });
    },
    promote: async (order) => {
      promoted.push(order.node);
      await promote(promotionOf(ground, order.node), order);
    },
    undo: async () => {
      if (promoted.length > 0) throw new RoadworthyError("stack-unavailable", `${promoted.join(", ")} was promoted, and only the compose files know how to make a copy of it again`, { hint: "let the scenario that promotes it be the last, or run it by itself" });
      for (const [node, count] of countsBefore) {
        const order: ChangeOrder = { node, deadlineUs: nowUs() + undoWithinMs * 1000, signal: ground.signal, tell: () => {} };
        await changes.scale(count, order);
        await changes.roll(asBooted, "stop", order);
      }
      changed.clear();
      countsBefore.clear();
    },
  };
  return changes;
}

/** Whatever led to the server, but for the copy's own way there. The target's user has to be allowed to promote, as the first one of the usual image is. */
function promotionOf({ scene: { target, addresses }, plan, superusers, proxy, guard }: DockerGround, node: string): Promotion {
  const spec = target.nodes[node];
  const access = nodeAccess(addresses, node);
  if (spec?.kind !== "postgres" || spec.replicaOf === undefined || access.kind !== "postgres") throw new RoadworthyError("internal", `"${node}" is a copy of nothing`);
  const [copy, server] = [serviceOfNode(target, node), serviceOfNode(target, spec.replicaOf)];
  const port = containerPorts(target, spec.replicaOf)["main"];
  const own = new Set(plan.services.find(({ service }) => service === copy)?.networks.map(({ name }) => name));
  const ways = [...plan.ways, ...plan.doors].filter(({ listen, upstream }) => upstream.to === "service" && upstream.service === server && upstream.port === port && !own.has(listen.network));
  const superuser = superusers.get(node);
  const { user, password } = superuser === undefined ? access : { user: superuser.user, password: readFileSync(superuser.passwordFile, "utf8") };
  return { address: nodeAddress(addresses, node), login: { user, password, database: access.database }, guard, proxy, ways: ways.map(({ name }) => name), upstream: `${upstreamName(copy)}:${containerPorts(target, node)["main"]}` };
}

interface Bench extends DockerGround {
  /** By container: what is not as it was booted. */
  readonly running: Map<string, Version>;
  /** Of the model, as they are now. */
  readonly services: Record<string, Readonly<Record<string, unknown>>>;
}

/** Compose takes a dollar sign for the beginning of a variable. */
function useVersion({ services, model, run, compose: { file } }: Bench, service: string, { env, image }: Version): void {
  const before = model.services[service] ?? {};
  const filled = Object.entries(env).map(([name, text]) => [name, fillTemplate(parseTemplate(text), (place) => (place.name === "run" ? run : undefined)).replaceAll("$", "$$$$")]);
  services[service] = { ...before, ...(image === null ? {} : { image }), environment: { ...environmentOf(before), ...Object.fromEntries(filled) } };
  writeFileSync(file, JSON.stringify({ ...model, services }), { mode: 0o600 });
}

function environmentOf({ environment }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return typeof environment === "object" && environment !== null ? { ...environment } : {};
}

interface Wish {
  readonly order: ChangeOrder;
  readonly version: Version;
  readonly replicas: number;
}

/** As many as wanted; answers with those that were made for it, which are ready. */
async function bring(bench: Bench, { order, version, replicas }: Wish): Promise<readonly Inspected[]> {
  const { containers, target } = bench.scene;
  const service = serviceOfNode(target, order.node);
  const before = new Set((await containers.of(order.node)).map(({ Id: id }) => id));
  const beganUs = nowUs();
  using watch = watchChildren(bench.supervisor);
  const args = ["up", "-d", "--no-build", "--no-deps", "--no-recreate", "--scale", `${service}=${replicas}`, service];
  await compose({ supervisor: bench.supervisor, watch, signal: order.signal }, bench.compose, { what: `change-${service}`, args, withinMs: restMs(order) });
  const now = await containers.of(order.node);
  const fresh = now.filter(({ Id: id }) => !before.has(id));
  for (const { Id: id } of fresh) bench.running.set(id, version);
  await Promise.all(
    fresh.map(async (container) => {
      await untilReady(bench, container, order);
      order.tell(nameOf(container), `${version.name} (image ${container.Image.slice(0, 19)}) was ready ${secondsSince(beganUs)} after its start`);
    }),
  );
  for (const id of before) if (!now.some((container) => container.Id === id)) order.tell(id.slice(0, 12), `ended within ${secondsSince(beganUs)}`);
  return fresh;
}

interface Exchange {
  readonly order: ChangeOrder;
  readonly version: Version;
  readonly first: "stop" | "start";
  /** How many there are of the node. */
  readonly count: number;
}

async function exchange(bench: Bench, old: Inspected, { order, version, first, count }: Exchange): Promise<void> {
  restMs(order);
  if (first === "stop") {
    await remove(bench, old);
    await bring(bench, { order, version, replicas: count });
    return;
  }
  try {
    await bring(bench, { order, version, replicas: count + 1 });
  } catch (error) {
    // The old one serves on, and what is not ready is not left beside it.
    for (const container of await bench.scene.containers.of(order.node)) if (bench.running.get(container.Id) === version && (await whyNotReadyOne(bench.scene, order.node, container)) !== null) await remove(bench, container);
    throw error;
  }
  await remove(bench, old);
}

/** In an orderly way, with the volumes that nobody has named. */
async function remove({ scene: { containers }, running }: Bench, { Id: id }: Inspected): Promise<void> {
  // 304: it had ended by itself.
  await containers.act(id, { path: "/containers/{id}/stop", done: [204, 304], withinMs: endWithinMs });
  await containers.act(id, { method: "DELETE", path: "/containers/{id}?v=1&force=1", done: [204, 404], withinMs: endWithinMs });
  running.delete(id);
}

/** By itself, and the node as a whole where only that can be asked. */
async function untilReady({ scene }: Bench, container: Inspected, order: ChangeOrder): Promise<void> {
  for (;;) {
    const why = (await whyNotReadyOne(scene, order.node, container)) ?? (await whyNotReady(scene, order.node));
    if (why === null) return;
    if (nowUs() >= order.deadlineUs) {
      const said = (await scene.containers.lastLines(container.Id, 12)).join("\n");
      throw new RoadworthyError("target-not-ready", `${nameOf(container)} was not ready in time: ${why}; it printed ${said === "" ? "nothing" : `:\n${said}`}`, { where: order.node, hint: "see what it printed, or give the operation more time with `within`" });
    }
    await wait(lookEveryMs, order.signal);
  }
}

function nameOf({ Name: name }: Inspected): string {
  return name.replace(/^\//, "");
}
