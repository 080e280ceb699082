/** Which process of a stack listens where: decided before anything starts, so that nodes can be told of one another in any order. */

import { RoadworthyError } from "../../../base/error.ts";
import type { LinkSpec, NodeSpec } from "../../../scenario/target/node.ts";
import type { Target } from "../../../scenario/target/target.ts";
import { ownSource } from "../../proxy/own-source.ts";
import { nodeAddress, type Address, type Addresses, type NodeAccess } from "../address.ts";
import { reservePort, type ReservedPort } from "./ports.ts";

const host = "127.0.0.1";

export interface Replica {
  /** Its id at the supervisor: "api", or "worker-2" where there are several. */
  readonly child: string;
  /** Counted from 1. */
  readonly number: number;
  readonly ports: Readonly<Record<string, ReservedPort>>;
}

export interface NodeLayout {
  readonly name: string;
  readonly spec: NodeSpec;
  /** Those that there are now: a node may be scaled. */
  readonly replicas: [Replica, ...Replica[]];
}

export interface LinkLayout {
  readonly name: string;
  readonly spec: LinkSpec;
  readonly listen: ReservedPort;
  readonly upstream: Address;
}

export interface Door {
  /** At the proxy. */
  readonly name: string;
  readonly listen: ReservedPort;
  readonly upstream: Address;
}

export interface Layout {
  readonly nodes: ReadonlyMap<string, NodeLayout>;
  readonly links: ReadonlyMap<string, LinkLayout>;
  /** By node that has a copy: its place for all who name it, from which the proxy leads to it, or to the copy that was promoted. */
  readonly doors: ReadonlyMap<string, Door>;
  /** Of all that is there now. */
  readonly addresses: Addresses;
  readonly proxyControl: ReservedPort;
}

/** Errors: `target-invalid` for a node that is not there or needs itself, `stack-unavailable` without a free port. */
export async function layOut(target: Target): Promise<Layout> {
  checkReferences(target);
  const nodes = new Map<string, NodeLayout>();
  for (const [name, spec] of Object.entries(target.nodes)) nodes.set(name, await layOutNode(name, spec));
  const access = Object.fromEntries([...nodes].map(([name, node]) => [name, accessOf(node)]));
  const doors = new Map<string, Door>();
  for (const spec of Object.values(target.nodes)) {
    const followed = spec.kind === "postgres" ? spec.replicaOf : undefined;
    if (followed !== undefined && !doors.has(followed)) doors.set(followed, { name: `roadworthy-node.${followed}`, listen: await reservePort(host), upstream: nodeAddress({ nodes: access, links: {} }, followed) });
  }
  const links = new Map<string, LinkLayout>();
  for (const [name, spec] of Object.entries(target.links)) {
    const upstream = nodeAddress({ nodes: access, links: {} }, spec.to, spec.port);
    links.set(name, { name, spec, listen: await reservePort(host), upstream });
  }
  const linkAddresses = Object.fromEntries([...links].map(([name, link]) => [name, { host, port: link.listen.port, to: link.spec.to, ...(ownSource === null ? {} : { from: ownSource }) }]));
  const proxyControl = await reservePort(host);
  let known: { crew: string; addresses: Addresses } | null = null;
  return {
    nodes,
    links,
    doors,
    proxyControl,
    get addresses() {
      const crew = [...nodes.values()].map(({ replicas }) => replicas.length).join(" ");
      // The same ones for as long as nothing changes.
      if (known?.crew !== crew) known = { crew, addresses: { nodes: Object.fromEntries([...nodes].map(([name, node]) => [name, throughDoor(accessOf(node), doors.get(name))])), links: linkAddresses } };
      return known.addresses;
    },
  };
}

/** One more of them, with ports of its own. Errors: `stack-unavailable` without a free port. */
export async function addReplica({ name, spec, replicas }: NodeLayout): Promise<Replica> {
  const number = (replicas.at(-1)?.number ?? 0) + 1;
  const added = await layOutReplica(name, spec, { number, count: number });
  replicas.push(added);
  return added;
}

/** What has to be ready before it; for a copy, what it follows. */
export function needsOf(spec: NodeSpec): readonly string[] {
  return spec.kind === "postgres" && spec.replicaOf !== undefined ? [...spec.needs, spec.replicaOf] : spec.needs;
}

/** Lets go of the ports that no process was started for. */
export async function releasePorts(layout: Layout): Promise<void> {
  const ofNodes = [...layout.nodes.values()].flatMap((node) => node.replicas.flatMap((replica) => Object.values(replica.ports)));
  const all = [...ofNodes, ...[...layout.links.values(), ...layout.doors.values()].map(({ listen }) => listen), layout.proxyControl];
  await Promise.all(all.map((port) => port.release()));
}

async function layOutNode(name: string, spec: NodeSpec): Promise<NodeLayout> {
  const count = spec.kind === "process" ? spec.replicas : 1;
  const first = await layOutReplica(name, spec, { number: 1, count });
  const others: Replica[] = [];
  for (let number = 2; number <= count; number += 1) others.push(await layOutReplica(name, spec, { number, count }));
  return { name, spec, replicas: [first, ...others] };
}

async function layOutReplica(name: string, spec: NodeSpec, { number, count }: { number: number; count: number }): Promise<Replica> {
  const ports: Record<string, ReservedPort> = {};
  for (const port of spec.kind === "process" ? spec.ports : ["main"]) ports[port] = await reservePort(host);
  return { child: count === 1 ? name : `${name}-${number}`, number, ports };
}

function throughDoor(access: NodeAccess, door: Door | undefined): NodeAccess {
  return door === undefined ? access : { ...access, ports: { ...access.ports, main: { host, port: door.listen.port, relayed: true } } };
}

/** Ports of the first replica by their name, those of the others as "main-2". */
function accessOf({ spec, replicas }: NodeLayout): NodeAccess {
  const ports: Record<string, Address> = {};
  for (const replica of replicas) {
    for (const [name, { port }] of Object.entries(replica.ports)) ports[replica.number === 1 ? name : `${name}-${replica.number}`] = { host, port };
  }
  if (spec.kind === "postgres") return { kind: "postgres", ports, user: spec.user, password: spec.password, database: spec.database };
  const password = spec.kind === "redis" ? spec.settings["requirepass"] : undefined;
  return { kind: spec.kind === "redis" ? "redis" : "process", ports, ...(password === undefined ? {} : { password }) };
}

function checkReferences(target: Target): void {
  for (const [name, node] of Object.entries(target.nodes)) for (const needed of node.needs) mustBeNode(target, needed, `nodes.${name}.needs`);
  for (const [name, link] of Object.entries(target.links)) {
    mustBeNode(target, link.from, `links.${name}.from`);
    mustBeNode(target, link.to, `links.${name}.to`);
  }
  for (const name of Object.keys(target.nodes)) mustNotNeedItself(target, name, []);
}

function mustBeNode(target: Target, name: string, where: string): void {
  if (Object.hasOwn(target.nodes, name)) return;
  throw new RoadworthyError("target-invalid", `there is no node "${name}"`, { where, hint: `nodes are: ${Object.keys(target.nodes).join(", ")}` });
}

function mustNotNeedItself(target: Target, name: string, path: readonly string[]): void {
  if (path.includes(name)) {
    throw new RoadworthyError("target-invalid", `nodes wait for one another: ${[...path, name].join(" → ")}`, { where: `nodes.${name}.needs`, hint: "take one of them out of `needs`" });
  }
  const spec = target.nodes[name];
  for (const needed of spec === undefined ? [] : needsOf(spec)) mustNotNeedItself(target, needed, [...path, name]);
}
