/**
 * The keys in Redis.
 *
 *   offer → document-queue → processing:<worker> → gone, or dead-letter-queue
 *                ↑                 │
 *                └── retry-queue ←─┘
 *
 * A document's id is in `queued-documents` exactly while its job is in one of these places (dead letters apart). Every step that moves a job is one
 * atomic command or script, so that no kill can fall between.
 */

export const keys = {
  /** List; jobs enter left and leave right. Waiting ones that go first (retries, recovered jobs) enter right. */
  queue: "document-queue",
  deadLetters: "dead-letter-queue",
  /** Sorted set by due time, in milliseconds of Redis' own clock. */
  retries: "retry-queue",
  queuedDocuments: "queued-documents",
  events: "job-events",
} as const;

/** The list of jobs that one worker has taken and not finished. */
export function processingKey(workerId: string): string {
  return `processing:${workerId}`;
}
