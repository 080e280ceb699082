/** Where nodes and links listen, as plain data that is handed to the load and probe processes. */

import { z } from "zod";
import { RoadworthyError } from "../../base/error.ts";

/** In orders that other processes carry out. */
export const addressSchema = z.strictObject({
  host: z.string(),
  port: z.int(),
  /** Of a link: the address that our own connections come from, so that the proxy can tell them from the service's. */
  from: z.string().optional(),
  /** Somebody in between accepts every connection, and closes it when there is nobody behind: only one that stays open was accepted. */
  relayed: z.boolean().optional(),
});
export type Address = z.infer<typeof addressSchema>;

/** What a client needs to know beyond the address. */
export type NodeAccess =
  | { kind: "postgres"; ports: Readonly<Record<string, Address>>; user: string; password: string; database: string }
  | { kind: "redis"; ports: Readonly<Record<string, Address>>; password?: string }
  | { kind: "process"; ports: Readonly<Record<string, Address>> };

export interface Addresses {
  nodes: Readonly<Record<string, NodeAccess>>;
  /** By link: where clients connect, and the node behind it. */
  links: Readonly<Record<string, Address & { to: string }>>;
}

export function nodeAccess(addresses: Addresses, node: string): NodeAccess {
  const access = addresses.nodes[node];
  if (access === undefined) throw new RoadworthyError("target-invalid", `there is no node "${node}"`, { hint: `nodes are: ${Object.keys(addresses.nodes).join(", ")}` });
  return access;
}

/** What a client of Redis needs. */
export function redisDoor(addresses: Addresses, node: string): { address: Address; password?: string } {
  const access = nodeAccess(addresses, node);
  const address = nodeAddress(addresses, node);
  return access.kind === "redis" && access.password !== undefined ? { address, password: access.password } : { address };
}

export function nodeAddress(addresses: Addresses, node: string, port = "main"): Address {
  const found = nodeAccess(addresses, node).ports[port];
  if (found === undefined) throw new RoadworthyError("target-invalid", `node "${node}" has no port "${port}"`, { hint: "name one of the node's `ports`" });
  return found;
}
