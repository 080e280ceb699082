/**
 * Where proxies stand in a stack of containers. Every service gets a network of its own, without a way out, in which there are only it and the
 * proxy; in there the proxy has the names of all servers that this service calls, so that what the service connects to is its own link to
 * each of them. Nothing in a service has to know.
 *
 *     network of api             proxy                 network of postgres
 *     api ──"postgres:5432"──▶ link api-postgres ──▶ postgres        network of workers: workers ──"postgres:5432"──▶ link workers-postgres ──▶ …
 *                               ▲
 *     door (this machine only)  └── ports for our own queries and load: past all links, straight to a node; and one into each link
 */

import { RoadworthyError } from "../../../base/error.ts";
import type { Target } from "../../../scenario/target/target.ts";
import type { WayOut } from "../egress/egress.ts";
import type { ComposeModel } from "./model.ts";
import { containerPorts, serviceOfNode } from "./nodes.ts";
import { acquaintances, networkOwner, serviceOf, type Acquaintance, type PortFacts } from "./servers.ts";

export interface ServicePlan {
  readonly service: string;
  /** Its private networks; more than one only where it calls several servers on the same port. */
  readonly networks: readonly NetworkPlan[];
}

export interface NetworkPlan {
  readonly name: string;
  /** What the proxy is called in it. */
  readonly proxyNames: readonly string[];
}

/** One way through the proxy. */
export interface WayPlan {
  /** Its name at the proxy: that of the target's link where there is one. */
  readonly name: string;
  readonly listen: { readonly network: string; readonly port: number };
  readonly upstream: Upstream;
}

/** A service's port; for the way into a link, the place where its client meets it; or a place outside of the stack. */
export type Upstream =
  | { readonly to: "service"; readonly service: string; readonly port: number }
  | { readonly to: "way"; readonly network: string; readonly port: number }
  | { readonly to: "outside"; readonly host: string | null; readonly port: number };

export interface DockerPlan {
  readonly services: readonly ServicePlan[];
  /** Between services, the target's links among them. */
  readonly ways: readonly WayPlan[];
  /** From this machine: `node:<node>:<port name>` and `link:<link>`, all on the door's network. */
  readonly doors: readonly WayPlan[];
  /** Of the proxy's own interface, inside its container. */
  readonly controlPort: number;
  /** What services may call that is not of the stack. */
  readonly out: readonly WayOut[];
}

/** Whom a service calls, one entry for each server. */
interface Call extends Acquaintance {
  /** Where that is, for what is not of the stack; null: the machine of the engine. */
  readonly outside?: string | null;
}

/** The one with a way out: no service's own can be called so, because a number is next to `rw-` in theirs. */
export const doorNetwork = "rw-door";
const firstDoorPort = 20_000;
const firstControlPort = 8_474;

/** Errors: `target-invalid` for a node, a link or a port that the compose files do not have. */
export function planStack(target: Target, model: ComposeModel, facts: PortFacts & { readonly out?: readonly WayOut[] }): DockerPlan {
  const { out = [] } = facts;
  const known = withLinks(acquaintances(model, facts), target, model);
  const owners = Object.keys(model.services).filter((service) => networkOwner(model, service) === service);
  const slots = new Map(owners.map((service) => [service, slotsOf([...callsOf(known, model, service), ...callsOut(out, model, service)])]));
  const services = owners.map((service) => planService(service, slots.get(service) ?? []));
  const ways = owners.flatMap((service) => waysOf(service, slots.get(service) ?? [], linkNames(target, model)));
  const taken = new Set([...known.flatMap(({ ports, perhaps }) => [...ports, ...perhaps]), ...out.map(({ port }) => port)]);
  return { services, ways, doors: planDoors(target, ways, { model, taken }), controlPort: nextFree(firstControlPort, taken), out };
}

/** A link of the target needs no other sign that its server listens there. */
function withLinks(found: readonly Acquaintance[], target: Target, model: ComposeModel): Acquaintance[] {
  for (const [name, link] of Object.entries(target.links)) {
    const [client, server] = [serviceOfNode(target, link.from), serviceOfNode(target, link.to)];
    serviceOf(model, client);
    serviceOf(model, server);
    const port = containerPorts(target, link.to)[link.port];
    const pair = found.find((each) => each.client === client && each.server === server);
    if (port === undefined) throw new RoadworthyError("target-invalid", `link "${name}" leads to port "${link.port}" of "${link.to}", of which nothing is known`, { where: `links.${name}`, hint: "name it in the node's `ports`, or `container.ports`" });
    if (pair === undefined || !pair.ports.includes(port)) {
      throw new RoadworthyError("target-invalid", `link "${name}": service "${client}" cannot reach "${server}" in the compose files`, { where: `links.${name}`, hint: "they share no network there, or one has the other's" });
    }
  }
  return [...found];
}

/** Whom all services that live in this one's network call, one entry for each server. */
function callsOf(known: readonly Acquaintance[], model: ComposeModel, owner: string): Acquaintance[] {
  const calls = new Map<string, Acquaintance>();
  for (const each of known.filter(({ client }) => networkOwner(model, client) === owner)) {
    const home = networkOwner(model, each.server) ?? each.server;
    const before = calls.get(home);
    const ports = both(each.ports, before?.ports);
    const perhaps = both(each.perhaps, before?.perhaps).filter((port) => !ports.includes(port));
    calls.set(home, { client: owner, server: home, names: [...new Set([...each.names, ...(before?.names ?? [])])], ports, perhaps });
  }
  return [...calls.values()];
}

function both(one: readonly number[], other: readonly number[] = []): number[] {
  return [...new Set([...one, ...other])].toSorted((a, b) => a - b);
}

/** A name has one address in the proxy's network, so all ports of a place belong together. */
function callsOut(out: readonly WayOut[], model: ComposeModel, owner: string): Call[] {
  const own = out.filter(({ services }) => services === null || services.some((service) => networkOwner(model, service) === owner));
  const places = new Map(own.map(({ host, address }) => [host, address]));
  return [...places].map(([host, outside]) => ({ client: owner, server: host, names: [host], outside, ports: own.filter((each) => each.host === host).map(({ port }) => port), perhaps: [] }));
}

/**
 * The proxy has one address in a network, and can listen on a port of it once: servers on the same port need networks of their own. Engines have
 * room for some thirty, so that ports which nobody has named are left out where they would need another one.
 */
function slotsOf(calls: readonly Call[]): Call[][] {
  const slots: Call[][] = [[]];
  for (const call of calls) {
    const free = slots.find((slot) => !slot.some((other) => other.ports.some((port) => call.ports.includes(port))));
    if (free === undefined) slots.push([call]);
    else free.push(call);
  }
  return slots.map((slot) => slot.map((call) => ({ ...call, ports: [...call.ports, ...call.perhaps.filter((port) => !isTaken(slot, call, port))] })));
}

/** Of two that may have a port, the first has it. */
function isTaken(slot: readonly Acquaintance[], call: Acquaintance, port: number): boolean {
  const before = slot.slice(0, slot.indexOf(call));
  return slot.some(({ ports }) => ports.includes(port)) || before.some(({ perhaps }) => perhaps.includes(port));
}

function planService(service: string, slots: readonly (readonly Call[])[]): ServicePlan {
  return { service, networks: slots.map((slot, index) => ({ name: networkName(service, index), proxyNames: slot.flatMap(({ names }) => names) })) };
}

function waysOf(service: string, slots: readonly (readonly Call[])[], links: ReadonlyMap<string, string>): WayPlan[] {
  return slots.flatMap((slot, index) =>
    slot.flatMap(({ server, ports, outside }) =>
      ports.map((port): WayPlan => {
        const key = wayKey(service, server, port);
        const upstream: Upstream = outside === undefined ? { to: "service", service: server, port } : { to: "outside", host: outside, port };
        return { name: links.get(key) ?? key, listen: { network: networkName(service, index), port }, upstream };
      }),
    ),
  );
}

/** By way: the target's link. Two links that are the same way cannot be told apart. */
function linkNames(target: Target, model: ComposeModel): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [name, link] of Object.entries(target.links)) {
    const [client, server] = [link.from, link.to].map((node) => ownerOf(target, model, node));
    const key = wayKey(client ?? "", server ?? "", containerPorts(target, link.to)[link.port] ?? 0);
    const other = names.get(key);
    if (other !== undefined) throw new RoadworthyError("target-invalid", `links "${other}" and "${name}" are the same way in the compose files`, { where: `links.${name}`, hint: "take one of them out" });
    names.set(key, name);
  }
  return names;
}

function ownerOf(target: Target, model: ComposeModel, node: string): string {
  const service = serviceOfNode(target, node);
  return networkOwner(model, service) ?? service;
}

function planDoors(target: Target, ways: readonly WayPlan[], { model, taken }: { model: ComposeModel; taken: ReadonlySet<number> }): WayPlan[] {
  const used = new Set(taken);
  const door = (name: string, upstream: Upstream): WayPlan => {
    const port = nextFree(firstDoorPort, used);
    used.add(port);
    return { name, listen: { network: doorNetwork, port }, upstream };
  };
  const ofNodes = Object.keys(target.nodes).flatMap((node) => {
    const service = ownerOf(target, model, node);
    return Object.entries(containerPorts(target, node)).map(([name, port]) => door(nodeDoor(node, name), { to: "service", service, port }));
  });
  const ofLinks = ways.filter(({ name }) => Object.hasOwn(target.links, name)).map(({ name, listen }) => door(linkDoor(name), { to: "way", ...listen }));
  return [...ofNodes, ...ofLinks];
}

function nextFree(from: number, taken: ReadonlySet<number>): number {
  let port = from;
  while (taken.has(port)) port += 1;
  return port;
}

export function nodeDoor(node: string, port: string): string {
  return `node:${node}:${port}`;
}

export function linkDoor(link: string): string {
  return `link:${link}`;
}

function wayKey(client: string, server: string, port: number): string {
  return `${client}--${server}-${port}`;
}

/** The number comes first: services may be called anything, so that one behind them could make two names alike. */
function networkName(service: string, index: number): string {
  return `rw-${index + 1}-${service}`;
}
