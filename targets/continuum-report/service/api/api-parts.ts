/** What the API is made of. A build that differs in one part hands its own in. */

import { openJobQueue } from "../queue/job-queue.ts";
import type { JobQueue } from "../queue/job-queue.ts";
import { openRedis } from "../queue/redis-link.ts";
import type { RedisLink } from "../queue/redis-link.ts";
import { openDatabase } from "../store/database.ts";
import type { Database } from "../store/database.ts";
import type { ApiConfig } from "./api-config.ts";
import { checkDependencies } from "./deep-health.ts";
import type { DeepHealth } from "./deep-health.ts";
import { openRequestCounts } from "./request-counts.ts";
import type { RequestCounts } from "./request-counts.ts";

export interface ApiParts {
  readonly config: ApiConfig;
  readonly database: Database;
  readonly link: RedisLink;
  readonly queue: JobQueue;
  readonly counts: RequestCounts;
  readonly checkHealth: () => Promise<DeepHealth>;
}

const connections = 10;
/** A dependency's silence is noticed before the request's own limit, so that the answer can name it. */
const dependencyShare = 0.9;

/** Parts that a build brings itself. */
interface OwnParts {
  readonly database?: Database;
  readonly checkHealth?: typeof checkDependencies;
}

export function apiParts(config: ApiConfig, own: OwnParts = {}): ApiParts {
  const limitMs = Math.round(config.requestLimitMs * dependencyShare);
  const database = own.database ?? openDatabase({ url: config.databaseUrl, connections, limitMs });
  const link = openRedis({ url: config.redisUrl, name: "api", silenceLimitMs: limitMs });
  const queue = openJobQueue(link);
  const check = own.checkHealth ?? checkDependencies;
  return { config, database, link, queue, counts: openRequestCounts(), checkHealth: () => check(database, queue, limitMs) };
}
