/**
 * The compose model of a run, made of the user's: the same services from the same images, with fresh volumes, private networks and the proxy
 * between them. A whole model instead of a file that overrides the user's: what an override can take away (`!override`, `!reset`) depends on
 * the version of compose, and what it forgets to take away, such as the name of a volume, would be the user's own data.
 */

import { createHash } from "node:crypto";
import { runLabel } from "../../supervisor/system/engine-containers.ts";
import { closed } from "../egress/closed-networks.ts";
import { hostsWithout, type WayOut } from "../egress/egress.ts";
import type { ComposeModel, ComposeService } from "./model.ts";
import { doorNetwork, type DockerPlan } from "./plan.ts";

export interface RunMarks {
  readonly run: string;
  /** Of compose: prefix of the names of everything that it makes. */
  readonly project: string;
  readonly proxyImage: string;
  /** Address that ports are published on. */
  readonly publishOn: string;
}

/** On containers: the service that it is. */
export const serviceLabel = "org.roadworthy.service";

export const proxyService = "rw-proxy";

type Json = Record<string, unknown>;

/** With the services under their names. */
type OwnModel = Json & { readonly services: Readonly<Record<string, Json>> };

/** Name under which only the proxy knows a service. */
export function upstreamName(service: string): string {
  return `${service}.upstream.roadworthy`;
}

export function interposed(model: ComposeModel, plan: DockerPlan, marks: RunMarks): OwnModel {
  const labels = { [runLabel]: marks.run };
  const own = new Map(plan.services.map((service) => [service.service, service.networks]));
  const services = Object.entries(model.services).map(([name, service]) => {
    const networks = own.get(name)?.map((network, index) => [network.name, index === 0 ? { aliases: [upstreamName(name)] } : {}] as const);
    return [name, changed(name, service, { labels, networks, services: model.services, out: plan.out })] as const;
  });
  const networks = plan.services.flatMap((service) => service.networks.map(({ name }) => [name, { ...closed, labels }] as const));
  return {
    name: marks.project,
    services: { ...Object.fromEntries(services), [proxyService]: proxyOf(plan, marks) },
    networks: { ...Object.fromEntries(networks), [doorNetwork]: { labels } },
    volumes: mapValues(model.volumes ?? {}, (volume) => (volume?.external === true ? volume : { ...without(volume ?? {}, "name"), labels: { ...record(volume?.["labels"]), ...labels } })),
    ...files(model),
  };
}

interface Changes {
  readonly labels: Record<string, string>;
  /** undefined: it has no network of its own. */
  readonly networks: readonly (readonly [string, Json])[] | undefined;
  /** All that there are. */
  readonly services: ComposeModel["services"];
  readonly out: readonly WayOut[];
}

/** Names of its own, published ports and networks go; whatever else it is stays. */
function changed(name: string, service: ComposeService, { labels, networks, services, out }: Changes): Json {
  const rest = without(service, "container_name", "ports", "links", "external_links", "networks", "profiles");
  return {
    ...rest,
    image: imageOf(name, service),
    depends_on: { ...linked(service.links ?? []), ...present(service.depends_on, services) },
    labels: { ...service.labels, ...labels, [serviceLabel]: name },
    ...(service["extra_hosts"] === undefined ? {} : { extra_hosts: hostsWithout(service["extra_hosts"], out, name) }),
    ...(networks === undefined ? {} : { networks: Object.fromEntries(networks) }),
  };
}

/**
 * What is built without a name gets one that stays from run to run, so that nothing is left of each. How and from which folder it is built is part of
 * it: all projects of an engine share its names, and two checkouts of one project are two.
 */
export function imageOf(name: string, { image, build }: ComposeService): string {
  return image ?? `roadworthy-built-${name.toLowerCase()}-${createHash("sha256").update(ordered(build)).digest("hex").slice(0, 12)}`;
}

/** JSON that is the same for the same value, in whatever order its fields were told. */
function ordered(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) => (typeof part !== "object" || part === null || Array.isArray(part) ? part : Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1))))) ?? "";
}

/** What `links` said of the order of starting. */
function linked(links: readonly string[]): Json {
  return Object.fromEntries(links.map((link) => [link.split(":")[0] ?? link, { condition: "service_started", required: true }]));
}

/** Without those of profiles that are not on: compose leaves them in where they are not `required`, and refuses them when it reads its own model again. */
function present(dependsOn: unknown, services: ComposeModel["services"]): Json {
  return Object.fromEntries(Object.entries(record(dependsOn)).filter(([name]) => Object.hasOwn(services, name)));
}

function proxyOf(plan: DockerPlan, { run, proxyImage, publishOn }: RunMarks): Json {
  const networks = plan.services.flatMap((service) => service.networks.map(({ name, proxyNames }) => [name, { aliases: [...proxyNames] }] as const));
  const published = [plan.controlPort, ...plan.doors.map(({ listen }) => listen.port)];
  return {
    image: proxyImage,
    command: ["-host=0.0.0.0", `-port=${plan.controlPort}`],
    // The real one prints a line for every connection otherwise.
    environment: { LOG_LEVEL: "error" },
    labels: { [runLabel]: run, [serviceLabel]: proxyService },
    networks: { ...Object.fromEntries(networks), [doorNetwork]: {} },
    // The engine chooses the ports of this machine; they stay while the proxy runs, whatever restarts behind it.
    ports: published.map((target) => ({ mode: "ingress", target, host_ip: publishOn, protocol: "tcp" })),
    // While it waits for a server whose container is gone, a way of the real one does nothing else, not even what it is told: for seconds so, and for minutes by default.
    // The name of a server that is gone is asked for elsewhere, and may get no answer: Toxiproxy looks up one name after the other, and whoever connects meanwhile waits.
    dns_opt: ["timeout:1", "attempts:1"],
    sysctls: { "net.ipv4.ip_unprivileged_port_start": "0", "net.ipv4.tcp_syn_retries": "1" },
  };
}

/** Secrets and configurations are files: under names of the run. */
function files({ secrets, configs }: ComposeModel): Json {
  return { ...(secrets ? { secrets: mapValues(secrets, renamed) } : {}), ...(configs ? { configs: mapValues(configs, renamed) } : {}) };
}

function renamed(entry: Json | null): Json {
  return without(entry ?? {}, "name");
}

function without(from: Json, ...names: readonly string[]): Json {
  return Object.fromEntries(Object.entries(from).filter(([name, value]) => !names.includes(name) && value !== null && value !== undefined));
}

function record(value: unknown): Json {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function mapValues<From>(table: Readonly<Record<string, From>>, change: (value: From) => unknown): Json {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, change(value)]));
}
