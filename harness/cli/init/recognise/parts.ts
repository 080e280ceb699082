/** What each service of a compose file is, with the reason. Pure. */

import type { ComposeProject } from "../compose/read-compose.ts";
import type { Service } from "../compose/service.ts";
import { healthRequest } from "./health-request.ts";
import { knownImage, type KnownImage } from "./images.ts";
import { mentionsOf, type Mention } from "./mentions.ts";

/** `tcp` is known by its port only; `task` ends by itself, such as a migration. */
export const roles = ["postgres", "redis", "http", "worker", "tcp", "task"] as const;
export type Role = (typeof roles)[number];

export interface Part {
  readonly service: Service;
  readonly role: Role;
  /** Inside the container; null for a worker or a task. */
  readonly port: number | null;
  /** Of a health check by HTTP. */
  readonly healthPath: string | null;
  readonly isTool: boolean;
  readonly because: string;
}

/** What the user says of a service, in place of what can be seen. */
export interface Told {
  readonly role: Role;
  readonly port: number | null;
}

export function partsOf({ services }: Pick<ComposeProject, "services">, told: Readonly<Record<string, Told>> = {}): Part[] {
  const mentions = mentionsOf(services);
  return services.map((service) => {
    const part = recognised(service, { services, mentions: mentions.filter(({ to }) => to === service.name) });
    const said = told[service.name];
    return said === undefined ? part : { ...part, role: said.role, port: portOf(said, part), isTool: false, because: "you said so" };
  });
}

function portOf({ role, port }: Told, part: Part): number | null {
  if (role === "worker" || role === "task") return null;
  return port ?? part.port ?? usualPorts[role];
}

const usualPorts: Readonly<Record<"postgres" | "redis" | "http" | "tcp", number>> = { postgres: 5432, redis: 6379, http: 80, tcp: 80 };

interface Around {
  readonly services: readonly Service[];
  /** Of this service by others. */
  readonly mentions: readonly Mention[];
}

function recognised(service: Service, around: Around): Part {
  const part = (fields: Pick<Part, "role" | "because"> & Partial<Part>): Part => ({ service, port: null, healthPath: null, isTool: false, ...fields });
  const image = knownImage(service.image);
  if (image !== null && !endsByItself(service, around)) return part({ ...ofImage(image, service), because: `image ${service.image ?? ""}` });
  const store = image === null ? storeByTraces(service) : null;
  if (store !== null) return part(store);
  if (endsByItself(service, around)) return part({ role: "task", because: "it ends by itself" });
  const health = healthRequest(service);
  if (health !== null) return part({ role: "http", port: health.port ?? servedPorts(service, around)[0] ?? usualPorts.http, healthPath: health.path, because: "health check by HTTP" });
  return part(byPorts(service, around));
}

function ofImage(image: KnownImage, service: Service): Pick<Part, "role" | "port" | "isTool" | "healthPath"> {
  const health = image.role === "http" ? healthRequest(service) : null;
  // A web server of no known configuration listens where it is published.
  const published = image.role === "http" && !service.ports.some(({ target }) => target === image.port) ? service.ports[0]?.target : undefined;
  return { role: image.role, port: health?.port ?? published ?? ownPort(image, service), healthPath: health?.path ?? null, isTool: image.isTool === true };
}

/** A store that was told to listen elsewhere: `redis-server --port 6380`, `postgres -p 5433`, PGPORT. */
function ownPort({ role, port }: KnownImage, { command, environment }: Service): number {
  const line = command.join(" ");
  const told = role === "redis" ? /--port[ =](\d{1,5})/.exec(line)?.[1] : role === "postgres" ? (/(?:-p |port=)(\d{1,5})/.exec(line)?.[1] ?? environment["PGPORT"]) : undefined;
  return told === undefined ? port : Number(told);
}

/** Images that a team built itself are known by what they keep, run and ask. */
function storeByTraces(service: Service): (Pick<Part, "role" | "because"> & Partial<Part>) | null {
  const asks = service.health.join(" ");
  const runs = service.command.join(" ");
  const keeps = service.mounts.map(({ target }) => target);
  const isHere = (host: RegExp): boolean => !/(?:^|\s)-h\s/.test(asks) || host.test(asks);
  const here = /-h\s+(?:localhost|127\.0\.0\.1)/;
  if (/\bpg_isready\b/.test(asks) && isHere(here)) return { role: "postgres", port: Number(service.environment["PGPORT"] ?? usualPorts.postgres), because: "health check pg_isready" };
  if (keeps.some((path) => /^\/(?:var\/lib\/postgresql|bitnami\/postgresql)/.test(path)) && service.isBuilt) return { role: "postgres", port: usualPorts.postgres, because: "it keeps PostgreSQL's data" };
  if (/\b(?:redis|valkey)-cli\b/.test(asks) && isHere(here)) return { role: "redis", port: usualPorts.redis, because: "health check redis-cli" };
  if (/(?:^|[\s/])(?:redis|valkey)-server\b/.test(runs)) return { role: "redis", port: usualPorts.redis, because: "it runs redis-server" };
  return null;
}

/** Somebody waits for its end, or its name and command say that it prepares things and nobody starts it again. */
function endsByItself(service: Service, { services }: Around): boolean {
  if (services.some(({ dependsOn }) => dependsOn[service.name] === "service_completed_successfully")) return true;
  const restarts = service.restart !== null && service.restart !== "no" && !service.restart.startsWith("on-failure");
  return !restarts && service.ports.length === 0 && /\b(?:migrat\w*|seed|initdb|createbuckets?|setup)\b/i.test(`${service.name.replaceAll(/[_-]/g, " ")} ${service.command.join(" ")}`);
}

/** Ports that are seldom anything but HTTP. */
const webPorts = [80, 8080, 8000, 3000, 5000, 4000, 8081, 8008, 8888, 9000, 3001, 1337, 5173, 8443, 443];

function byPorts(service: Service, around: Around): Pick<Part, "role" | "because"> & Partial<Part> {
  const ports = servedPorts(service, around);
  const named = around.mentions.find(({ scheme }) => scheme === "http" || scheme === "https");
  // What PORT says of a service that nobody reaches may be said to all processes of one image.
  if (named !== undefined) return { role: "http", port: named.port ?? ports[0] ?? portVariable(service) ?? usualPorts.http, because: `${named.from} reaches it by HTTP (${named.where})` };
  const web = webPorts.find((port) => ports.includes(port));
  if (web !== undefined) return { role: "http", port: web, because: `port ${web}` };
  const [first] = ports;
  if (first === undefined) return { role: "worker", because: "it serves no port" };
  if (service.isBuilt && service.ports.length > 0) return { role: "http", port: service.ports[0]?.target ?? first, because: `it is built here and publishes port ${first}` };
  return { role: "tcp", port: first, because: `port ${first}, of which nothing is known` };
}

/** Published first, then said to be open, then named by others. */
function servedPorts(service: Service, { mentions }: Around): number[] {
  return [...new Set([...service.ports.map(({ target }) => target), ...service.expose, ...mentions.flatMap(({ port }) => port ?? [])])];
}

function portVariable({ environment }: Service): number | null {
  const port = Number(environment["PORT"]);
  return Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : null;
}
