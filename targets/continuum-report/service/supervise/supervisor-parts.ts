/** What a supervisor is made of. A build that differs in one part starts with these and replaces it. */

import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { openJobQueue } from "../queue/job-queue.ts";
import type { JobQueue } from "../queue/job-queue.ts";
import { openQueueKeeper } from "../queue/queue-keeper.ts";
import type { QueueKeeper } from "../queue/queue-keeper.ts";
import { openRedis } from "../queue/redis-link.ts";
import type { RedisLink } from "../queue/redis-link.ts";
import { openDatabase } from "../store/database.ts";
import type { Database } from "../store/database.ts";
import type { SupervisorConfig } from "./supervisor-config.ts";

export interface SupervisorParts {
  readonly config: SupervisorConfig;
  readonly workerEntry: string;
  readonly link: RedisLink;
  readonly database: Database;
  readonly queue: JobQueue;
  readonly keeper: QueueKeeper;
}

const statementLimitMs = 2_000;
const silenceLimitMs = 1_500;

export function supervisorParts(config: SupervisorConfig): SupervisorParts {
  const link = openRedis({ url: config.redisUrl, name: `supervisor.${config.name}`, silenceLimitMs });
  return {
    config,
    workerEntry: entryBeside(import.meta.url, "../worker"),
    link,
    database: openDatabase({ url: config.databaseUrl, connections: 1, limitMs: statementLimitMs }),
    queue: openJobQueue(link),
    keeper: openQueueKeeper(link, config.name),
  };
}

/** Path of an entry file named without its extension: `.ts` in a checkout, `.js` once compiled, like the module that names it. */
export function entryBeside(moduleUrl: string, name: string): string {
  return fileURLToPath(new URL(`${name}${extname(fileURLToPath(moduleUrl))}`, moduleUrl));
}
