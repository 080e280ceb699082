/**
 * A worker that takes jobs as the roadmap's own code does: BRPOP, and from then on the job exists only in its memory. A stop in good order
 * and an outage cost nothing, a kill costs the job in hand.
 */

import { runEntry } from "../../../continuum-report/service/base/lifecycle.ts";
import { deadLetter, jobEvent } from "../../../continuum-report/service/queue/job-source.ts";
import type { Held, JobSource } from "../../../continuum-report/service/queue/job-source.ts";
import { parseJob } from "../../../continuum-report/service/queue/job.ts";
import { keys } from "../../../continuum-report/service/queue/keys.ts";
import type { RedisLink } from "../../../continuum-report/service/queue/redis-link.ts";
import { startWorker } from "../../../continuum-report/service/jobs/start-worker.ts";
import { workerConfig } from "../../../continuum-report/service/jobs/worker-config.ts";
import { workerParts } from "../../../continuum-report/service/jobs/worker-parts.ts";

function hold(entry: unknown): Held | null {
  if (typeof entry !== "string") return null;
  const job = parseJob(entry);
  return job === null ? null : { entry, job };
}

function popWithoutTrace(link: RedisLink, pollSeconds: number): JobSource {
  return {
    async take() {
      const popped = await link.ask((redis) => redis.brpop(keys.queue, pollSeconds));
      return hold(popped?.[1]);
    },
    async finish({ job }) {
      const event = jobEvent("completed", job);
      const done = await link.ask((redis) => redis.multi().srem(keys.queuedDocuments, job.document_id).publish(keys.events, event).rpop(keys.queue).exec());
      return hold(done?.[2]?.[1]);
    },
    async postpone(_held, later, delayMs) {
      const [seconds, microseconds] = await link.ask((redis) => redis.time());
      const dueMs = Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000) + delayMs;
      await link.ask((redis) => redis.zadd(keys.retries, dueMs, JSON.stringify(later)));
    },
    async bury({ job }, reason) {
      await link.ask((redis) => redis.multi().srem(keys.queuedDocuments, job.document_id).rpush(keys.deadLetters, deadLetter(job, reason)).exec());
    },
    async release({ entry }) {
      await link.ask((redis) => redis.rpush(keys.queue, entry));
    },
  };
}

await runEntry(() => {
  const parts = workerParts(workerConfig(process.env));
  return startWorker({ ...parts, source: popWithoutTrace(parts.link, parts.config.pollSeconds) });
});
