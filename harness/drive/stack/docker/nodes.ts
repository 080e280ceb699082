/** What the target says of its nodes as containers: which service each is, and where it listens. */

import { RoadworthyError } from "../../../base/error.ts";
import type { NodeSpec } from "../../../scenario/target/node.ts";
import type { Target } from "../../../scenario/target/target.ts";

const postgresPort = 5_432;
const redisPort = 6_379;

export function serviceOfNode(target: Target, node: string): string {
  return specOf(target, node).service ?? node;
}

/** By name: the ports that a node listens on inside its container. */
export function containerPorts(target: Target, node: string): Readonly<Record<string, number>> {
  const spec = specOf(target, node);
  switch (spec.kind) {
    case "postgres":
      return { main: spec.containerPort ?? postgresPort };
    case "redis":
      return { main: spec.containerPort ?? redisPort };
    case "process":
      return spec.container?.ports ?? {};
    case "container":
      return spec.ports;
  }
}

/** By service: the ports of all nodes that are this service. */
export function declaredPorts(target: Target): Record<string, number[]> {
  const found: Record<string, number[]> = {};
  for (const node of Object.keys(target.nodes)) (found[serviceOfNode(target, node)] ??= []).push(...Object.values(containerPorts(target, node)));
  return found;
}

export function specOf(target: Target, node: string): NodeSpec {
  const spec = Object.hasOwn(target.nodes, node) ? target.nodes[node] : undefined;
  if (spec === undefined) throw new RoadworthyError("target-invalid", `there is no node "${node}"`, { hint: `nodes are: ${Object.keys(target.nodes).join(", ")}` });
  return spec;
}
