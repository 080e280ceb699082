/** What a worker is made of. A build that differs in one part starts with these and replaces it. */

import { openJobSource } from "../queue/job-source.ts";
import type { JobSource } from "../queue/job-source.ts";
import { openRedis } from "../queue/redis-link.ts";
import type { RedisLink } from "../queue/redis-link.ts";
import { openDatabase } from "../store/database.ts";
import type { Database } from "../store/database.ts";
import { openLedger } from "../store/work-ledger.ts";
import type { WorkLedger } from "../store/work-ledger.ts";
import { openBriefWriter } from "./brief-writer.ts";
import type { BriefWriter } from "./brief-writer.ts";
import type { WorkerConfig } from "./worker-config.ts";

export interface WorkerParts {
  readonly config: WorkerConfig;
  readonly link: RedisLink;
  readonly source: JobSource;
  readonly database: Database;
  readonly ledger: WorkLedger;
  readonly writer: BriefWriter;
}

const statementLimitMs = 2_000;
const answerMarginMs = 700;

export function workerParts(config: WorkerConfig): WorkerParts {
  const silenceLimitMs = config.pollSeconds * 1_000 + answerMarginMs;
  const link = openRedis({ url: config.redisUrl, name: config.workerId, silenceLimitMs });
  // One document at a time needs one connection.
  const database = openDatabase({ url: config.databaseUrl, connections: 1, limitMs: statementLimitMs });
  const source = openJobSource(link, { workerId: config.workerId, pollSeconds: config.pollSeconds });
  return { config, link, source, database, ledger: openLedger(database), writer: openBriefWriter(config) };
}
