/** What has become of documents: one document in detail, and the finished ones page by page. */

import type { Database } from "./database.ts";
import type { DocumentStatus } from "./documents.ts";

export interface DocumentDetail {
  readonly document_id: string;
  readonly status: DocumentStatus;
  readonly filename: string;
  readonly created_at: Date;
  /** Attempts that ended, well or badly. */
  readonly attempts: number;
  readonly generated_at: Date | null;
  readonly model_version: string | null;
  readonly brief_text: string | null;
}

export async function readDocument(database: Database, externalId: string): Promise<DocumentDetail | null> {
  const text = `SELECT d.external_id AS document_id, d.processing_status AS status, d.filename, d.created_at,
      (SELECT count(*)::int FROM processing_logs l WHERE l.document_id = d.id AND l.event = 'attempt') AS attempts,
      b.generated_at, b.model_version, b.brief_text
    FROM documents d LEFT JOIN briefs b ON b.document_id = d.id WHERE d.external_id = $1 LIMIT 1`;
  const [row] = await database.query<DocumentDetail>({ text, values: [externalId] });
  return row ?? null;
}

export interface FinishedDocument {
  readonly document_id: string;
  readonly status: DocumentStatus;
  /** How many briefs are stored for it: 1 for a completed document, 0 for a dead letter; anything above 1 is a defect. */
  readonly briefs: number;
}

/** Documents with a brief or given up, in order of their id (by bytes), after the given id. */
export function listFinished(database: Database, after: string, limit: number): Promise<FinishedDocument[]> {
  const text = `SELECT d.external_id AS document_id, d.processing_status AS status, count(b.id)::int AS briefs
    FROM documents d LEFT JOIN briefs b ON b.document_id = d.id
    WHERE d.external_id COLLATE "C" > $1
    GROUP BY d.id HAVING count(b.id) > 0 OR d.processing_status = 'failed'
    ORDER BY d.external_id COLLATE "C" LIMIT $2`;
  return database.query<FinishedDocument>({ text, values: [after, limit] });
}
