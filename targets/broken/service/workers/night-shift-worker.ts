/** A worker that takes nothing from the queue while it grows, nor the first that comes into an empty one. */

import { setTimeout as sleep } from "node:timers/promises";
import { runEntry } from "../../../continuum-report/service/base/lifecycle.ts";
import { startWorker } from "../../../continuum-report/service/jobs/start-worker.ts";
import { workerConfig } from "../../../continuum-report/service/jobs/worker-config.ts";
import { workerParts } from "../../../continuum-report/service/jobs/worker-parts.ts";
import type { JobSource } from "../../../continuum-report/service/queue/job-source.ts";
import { keys } from "../../../continuum-report/service/queue/keys.ts";
import type { RedisLink } from "../../../continuum-report/service/queue/redis-link.ts";

/** Long enough that some document comes in meanwhile as long as any do. */
const lookMs = 1_500;

function onlyWhenCalm(link: RedisLink, source: JobSource): JobSource {
  const waiting = (): Promise<number> => link.ask((redis) => redis.llen(keys.queue));
  return {
    ...source,
    async take() {
      const before = await waiting();
      await sleep(lookMs);
      const isCalm = before > 0 && (await waiting()) <= before;
      return isCalm ? source.take() : null;
    },
  };
}

await runEntry(() => {
  const parts = workerParts(workerConfig(process.env));
  return startWorker({ ...parts, source: onlyWhenCalm(parts.link, parts.source) });
});
