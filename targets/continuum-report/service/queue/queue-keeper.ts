/** The queue as the supervisor sees it: jobs of dead workers come back, due retries move on, documents without a job are found. */

import type { Redis } from "ioredis";
import { keys, processingKey } from "./keys.ts";
import type { RedisLink } from "./redis-link.ts";
import { promoteScript, recoverScript } from "./scripts.ts";

export interface QueueKeeper {
  /** Brings back the jobs of this supervisor's workers that are not alive any more; how many. */
  recover(alive: () => ReadonlySet<string>): Promise<number>;
  /** Moves retries whose time has come to the front of the queue; how many. */
  promote(): Promise<number>;
  length(): Promise<number>;
  /** Those of the documents that have no job anywhere. */
  withoutJob(documentIds: readonly string[]): Promise<ReadonlySet<string>>;
}

const promoteLimit = 200;
const scanCount = 1_000;

/** `crew` is the part of the worker ids that all workers of this supervisor, and of its predecessors of the same name, share. */
export function openQueueKeeper(link: RedisLink, crew: string): QueueKeeper {
  return {
    recover: (alive) => link.ask((redis) => recover(redis, crew, alive)),
    promote: async () => Number(await link.ask((redis) => redis.eval(promoteScript, 2, keys.retries, keys.queue, promoteLimit))),
    length: () => link.ask((redis) => redis.llen(keys.queue)),
    withoutJob: (documentIds) => link.ask((redis) => withoutJob(redis, documentIds)),
  };
}

async function recover(redis: Redis, crew: string, alive: () => ReadonlySet<string>): Promise<number> {
  let moved = 0;
  let cursor = "0";
  do {
    const [next, found] = await redis.scan(cursor, "MATCH", `${processingKey(crew)}.*`, "COUNT", scanCount);
    // Asked after the scan: a worker that was started meanwhile may have a list already, and it must not be taken for a dead one's.
    const living = new Set([...alive()].map(processingKey));
    for (const list of found) {
      if (!living.has(list)) moved += Number(await redis.eval(recoverScript, 2, list, keys.queue));
    }
    cursor = next;
  } while (cursor !== "0");
  return moved;
}

async function withoutJob(redis: Redis, documentIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (documentIds.length === 0) return new Set();
  const known = await redis.smismember(keys.queuedDocuments, ...documentIds);
  return new Set(documentIds.filter((_, index) => known[index] === 0));
}
