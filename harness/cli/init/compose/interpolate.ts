/** Variables in a compose file, at any depth. Pure. */

import { interpolatedText, type Lookup } from "../../../scenario/target/interpolated-text.ts";
import { Tagged } from "./merge.ts";

/** Fills in every text of a value, at any depth; names of fields stay as they are. */
export function interpolated(value: unknown, lookup: Lookup): unknown {
  if (typeof value === "string") return interpolatedText(value, lookup);
  if (Array.isArray(value)) return value.map((entry) => interpolated(entry, lookup));
  if (value instanceof Tagged) return new Tagged(value.tag, interpolated(value.value, lookup));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, interpolated(entry, lookup)]));
}
