/**
 * The header of a run without secrets. It holds the target's definition, from which a run is judged again: names, objectives and what the
 * judge reads stay as they are; how nodes are started and what requests carry are kept by an allow-list only (R32).
 */

import type { Route } from "../scenario/route.ts";
import type { NodeSpec } from "../scenario/target/node.ts";
import type { RunHeader } from "./event.ts";
import { redact, removed } from "./redact.ts";

/** Headers whose values are shown. */
const shownHeaders = new Set(["accept", "accept-encoding", "accept-language", "cache-control", "content-type", "user-agent"]);

export function cleanHeader(header: RunHeader): RunHeader {
  const { target } = header;
  return {
    ...header,
    repeat: redact(header.repeat),
    target: { ...target, nodes: mapValues(target.nodes, cleanNode), routes: mapValues(target.routes, cleanRoute) },
  };
}

function cleanNode(node: NodeSpec): NodeSpec {
  switch (node.kind) {
    case "postgres":
      return { ...node, password: removed };
    case "redis":
      return { ...node, settings: mapValues(node.settings, (value, name) => (/pass|auth/i.test(name) ? removed : redact(value))) };
    case "process":
      return { ...node, ...cleanStep(node), before: node.before.map((step) => ({ ...step, ...cleanStep(step) })) };
    case "container":
      return node;
  }
}

/** The names of the variables stay, their values do not. */
function cleanStep({ command, env }: { command: string[]; env: Record<string, string> }): { command: string[]; env: Record<string, string> } {
  return { command: command.map(redact), env: mapValues(env, () => removed) };
}

function cleanRoute(route: Route): Route {
  const path = redact(route.path);
  const headers = mapValues(route.headers, (value, name) => (shownHeaders.has(name.toLowerCase()) ? value : removed));
  return { ...route, path, headers, ...(route.body === undefined ? {} : { body: redact(route.body) }) };
}

function mapValues<From, To>(table: Readonly<Record<string, From>>, change: (value: From, name: string) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, change(value, name)]));
}
