/** The queue as a worker sees it: take a job, then give it one of its ends. Until then it stays on this worker's own processing list. */

import { keys, processingKey } from "./keys.ts";
import { parseJob } from "./job.ts";
import type { Job } from "./job.ts";
import type { RedisLink } from "./redis-link.ts";
import { buryScript, finishScript, postponeScript, releaseScript, takeScript } from "./scripts.ts";

/** A job in this worker's hands, with its entry exactly as it stands on the list. */
export interface Held {
  readonly entry: string;
  readonly job: Job;
}

export interface JobSource {
  /** The next job; null when none came within the poll time. */
  take(): Promise<Held | null>;
  /** The job is done; the next one, if one is waiting. */
  finish(held: Held): Promise<Held | null>;
  postpone(held: Held, later: Job, delayMs: number): Promise<void>;
  bury(held: Held, reason: string): Promise<void>;
  release(held: Held): Promise<void>;
}

interface SourceOptions {
  readonly workerId: string;
  readonly pollSeconds: number;
}

export function openJobSource(link: RedisLink, options: SourceOptions): JobSource {
  const processing = processingKey(options.workerId);
  const run = (script: string, names: readonly string[], values: readonly (string | number)[]) =>
    link.ask((redis) => redis.eval(script, names.length + 1, processing, ...names, ...values));
  return {
    async take() {
      const waiting = await run(takeScript, [keys.queue], []);
      const entry = waiting ?? (await link.ask((redis) => redis.blmove(keys.queue, processing, "RIGHT", "LEFT", options.pollSeconds)));
      return hold(link, processing, entry);
    },
    async finish({ entry, job }) {
      const names = [keys.queue, keys.queuedDocuments, keys.events];
      return hold(link, processing, await run(finishScript, names, [entry, job.document_id, jobEvent("completed", job)]));
    },
    postpone: async ({ entry }, later, delayMs) => {
      await run(postponeScript, [keys.retries], [entry, JSON.stringify(later), delayMs]);
    },
    bury: async ({ entry, job }, reason) => {
      const letter = deadLetter(job, reason);
      await run(buryScript, [keys.queuedDocuments, keys.events, keys.deadLetters], [entry, job.document_id, jobEvent("failed", job), letter]);
    },
    release: async ({ entry }) => {
      await run(releaseScript, [keys.queue], [entry]);
    },
  };
}

export function jobEvent(event: "completed" | "failed", job: Job): string {
  return JSON.stringify({ event, job_id: job.id });
}

export function deadLetter(job: Job, reason: string): string {
  return JSON.stringify({ id: job.id, document_id: job.document_id, attempts: job.attempts, error: reason });
}

/** What Redis handed out, as a job; null when there was none. */
async function hold(link: RedisLink, processing: string, entry: unknown): Promise<Held | null> {
  if (typeof entry !== "string") return null;
  const job = parseJob(entry);
  if (job !== null) return { entry, job };
  await discard(link, processing, entry);
  return null;
}

/** What is no job cannot be worked on, but it is kept where a person looks. */
async function discard(link: RedisLink, processing: string, entry: string): Promise<void> {
  await link.ask((redis) => redis.multi().lrem(processing, 1, entry).rpush(keys.deadLetters, entry).exec());
}
