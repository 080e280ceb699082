/**
 * Finds documents that the database holds as unfinished but that have no job: the API was killed between row and job, or Redis lost
 * its data. They are offered again; a document that does have a job is left alone by the offer itself.
 */

import { newJob } from "../queue/job.ts";
import type { JobQueue } from "../queue/job-queue.ts";
import type { QueueKeeper } from "../queue/queue-keeper.ts";
import type { Database } from "../store/database.ts";
import { listUnfinished } from "../store/stranded.ts";

interface SweepParts {
  readonly database: Database;
  readonly keeper: QueueKeeper;
  readonly queue: JobQueue;
}

const sweepLimit = 1_000;

/** How many documents got a job. */
export async function sweep(parts: SweepParts, ageMs: number): Promise<number> {
  const unfinished = await listUnfinished(parts.database, ageMs, sweepLimit);
  const stranded = await parts.keeper.withoutJob(unfinished.map((document) => document.external_id));
  let offered = 0;
  for (const document of unfinished) {
    if (stranded.has(document.external_id) && (await parts.queue.offer(newJob(document)))) offered += 1;
  }
  return offered;
}
