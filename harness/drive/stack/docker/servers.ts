/** Who may call whom in a compose model, by which names and on which ports: what has to work as before when proxies stand in between. */

import { RoadworthyError } from "../../../base/error.ts";
import type { ComposeModel, ComposeService } from "./model.ts";

/** A server as one of its clients sees it. */
export interface Acquaintance {
  readonly client: string;
  readonly server: string;
  /** Every name by which this client may look it up. */
  readonly names: readonly string[];
  /** TCP ports, inside the server's container. */
  readonly ports: readonly number[];
  /** More of them, of which only the image speaks: an image that many services share names the ports of all. */
  readonly perhaps: readonly number[];
}

export interface PortFacts {
  /** By service: what the target says of its nodes. */
  readonly declared: Readonly<Record<string, readonly number[]>>;
  /** By service: what its image exposes. */
  readonly ofImage: Readonly<Record<string, readonly number[]>>;
}

/** Of all pairs of services that share a network, those whose server listens on a port that is known. In the order of the model. */
export function acquaintances(model: ComposeModel, facts: PortFacts): Acquaintance[] {
  const names = Object.keys(model.services).toSorted();
  return names.flatMap((client) =>
    names.flatMap((server) => {
      const calledBy = namesFor(model, client, server);
      const { ports, perhaps } = portsOf(model, server, facts);
      return client === server || calledBy.length === 0 || ports.length === 0 ? [] : [{ client, server, names: calledBy, ports, perhaps }];
    }),
  );
}

/** The service whose network it lives in: its own, or that of the one it shares with. null for one without any network. */
export function networkOwner(model: ComposeModel, service: string): string | null {
  let owner = service;
  // No longer than there are services: one that shares with itself in a circle is refused by compose.
  for (let step = 0; step <= Object.keys(model.services).length; step += 1) {
    const mode = serviceOf(model, owner).network_mode ?? "";
    if (mode === "none") return null;
    if (!mode.startsWith("service:")) return owner;
    owner = mode.slice("service:".length);
  }
  throw new RoadworthyError("target-invalid", `service "${service}" shares its network in a circle`, { hint: "see `network_mode` in the compose file" });
}

/** TCP ports that it is known to listen on: exposed, published, declared, or named beside its name in another service's settings; those of its image where nothing else is known. */
export function portsOf(model: ComposeModel, service: string, { declared, ofImage }: PortFacts): Pick<Acquaintance, "ports" | "perhaps"> {
  const { expose, ports } = serviceOf(model, service);
  const exposed = (expose ?? []).flatMap(portsOfText);
  const published = (ports ?? []).filter(({ protocol = "tcp" }) => protocol === "tcp").map(({ target }) => target);
  const known = portList([...exposed, ...published, ...(declared[service] ?? []), ...mentioned(model, service)]);
  const image = isAwaitedToEnd(model, service) ? [] : portList(ofImage[service] ?? []);
  return known.length === 0 ? { ports: image, perhaps: [] } : { ports: known, perhaps: image.filter((port) => !known.includes(port)) };
}

/** A service that others wait for until it has ended, such as a migration, serves nobody, whatever its image could. */
function isAwaitedToEnd(model: ComposeModel, service: string): boolean {
  return Object.values(model.services).some(({ depends_on: needs }) => needs?.[service]?.condition === "service_completed_successfully");
}

function portList(ports: readonly number[]): number[] {
  return [...new Set(ports)].filter((port) => port > 0 && port < 65_536).toSorted((a, b) => a - b);
}

/** "8080", "8080/tcp", "9000-9002"; UDP is not proxied. */
export function portsOfText(text: string): number[] {
  const [range = "", protocol = "tcp"] = text.split("/");
  const [first = Number.NaN, last = first] = range.split("-").map(Number);
  if (protocol !== "tcp" || !Number.isInteger(first) || !Number.isInteger(last)) return [];
  return Array.from({ length: Math.min(100, Math.max(0, last - first + 1)) }, (_unused, index) => first + index);
}

function mentioned(model: ComposeModel, service: string): number[] {
  const others = Object.entries(model.services).filter(([name]) => name !== service);
  const names = [service, ...ownNames(serviceOf(model, service))];
  return others.flatMap(([, other]) => textsOf(other).flatMap((text) => names.flatMap((name) => portsBeside(name, text))));
}

function textsOf({ environment, command, entrypoint }: ComposeService): string[] {
  return [...Object.values(environment ?? {}), ...(command ?? []), ...(entrypoint ?? [])].filter((text) => text !== null);
}

/** `http://backend:8000/x`, `backend:8000`, but not `my-backend:8000`. */
function portsBeside(name: string, text: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(`${name}:`); at >= 0; at = text.indexOf(`${name}:`, at + 1)) {
    const port = /^\d{1,5}(?!\d)/.exec(text.slice(at + name.length + 1))?.[0];
    if (port !== undefined && !/[a-zA-Z0-9_.-]/.test(text[at - 1] ?? "")) found.push(Number(port));
  }
  return found;
}

/** Aliases on networks that both are in count for this client; names of `links` for nobody else. */
function namesFor(model: ComposeModel, client: string, server: string): string[] {
  const [place, home] = [networkOwner(model, client), networkOwner(model, server)];
  if (place === null || home === null || place === home) return [];
  const [from, to] = [serviceOf(model, place), serviceOf(model, home)];
  const shared = networksOf(from).filter((network) => networksOf(to).includes(network));
  const linked = (serviceOf(model, client).links ?? []).flatMap((text) => {
    const [name, alias = name] = text.split(":");
    return name === server && alias !== undefined ? [alias] : [];
  });
  if (shared.length === 0 && linked.length === 0) return [];
  const aliases = shared.flatMap((network) => to.networks?.[network]?.aliases ?? []);
  return [...new Set([home, ...ownNames(to), ...aliases, ...linked])];
}

function ownNames({ container_name: name }: ComposeService): string[] {
  return name === undefined ? [] : [name];
}

function networksOf({ networks }: ComposeService): string[] {
  const named = Object.keys(networks ?? {});
  return named.length === 0 ? ["default"] : named;
}

export function serviceOf(model: ComposeModel, name: string): ComposeService {
  const service = Object.hasOwn(model.services, name) ? model.services[name] : undefined;
  if (service !== undefined) return service;
  throw new RoadworthyError("target-invalid", `there is no service "${name}" in the compose files`, {
    hint: `services are: ${Object.keys(model.services).join(", ")}; one of a profile is there only with \`compose.profiles\``,
  });
}
