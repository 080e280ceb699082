/** A worker that, when Redis does not answer, asks again after twelve seconds only. */

import { setTimeout as sleep } from "node:timers/promises";
import { runEntry } from "../../../continuum-report/service/base/lifecycle.ts";
import { startWorker } from "../../../continuum-report/service/jobs/start-worker.ts";
import { workerConfig } from "../../../continuum-report/service/jobs/worker-config.ts";
import { workerParts } from "../../../continuum-report/service/jobs/worker-parts.ts";
import { openJobSource } from "../../../continuum-report/service/queue/job-source.ts";
import type { RedisLink } from "../../../continuum-report/service/queue/redis-link.ts";

const pauseMs = 12_000;

function inNoHurry(link: RedisLink): RedisLink {
  return {
    ...link,
    async ask(commands) {
      try {
        return await link.ask(commands);
      } catch (error) {
        await sleep(pauseMs);
        throw error;
      }
    },
  };
}

await runEntry(() => {
  const parts = workerParts(workerConfig(process.env));
  const { workerId, pollSeconds } = parts.config;
  return startWorker({ ...parts, source: openJobSource(inNoHurry(parts.link), { workerId, pollSeconds }) });
});
