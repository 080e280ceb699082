/** Who may do everything in a PostgreSQL of the stack: the user that its image makes is one, and is the target's own. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Target } from "../../../scenario/target/target.ts";
import { nodeAccess, nodeAddress, type Addresses } from "../address.ts";
import { askPostgres } from "./postgres.ts";
import type { Superuser } from "../stack.ts";

const askWithinMs = 2_000;

/** By node; a target's user who is none has no entry. The password is for this user's eyes only, in `folder`. */
export async function superusersOf(target: Target, addresses: Addresses, folder: string): Promise<Map<string, Superuser>> {
  const found = await Promise.all(Object.keys(target.nodes).map(async (node) => [node, await superuserOf(node, addresses, folder)] as const));
  return new Map(found.flatMap(([node, superuser]) => (superuser === null ? [] : [[node, superuser] as const])));
}

async function superuserOf(node: string, addresses: Addresses, folder: string): Promise<Superuser | null> {
  const access = nodeAccess(addresses, node);
  if (access.kind !== "postgres") return null;
  const { user, password, database } = access;
  const [[isSuper] = []] = await askPostgres("select rolsuper from pg_roles where rolname = current_user", { address: nodeAddress(addresses, node), login: { user, password, database }, timeoutMs: askWithinMs });
  if (isSuper !== "t") return null;
  const passwordFile = join(folder, `${node}.password`);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  return { user, passwordFile };
}
