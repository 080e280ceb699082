/** Several compose files over one another, by the rules of Compose: maps are merged, commands replaced, most lists added. Pure. */

import { scalarText } from "./scalar.ts";

export type Fields = Record<string, unknown>;

/** `!reset` and `!override` of a compose file, as its parser gives them. */
export class Tagged {
  readonly tag: "reset" | "override";
  readonly value: unknown;

  constructor(tag: "reset" | "override", value: unknown) {
    this.tag = tag;
    this.value = value;
  }
}

/** What one value stands for: the later one replaces the earlier. */
const replacedLists = new Set(["command", "entrypoint", "test"]);

/** Lists whose entries have a name of their own: of two of one name the later one counts. */
const namedLists: Readonly<Record<string, (entry: unknown) => string>> = { volumes: mountPoint, ports: JSON.stringify, expose: scalarText };

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Tagged);
}

export function merged(base: unknown, over: unknown, field = ""): unknown {
  if (over instanceof Tagged) return over.tag === "override" ? over.value : undefined;
  if (over === undefined || over === null) return base;
  if (isFields(base) && isFields(over)) return mergedFields(base, over);
  if (Array.isArray(base) && Array.isArray(over) && !replacedLists.has(field)) return mergedLists(base, over, field);
  return over;
}

function mergedFields(base: Fields, over: Fields): Fields {
  const names = [...new Set([...Object.keys(base), ...Object.keys(over)])];
  const entries = names.map((name): [string, unknown] => [name, Object.hasOwn(over, name) ? merged(base[name], over[name], name) : base[name]]);
  return Object.fromEntries(entries.filter(([name, value]) => value !== undefined || !Object.hasOwn(over, name)));
}

function mergedLists(base: readonly unknown[], over: readonly unknown[], field: string): unknown[] {
  const nameOf = namedLists[field];
  if (nameOf === undefined) return [...base, ...over];
  return [...new Map([...base, ...over].map((entry) => [nameOf(entry), entry])).values()];
}

function mountPoint(entry: unknown): string {
  if (isFields(entry)) return scalarText(entry["target"] ?? "");
  const parts = scalarText(entry).split(":");
  return parts.length === 1 ? (parts[0] ?? "") : (parts[1] ?? "");
}

/** Without tags, for a file that is merged over nothing. */
export function untagged(value: unknown): unknown {
  if (value instanceof Tagged) return value.tag === "override" ? untagged(value.value) : undefined;
  if (Array.isArray(value)) return value.map(untagged);
  return isFields(value) ? Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, untagged(entry)])) : value;
}
