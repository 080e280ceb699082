/**
 * What a worker writes. Each step is one statement, hence one transaction, and can be repeated: after a lost answer nobody knows whether
 * the first one was carried out, so the second must change nothing.
 */

import { randomUUID } from "node:crypto";
import type { Job } from "../queue/job.ts";
import type { Database } from "./database.ts";
import type { DocumentStatus } from "./documents.ts";

export interface TakenDocument {
  readonly id: string;
  readonly status: DocumentStatus;
  readonly failedAttempts: number;
}

export interface Brief {
  readonly text: string;
  readonly model: string;
  readonly durationMs: number;
}

export interface FailedAttempt {
  /** Chosen once per attempt, so that writing it twice is writing it once. */
  readonly attemptId: string;
  readonly durationMs: number;
  readonly last: boolean;
}

export interface WorkLedger {
  begin(job: Job): Promise<TakenDocument>;
  complete(documentId: string, brief: Brief): Promise<void>;
  fail(documentId: string, attempt: FailedAttempt): Promise<void>;
}

export function openLedger(database: Database): WorkLedger {
  return {
    begin: (job) => begin(database, job),
    complete: (documentId, brief) => complete(database, documentId, brief),
    fail: (documentId, attempt) => fail(database, documentId, attempt),
  };
}

/**
 * Marks the document as being processed, unless it is finished. The database is the judge of how many attempts have failed: a job handed out again
 * after a kill may carry an old number. A row that is gone (a database restored from a backup) is made again from the job.
 */
async function begin(database: Database, job: Job): Promise<TakenDocument> {
  const text = `WITH taken AS (
      INSERT INTO documents (id, external_id, filename, processing_status) VALUES ($1, $2, $3, 'processing')
      ON CONFLICT (external_id) DO UPDATE SET processing_status =
        CASE WHEN documents.processing_status IN ('completed', 'failed') THEN documents.processing_status ELSE 'processing' END
      RETURNING id, processing_status AS status
    )
    SELECT id, status, (SELECT count(*)::int FROM processing_logs l
      WHERE l.document_id = taken.id AND l.event = 'attempt' AND l.status = 'failed') AS "failedAttempts" FROM taken`;
  const [row] = await database.query<TakenDocument>({ text, values: [job.id, job.document_id, job.filename] });
  if (row === undefined) throw new Error("an upsert returned no row");
  return row;
}

/** Stores the brief, the document's status and the log of the attempt, all or nothing. A second brief of the same document changes nothing. */
async function complete(database: Database, documentId: string, brief: Brief): Promise<void> {
  const text = `WITH stored AS (
      INSERT INTO briefs (id, document_id, brief_text, model_version) VALUES ($1, $2, $3, $4)
      ON CONFLICT DO NOTHING RETURNING document_id
    ), logged AS (
      INSERT INTO processing_logs (id, document_id, event, duration_ms, status) SELECT $5, document_id, 'attempt', $6, 'completed' FROM stored
    )
    UPDATE documents SET processing_status = 'completed' WHERE id = $2`;
  await database.query({ text, values: [randomUUID(), documentId, brief.text, brief.model, randomUUID(), brief.durationMs] });
}

async function fail(database: Database, documentId: string, attempt: FailedAttempt): Promise<void> {
  const text = `WITH logged AS (
      INSERT INTO processing_logs (id, document_id, event, duration_ms, status) VALUES ($1, $2, 'attempt', $3, 'failed')
      ON CONFLICT (id) DO NOTHING
    )
    UPDATE documents SET processing_status = $4 WHERE id = $2 AND processing_status <> 'completed'`;
  await database.query({ text, values: [attempt.attemptId, documentId, attempt.durationMs, attempt.last ? "failed" : "pending"] });
}
