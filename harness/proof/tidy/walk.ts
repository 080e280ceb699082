/** Walks a syntax tree without knowing its node types. */

import type { Node, Program } from "oxc-parser";
import { visitorKeys } from "oxc-parser";

/** Every node below `root` and itself, parents first. */
export function* nodesOf(root: Node | Program): Generator<Node> {
  yield root;
  for (const child of childrenOf(root)) yield* nodesOf(child);
}

/** Every node with the nodes that it lies in, innermost last. */
export function* nodesWithParents(root: Node, parents: readonly Node[] = []): Generator<{ node: Node; parents: readonly Node[] }> {
  yield { node: root, parents };
  for (const child of childrenOf(root)) yield* nodesWithParents(child, [...parents, root]);
}

function childrenOf(node: Node): Node[] {
  const values = new Map<string, unknown>(Object.entries(node));
  return (visitorKeys[node.type] ?? []).flatMap((key) => {
    const value = values.get(key);
    return (Array.isArray(value) ? value : [value]).filter(isNode);
  });
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
