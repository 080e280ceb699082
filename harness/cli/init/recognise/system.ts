/** A whole system as it can be told from its compose file: its parts, who is the client of whom, and its front door. Pure. */

import type { ComposeProject } from "../compose/read-compose.ts";
import { mentionsOf } from "./mentions.ts";
import { partsOf, type Part, type Role, type Told } from "./parts.ts";

export interface Pair {
  readonly from: string;
  readonly to: string;
  readonly because: string;
  /** It was seen to speak HTTP there. */
  readonly isHttp: boolean;
}

export interface System {
  readonly name: string;
  /** Without tasks, and without tools that nobody in the system talks to. */
  readonly parts: readonly Part[];
  readonly tasks: readonly Part[];
  readonly tools: readonly Part[];
  readonly pairs: readonly Pair[];
  /** What is loaded; null when nothing speaks HTTP. */
  readonly door: Part | null;
  /** Databases and caches whose clients cannot be told. */
  readonly withoutClients: readonly string[];
}

export interface Wishes {
  readonly name?: string | undefined;
  readonly door?: string | undefined;
  readonly told?: Readonly<Record<string, Told>>;
}

export function systemOf(project: ComposeProject, wishes: Wishes = {}): System {
  const all = partsOf(project, wishes.told);
  const pairs = pairsOf(project, all);
  const tools = all.filter((part) => part.isTool && part.role !== "task" && !pairs.some(({ to }) => to === part.service.name));
  const tasks = all.filter(({ role }) => role === "task");
  const parts = all.filter((part) => !tools.includes(part) && !tasks.includes(part));
  const named = new Set(parts.map(({ service }) => service.name));
  const kept = pairs.filter(({ from, to }) => named.has(from) && named.has(to));
  return {
    name: wishes.name ?? project.name,
    parts,
    tasks,
    tools,
    pairs: kept,
    door: doorOf(parts, wishes.door),
    withoutClients: parts.filter((part) => isStoreLike(part.role) && !kept.some(({ to }) => to === part.service.name)).map(({ service }) => service.name),
  };
}

/** By what a service's variables and command name, by `links`, and by what it waits for when that is a store. */
function pairsOf({ services }: ComposeProject, parts: readonly Part[]): Pair[] {
  const roleOf = new Map(parts.map(({ service, role }) => [service.name, role]));
  const served = (name: string): boolean => !["worker", "task", undefined].includes(roleOf.get(name));
  const isStore = (name: string): boolean => isStoreLike(roleOf.get(name));
  const found = [
    ...mentionsOf(services).map(({ from, to, where, scheme }) => ({ from, to, because: where === "command" ? "its command" : where, isHttp: scheme === "http" })),
    ...services.flatMap((service) => service.links.map((to) => ({ from: service.name, to, because: "links", isHttp: false }))),
    ...services.flatMap((service) => Object.keys(service.dependsOn).filter(isStore).map((to) => ({ from: service.name, to, because: "depends_on", isHttp: false }))),
  ];
  const ofServers = found.filter(({ from, to }) => served(to) && from !== to && roleOf.get(from) !== "task");
  const firsts = ofServers.filter((pair, index) => ofServers.findIndex(({ from, to }) => from === pair.from && to === pair.to) === index);
  const order = services.map(({ name }) => name);
  return firsts.toSorted((a, b) => order.indexOf(a.from) - order.indexOf(b.from));
}

/** The service that users come to first: named by the user, else published and leading to the others. */
function doorOf(parts: readonly Part[], wish: string | undefined): Part | null {
  if (wish !== undefined) return parts.find(({ service }) => service.name === wish) ?? null;
  const doors = parts.filter(({ role, isTool }) => role === "http" && !isTool);
  return doors.toSorted((a, b) => points(b) - points(a))[0] ?? null;
}

function points({ service }: Part): number {
  return (
    (service.ports.length > 0 ? 8 : 0) +
    (service.isBuilt ? 4 : 0) +
    (/api|gateway/i.test(service.name) ? 3 : 0) +
    (/web|app|server|backend/i.test(service.name) ? 2 : 0) -
    (/front|ui|admin|docs/i.test(service.name) ? 3 : 0)
  );
}

/** Whatever others depend upon without being a part of the team's own code. */
function isStoreLike(role: Role | undefined): boolean {
  return role === "postgres" || role === "redis" || role === "tcp";
}
