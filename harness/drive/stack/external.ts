/**
 * The runtime `external`: a system that is up already. Nothing of it was started here, so nothing of it is ended, emptied or killed: load, probes and queries
 * reach it by its addresses, faults by a Toxiproxy that is there, and by commands of the user's own.
 */

import { RoadworthyError, messageOf } from "../../base/error.ts";
import { formatAddress, isLoopbackAddress, parseAddress } from "../../base/loopback-address.ts";
import { nowUs } from "../../base/time.ts";
import type { External } from "../../scenario/target/external.ts";
import type { NodeSpec } from "../../scenario/target/node.ts";
import type { Target } from "../../scenario/target/target.ts";
import { guardOf, permittedAddress, type Guard } from "../guard/guard.ts";
import { connectProxy, type LinkState, type ProxyClient } from "../proxy/client.ts";
import type { Supervisor } from "../supervisor/client.ts";
import { nodeAccess, nodeAddress, type Address, type Addresses, type NodeAccess } from "./address.ts";
import { noChanges } from "./changes/no-changes.ts";
import { noEvidence } from "./evidence/node-evidence.ts";
import { noActs } from "./external/no-acts.ts";
import { noProxy } from "./external/no-proxy.ts";
import { languageOf, roundTrip, type Language } from "./round-trip.ts";
import type { Link, Stack, StackNode } from "./stack.ts";

export interface ExternalOptions {
  readonly supervisor: Supervisor;
  readonly run: string;
  readonly targetFolder: string;
  /** `address:port` pairs beyond loopback that may be touched. */
  readonly allowed: readonly string[];
}

const readyWithinMs = 5_000;

/** Looks whether all of it is there. Errors: `target-invalid` for what is not said, `not-allowed`, `proxy-unavailable`, `target-not-ready`. */
export async function meetExternal(target: Target, { supervisor, run, targetFolder, allowed }: ExternalOptions): Promise<Stack> {
  const { external } = target;
  if (external === undefined) throw invalid("it does not say where it is", "give it `external: { nodes: { … } }`");
  const guard = guardOf(allowed);
  const beganUs = nowUs();
  const nodes = await accessOfAll(target, external, guard);
  const proxied = await proxyOf(target, external);
  const addresses: Addresses = { nodes, links: proxied.addresses };
  refuseMissingLinks(target, addresses);
  const whyNotReady = (node: string): Promise<string | null> => whyNoAnswer(target, node, { addresses, guard });
  for (const node of Object.keys(target.nodes)) {
    const why = await whyNotReady(node);
    if (why !== null) throw new RoadworthyError("target-not-ready", `${node} at ${formatAddress(firstAddress(nodeAccess(addresses, node)))} is not ready: ${why}`, { where: node, hint: "bring the system up first: nothing of it is started here" });
  }
  return {
    target,
    runtime: "external",
    run,
    targetFolder,
    guard,
    proxyKind: "toxiproxy",
    nodes: new Map(Object.entries(target.nodes).map(nodeOf)),
    links: proxied.links,
    addresses,
    supervisor,
    acts: noActs,
    changes: noChanges,
    containers: null,
    proxy: proxied.client,
    proxyUrl: external.toxiproxy === undefined ? "" : `http://${external.toxiproxy}`,
    versions: [...(external.toxiproxy === undefined ? [] : [`Toxiproxy ${await proxied.client.version()}`]), `Node ${process.versions.node}`],
    images: [],
    evidence: noEvidence,
    bootMs: (nowUs() - beganUs) / 1000,
    whyNotReady,
    // It empties stores: what is in those of others stays.
    reset: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function nodeOf([name, spec]: [string, NodeSpec]): [string, StackNode] {
  return [name, { name, spec, children: [], store: null, superuser: null, volume: null }];
}

async function accessOfAll(target: Target, external: External, guard: Guard): Promise<Record<string, NodeAccess>> {
  const strangers = Object.keys(external.nodes).filter((name) => !Object.hasOwn(target.nodes, name));
  const homeless = Object.keys(target.nodes).filter((name) => !Object.hasOwn(external.nodes, name));
  if (strangers.length > 0) throw invalid(`there is no node ${strangers.join(", ")}`, `nodes are: ${Object.keys(target.nodes).join(", ")}`);
  if (homeless.length > 0) throw invalid(`it does not say where ${homeless.join(", ")} is`, "give each node an address in `external.nodes`");
  const entries = Object.entries(target.nodes).map(async ([name, spec]): Promise<[string, NodeAccess]> => {
    const given = external.nodes[name] ?? {};
    const ports = await Promise.all(Object.entries(typeof given === "string" ? { main: given } : given).map(async ([port, place]): Promise<[string, Address]> => [port, await permitted(place, guard)]));
    return [name, accessOf(spec, Object.fromEntries(ports))];
  });
  return Object.fromEntries(await Promise.all(entries));
}

function accessOf(spec: NodeSpec, ports: Readonly<Record<string, Address>>): NodeAccess {
  if (spec.kind !== "postgres") return { kind: spec.kind === "redis" ? "redis" : "process", ports };
  const { user, password, database } = spec;
  return { kind: "postgres", ports, user, password, database };
}

/** A name is looked up once, and what it leads to now is where the system is. */
async function permitted(place: string, guard: Guard): Promise<Address> {
  const { host, port } = parsed(place);
  return { host: await permittedAddress({ host, port }, guard), port };
}

function parsed(place: string): Address {
  const address = parseAddress(place);
  if (address === null) throw invalid(`"${place}" is not host:port`, "write a host and a port, such as 127.0.0.1:8080");
  return address;
}

interface Proxied {
  readonly client: ProxyClient;
  readonly links: ReadonlyMap<string, Link>;
  readonly addresses: Addresses["links"];
}

/** Only the links whose proxy is there: one of the same name, which is on. To heal a cut is to switch it on, and what was off before is to stay so. */
async function proxyOf(target: Target, external: External): Promise<Proxied> {
  if (external.toxiproxy === undefined) return { client: noProxy, links: new Map(), addresses: {} };
  const control = parsed(external.toxiproxy);
  // The supervisor heals beside the harness, and reaches loopback only.
  if (!isLoopbackAddress(control.host)) throw invalid(`its Toxiproxy ${external.toxiproxy} is not on loopback`, "forward its port to this machine");
  const client = connectProxy(formatAddress(control));
  const there = new Map((await client.list()).map((state) => [state.name, state]));
  const found = Object.entries(target.links).flatMap(([name, spec]): { name: string; spec: Link["spec"]; state: LinkState }[] => {
    const state = there.get(name);
    return state?.enabled === true ? [{ name, spec, state }] : [];
  });
  const addressOf = ({ spec, state }: (typeof found)[number]): Address & { to: string } => ({ host: control.host, port: state.port, to: spec.to });
  return { client, links: new Map(found.map(({ name, spec }) => [name, { name, spec }])), addresses: Object.fromEntries(found.map((each) => [each.name, addressOf(each)])) };
}

/** What looks through a link that is not there would only ever see that. */
function refuseMissingLinks(target: Target, { links }: Addresses): void {
  const blind = Object.entries(target.probes).flatMap(([name, { at }]) => ("link" in at && links[at.link] === undefined ? [`probe "${name}" looks through link "${at.link}"`] : []));
  if (blind.length > 0) throw invalid(`${blind.join("; ")}, which has no proxy`, "take it out, or make a proxy of that name");
}

async function whyNoAnswer(target: Target, node: string, { addresses, guard }: { addresses: Addresses; guard: Guard }): Promise<string | null> {
  const spec = target.nodes[node];
  const access = nodeAccess(addresses, node);
  try {
    const isHttp = spec?.kind === "process" && spec.ready.by === "http";
    const address = isHttp ? nodeAddress(addresses, node, spec.ready.by === "http" ? spec.ready.port : "main") : firstAddress(access);
    await roundTrip(languageFor(spec, access), address, { timeoutMs: readyWithinMs, guard });
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

function languageFor(spec: NodeSpec | undefined, access: NodeAccess): Language {
  if (spec?.kind !== "process") return languageOf(access);
  return spec.ready.by === "http" ? { speak: "http", path: spec.ready.path, status: spec.ready.status } : { speak: "tcp" };
}

function firstAddress({ ports }: NodeAccess): Address {
  const first = ports["main"] ?? Object.values(ports)[0];
  if (first === undefined) throw invalid("a node has no address", "give each node an address in `external.nodes`");
  return first;
}

function invalid(problem: string, hint: string): RoadworthyError {
  return new RoadworthyError("target-invalid", `the target cannot be met where it is: ${problem}`, { where: "external", hint });
}
