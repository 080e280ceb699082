/** What the faults of stores share: where a store is, who may speak with it, and asking it. */

import { readFileSync } from "node:fs";
import { messageOf, RoadworthyError } from "../../base/error.ts";
import { nodeAccess, nodeAddress, redisDoor, type Address } from "../stack/address.ts";
import { askPostgres, type PostgresLogin } from "../stack/clients/postgres.ts";
import { askRedis } from "../stack/clients/redis.ts";
import type { Stack, StoreFacts, Superuser } from "../stack/stack.ts";
import { unavailableNode } from "./node.ts";

/** For one command or statement of a fault, and of its witness. */
const askWithinMs = 2_000;

/** Null when the node is of this kind. */
export function unavailableStore(node: string, kind: "postgres" | "redis", stack: Stack): string | null {
  const found = stack.nodes.get(node)?.spec.kind;
  return unavailableNode(node, stack) ?? (found === kind ? null : `"${node}" is a node of kind ${found}, not ${kind}`);
}

/** Null when the node is a PostgreSQL in which a superuser is known. */
export function unavailableSuperuser(node: string, stack: Stack): string | null {
  const isKnown = (stack.nodes.get(node)?.superuser ?? null) !== null;
  return unavailableStore(node, "postgres", stack) ?? (isKnown ? null : `no superuser of "${node}" is known: the target's own user is none`);
}

/** Of its first process at the supervisor, with which what is set there ends; null when it is none of the supervisor's. */
export function childOfStore(node: string, stack: Stack): string | null {
  return stack.nodes.get(node)?.children[0] ?? null;
}

export function storeFacts(node: string, stack: Stack): StoreFacts {
  const store = stack.nodes.get(node)?.store ?? null;
  if (store === null) throw new RoadworthyError("internal", `nothing is known of the data of "${node}"`);
  return store;
}

export function superuserOf(node: string, stack: Stack): Superuser {
  const superuser = stack.nodes.get(node)?.superuser ?? null;
  if (superuser === null) throw new RoadworthyError("internal", `"${node}" has no superuser that we know`);
  return superuser;
}

export interface PostgresDoor {
  readonly address: Address;
  /** The target's own user. */
  readonly login: PostgresLogin;
}

export function postgresDoor(node: string, stack: Stack): PostgresDoor {
  const access = nodeAccess(stack.addresses, node);
  if (access.kind !== "postgres") throw new RoadworthyError("internal", `"${node}" does not speak SQL`);
  const { user, password, database } = access;
  return { address: nodeAddress(stack.addresses, node), login: { user, password, database } };
}

/** As the target's own user, on a fresh connection. */
export async function askAsClient(statement: string, node: string, stack: Stack): Promise<string[][]> {
  return await askPostgres(statement, { ...postgresDoor(node, stack), timeoutMs: askWithinMs });
}

/** As the superuser that the server was made with, on a fresh connection. */
export async function askAsSuperuser(statement: string, node: string, stack: Stack): Promise<string[][]> {
  const { user, passwordFile } = superuserOf(node, stack);
  const { address, login } = postgresDoor(node, stack);
  return await askPostgres(statement, { address, login: { ...login, user, password: readFileSync(passwordFile, "utf8") }, timeoutMs: askWithinMs });
}

/** On a fresh connection; rejects with the server's own error. */
export async function commandRedis(command: readonly string[], node: string, stack: Stack): Promise<unknown> {
  return await askRedis(command, { ...redisDoor(stack.addresses, node), timeoutMs: askWithinMs });
}

/** What it was refused with, when that matches; null when it was not, or otherwise. */
export async function refusedWith(pattern: RegExp, attempt: () => Promise<unknown>): Promise<string | null> {
  try {
    await attempt();
    return null;
  } catch (error) {
    const message = messageOf(error);
    return pattern.test(message) ? message : null;
  }
}

/** Null as long as the attempt fails. */
export async function worksAgain(what: string, attempt: () => Promise<unknown>): Promise<string | null> {
  try {
    await attempt();
    return what;
  } catch {
    return null;
  }
}
