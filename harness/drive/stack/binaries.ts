/** Where the programs come from that stacks run on: for `doctor`, and for the log's header. Fetches nothing. */

import { messageOf } from "../../base/error.ts";
import type { NodeKind } from "../../scenario/target/node.ts";
import { findPostgres, missingPostgres } from "./tools/postgres-binaries.ts";
import { findRedis, missingRedis, redisVersion } from "./tools/redis-binary.ts";

export interface BinaryReport {
  readonly what: "PostgreSQL" | "Redis";
  /** "PostgreSQL 15.18", "Valkey 9.1.2"; null when it is not there. */
  readonly version: string | null;
  /** A path, or where it would come from. */
  readonly from: string;
  /** What to do when it is missing; null when nothing has to be done. */
  readonly hint: string | null;
}

export async function findBinaries(): Promise<BinaryReport[]> {
  return [reportPostgres(), await reportRedis()];
}

/** Names and versions of what nodes of these kinds run on; what is fetched at boot only is called so. */
export async function binaryVersions(kinds: ReadonlySet<NodeKind>): Promise<string[]> {
  const reports: BinaryReport[] = [];
  if (kinds.has("postgres")) reports.push(reportPostgres());
  if (kinds.has("redis")) reports.push(await reportRedis());
  return reports.map(({ what, version }) => version ?? `${what} (not there before boot)`);
}

function reportPostgres(): BinaryReport {
  const found = findPostgres();
  if (found === null) return { what: "PostgreSQL", version: null, from: "npm", hint: missingPostgres().hint ?? null };
  return { what: "PostgreSQL", version: `PostgreSQL ${found.version}`, from: found.folder, hint: null };
}

async function reportRedis(): Promise<BinaryReport> {
  const found = findRedis();
  if (found === null) return { what: "Redis", version: null, from: "fetched at the first boot", hint: missingRedis("").hint ?? null };
  try {
    return { what: "Redis", version: await redisVersion(found), from: found.path, hint: null };
  } catch (error) {
    return { what: "Redis", version: null, from: found.path, hint: messageOf(error) };
  }
}
