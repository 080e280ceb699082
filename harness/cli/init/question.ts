/** The short form in which a user says how the system is asked: it becomes a query of the target. Pure. */

import { RoadworthyError } from "../../base/error.ts";
import type { Query } from "../../scenario/target/query.ts";
import type { System } from "./recognise/system.ts";

const forms = 'write "sql: SELECT …", "redis: LLEN jobs" or "http: /orders items[].id"; a node may be named: "sql@db: …"';

/** `flag` is where it was written. Throws `usage`. */
export function queryOf(text: string, system: System, flag: string): Query {
  const [, way = "", named, rest = ""] = /^(sql|redis|http)(?:@([\w.-]+))?:\s*(\S.*)$/s.exec(text.trim()) ?? [];
  switch (way) {
    case "sql":
      return { via: "sql", node: nodeOf(system, { role: "postgres", named, flag }), statement: rest };
    case "redis":
      return { via: "redis", node: nodeOf(system, { role: "redis", named, flag }), command: rest.match(/\S+/g) ?? [] };
    case "http":
      return httpQuery(rest, nodeOf(system, { role: "http", named, flag }), flag);
    default:
      throw new RoadworthyError("usage", `${flag} "${text}" cannot be understood`, { hint: forms });
  }
}

/** "/orders?after={{cursor}} items[].id next": where, what of each entry, and where the cursor of the next page stands. */
function httpQuery(text: string, node: string, flag: string): Query {
  const [path = "", pick, next, ...more] = text.match(/\S+/g) ?? [];
  if (!path.startsWith("/") || pick === undefined || more.length > 0) throw new RoadworthyError("usage", `${flag} "http: ${text}" names no path and what of its answer counts`, { hint: forms });
  return { via: "http", node, path, pick, ...(next === undefined ? {} : { next }) };
}

interface Wanted {
  readonly role: "postgres" | "redis" | "http";
  readonly named: string | undefined;
  readonly flag: string;
}

function nodeOf({ parts, door }: System, { role, named, flag }: Wanted): string {
  const able = parts.filter((part) => part.role === role).map(({ service }) => service.name);
  const found = named ?? (role === "http" ? door?.service.name : able[0]);
  if (found !== undefined && able.includes(found)) return found;
  const what = named === undefined ? `there is no service of kind ${role}` : `"${named}" is no service of kind ${role}`;
  throw new RoadworthyError("usage", `${flag}: ${what}`, { hint: able.length === 0 ? `say which service is one: --service <name>=${role}` : `known: ${able.join(", ")}` });
}
