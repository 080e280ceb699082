/** Opens the ways of a plan at a Toxiproxy that is up in its container, and tells where they are met from this machine. */

import { readFileSync, statSync } from "node:fs";
import { formatAddress } from "../../../base/loopback-address.ts";
import { RoadworthyError } from "../../../base/error.ts";
import type { NodeSpec } from "../../../scenario/target/node.ts";
import type { Target } from "../../../scenario/target/target.ts";
import type { ProxyClient } from "../../proxy/client.ts";
import type { Inspected } from "../../supervisor/system/engine-containers.ts";
import type { Address, Addresses, NodeAccess } from "../address.ts";
import { postgresLogin, redisPassword, type ImageSettings } from "../clients/image-logins.ts";
import { upstreamName } from "./interpose.ts";
import type { ComposeModel, ComposeService } from "./model.ts";
import { containerPorts, serviceOfNode, specOf } from "./nodes.ts";
import { doorNetwork, linkDoor, nodeDoor, type DockerPlan, type Upstream, type WayPlan } from "./plan.ts";

/** `doorsOn`: address in the proxy's container that doors listen on; that of their own network when left out. */
export async function openWays(client: Pick<ProxyClient, "createLink">, plan: DockerPlan, proxy: ProxyPlace, doorsOn?: string): Promise<void> {
  const at = (network: string, port: number): string => formatAddress({ host: proxy.addressIn(network), port });
  const behind = (upstream: Upstream): string => {
    switch (upstream.to) {
      case "service":
        return `${upstreamName(upstream.service)}:${upstream.port}`;
      case "way":
        return at(upstream.network, upstream.port);
      case "outside":
        return formatAddress({ host: upstream.host ?? proxy.machine(), port: upstream.port });
    }
  };
  const open = async ({ name, listen: { network, port }, upstream }: WayPlan, host?: string): Promise<void> => {
    const listen = host === undefined ? at(network, port) : formatAddress({ host, port });
    await client.createLink({ name, listen, upstream: behind(upstream), enabled: true });
  };
  await Promise.all(plan.ways.map((way) => open(way)));
  await Promise.all(plan.doors.map((door) => open(door, doorsOn)));
}

/** The proxy's container, as the engine tells of it. */
export interface ProxyPlace {
  addressIn(network: string): string;
  /** Where the machine of the engine is met from the container. */
  machine(): string;
  /** Port of this machine that leads to a port of the container. */
  published(port: number): number;
}

/** `here`: the port of this machine for one that the engine published. */
export function proxyPlace(project: string, { NetworkSettings: { Networks: networks, Ports: ports } }: Inspected, here: (port: number) => number): ProxyPlace {
  return {
    addressIn: (network) => {
      const address = networks?.[`${project}_${network}`]?.IPAddress ?? "";
      if (address === "") throw new RoadworthyError("stack-unavailable", `the proxy has no address in network ${network}`, { hint: "see `docker inspect` of its container" });
      return address;
    },
    machine: () => {
      const address = networks?.[`${project}_${doorNetwork}`]?.Gateway ?? "";
      if (address === "") throw new RoadworthyError("stack-unavailable", "the engine's machine has no address in the proxy's network", { hint: "take host.docker.internal out of `compose.egress`" });
      return address;
    },
    published: (port) => {
      const found = ports?.[`${port}/tcp`]?.[0]?.HostPort;
      if (found === undefined) throw new RoadworthyError("stack-unavailable", `the engine published port ${port} of the proxy nowhere`, { hint: "see `docker port` of its container" });
      return here(Number(found));
    },
  };
}

const host = "127.0.0.1";

export interface UpStack {
  readonly target: Target;
  readonly model: ComposeModel;
  readonly plan: DockerPlan;
  /** Variables that become secrets. */
  readonly environment: Readonly<Record<string, string>>;
}

/** All on this machine's loopback, through the proxy's doors: they stay while services restart behind them. */
export function addressesOf({ target, model, plan, environment }: UpStack, proxy: ProxyPlace): Addresses {
  const doors = new Map(plan.doors.map(({ name, listen }) => [name, listen.port]));
  const address = (door: string): Address => ({ host, port: proxy.published(doors.get(door) ?? 0), relayed: true });
  const nodes = Object.keys(target.nodes).map((node): [string, NodeAccess] => {
    const ports = Object.fromEntries(Object.keys(containerPorts(target, node)).map((name) => [name, address(nodeDoor(node, name))]));
    return [node, accessOf(specOf(target, node), settingsOf(serviceOfNode(target, node), model, environment), ports)];
  });
  const links = Object.entries(target.links).map(([name, { to }]) => [name, { ...address(linkDoor(name)), to }] as const);
  return { nodes: Object.fromEntries(nodes), links: Object.fromEntries(links) };
}

/** What the service says of itself holds: a target needs no passwords, and the defaults of its fields are for servers that are started here. */
function accessOf(spec: NodeSpec, settings: ImageSettings, ports: Record<string, Address>): NodeAccess {
  if (spec.kind === "postgres") {
    const { user, password, database } = postgresLogin(settings) ?? spec;
    return { kind: "postgres", ports, user, password, database };
  }
  const password = spec.kind === "redis" ? redisPassword(settings) : null;
  return { kind: spec.kind === "redis" ? "redis" : "process", ports, ...(password === null ? {} : { password }) };
}

function settingsOf(name: string, model: ComposeModel, variables: UpStack["environment"]): ImageSettings {
  const service = model.services[name];
  const environment = Object.fromEntries(Object.entries(service?.environment ?? {}).map(([variable, value]) => [variable, value === null ? null : plain(value)]));
  const words = [...(service?.entrypoint ?? []), ...(service?.command ?? [])].map(plain);
  return { environment, words, fileText: (path) => (service === undefined ? null : textBehind(path, service, { secrets: model.secrets, variables })) };
}

/** Compose writes "$$" for "$", so that its own answer can be read again. */
function plain(text: string): string {
  return text.replaceAll("$$", () => "$");
}

/** Of a secret, or of a file that is mounted. */
function textBehind(path: string, { secrets, volumes }: ComposeService, from: Pick<ComposeModel, "secrets"> & { variables: UpStack["environment"] }): string | null {
  const named = secrets?.find(({ source, target = source }) => path === (target.startsWith("/") ? target : `/run/secrets/${target}`))?.source;
  const secret = named === undefined ? undefined : from.secrets?.[named];
  const variable = secret?.environment === undefined ? undefined : from.variables[secret.environment];
  if (variable !== undefined) return variable;
  const file = secret?.file ?? volumes?.find(({ type, target }) => type === "bind" && target === path)?.source;
  try {
    return file === undefined || statSync(file).size > fileLimitBytes ? null : readFileSync(file, "utf8").replace(/\r?\n$/, "");
  } catch {
    // Compose will say that it is not there.
    return null;
  }
}

const fileLimitBytes = 65_536;
