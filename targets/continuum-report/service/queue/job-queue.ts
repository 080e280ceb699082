/** The queue as those see it who put jobs in and count them: the API, and the supervisor for documents that have no job. */

import { keys } from "./keys.ts";
import type { Job } from "./job.ts";
import type { RedisLink } from "./redis-link.ts";
import { offerScript } from "./scripts.ts";

export interface Depths {
  /** Waiting to be taken. */
  readonly queued: number;
  /** Taken by a worker. */
  readonly processing: number;
  /** Waiting for the next attempt. */
  readonly retrying: number;
  readonly deadLetters: number;
}

export interface JobQueue {
  ready(): boolean;
  /** Queues the job unless its document is queued, held or due already; whether it was queued now. */
  offer(job: Job): Promise<boolean>;
  depths(): Promise<Depths>;
  ping(): Promise<void>;
}

export function openJobQueue(link: RedisLink): JobQueue {
  return {
    ready: () => link.ready(),
    offer: (job) => offer(link, job),
    depths: () => depths(link),
    ping: async () => void (await link.ask((redis) => redis.ping())),
  };
}

async function offer(link: RedisLink, job: Job): Promise<boolean> {
  const queued = await link.ask((redis) => redis.eval(offerScript, 2, keys.queuedDocuments, keys.queue, job.document_id, JSON.stringify(job)));
  return queued === 1;
}

async function depths(link: RedisLink): Promise<Depths> {
  const [queued, retrying, known, deadLetters] = await link.ask((redis) =>
    Promise.all([redis.llen(keys.queue), redis.zcard(keys.retries), redis.scard(keys.queuedDocuments), redis.llen(keys.deadLetters)]),
  );
  return { queued, retrying, deadLetters, processing: Math.max(0, known - queued - retrying) };
}
