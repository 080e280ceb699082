/** The YAML of a compose file: with anchors, merge keys, and the tags `!reset` and `!override`. */

import { isCollection, parse, type CollectionTag, type ScalarTag } from "yaml";
import { messageOf, RoadworthyError } from "../../../base/error.ts";
import { Tagged } from "./merge.ts";

/** Anchors are what compose files live by; so many unfold into no bomb. */
const mostAliases = 1000;

/** The data in the text, unchecked. Throws `usage` with the line that is wrong. */
export function parseCompose(text: string, path: string): unknown {
  try {
    return parse(text, { merge: true, maxAliasCount: mostAliases, logLevel: "error", customTags: (known) => [...known, ...tags] });
  } catch (error) {
    throw new RoadworthyError("usage", `cannot read ${path}: ${messageOf(error)}`, { hint: "correct the YAML at the named line", where: path, cause: error });
  }
}

const tags: (ScalarTag | CollectionTag)[] = (["reset", "override"] as const).flatMap((name) => [
  { tag: `!${name}`, resolve: (value: string) => new Tagged(name, value) },
  ...(["map", "seq"] as const).map((collection) => ({ tag: `!${name}`, collection, resolve: (value: unknown) => new Tagged(name, isCollection(value) ? value.toJSON() : value) })),
]);
