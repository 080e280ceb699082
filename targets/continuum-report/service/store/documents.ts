/** What the API asks of the database: add a document once, and tell how documents stand. */

import { randomUUID } from "node:crypto";
import { Unavailable } from "../base/failure.ts";
import type { Database } from "./database.ts";

export type DocumentStatus = "pending" | "processing" | "completed" | "failed";

export const documentStatuses: readonly DocumentStatus[] = ["pending", "processing", "completed", "failed"];

export interface NewDocument {
  readonly externalId: string;
  readonly filename: string;
}

export interface KnownDocument {
  readonly id: string;
  readonly external_id: string;
  readonly filename: string;
  readonly processing_status: DocumentStatus;
}

const columns = "id, external_id, filename, processing_status";

/** Adds the document unless its id is known already; the row, old or new. The unique external id makes this safe against any repetition. */
export async function addDocument(database: Database, document: NewDocument): Promise<KnownDocument> {
  const values = [randomUUID(), document.externalId, document.filename];
  const text = `INSERT INTO documents (id, external_id, filename, processing_status) VALUES ($1, $2, $3, 'pending')
    ON CONFLICT (external_id) DO NOTHING RETURNING ${columns}`;
  const [added] = await database.query<KnownDocument>({ text, values });
  const row = added ?? (await findDocument(database, document.externalId));
  if (row === null) throw new Unavailable("postgres", "the document was removed at this very moment", { effect: "none" });
  return row;
}

export async function findDocument(database: Database, externalId: string): Promise<KnownDocument | null> {
  const [row] = await database.query<KnownDocument>({ text: `SELECT ${columns} FROM documents WHERE external_id = $1`, values: [externalId] });
  return row ?? null;
}

/** How many documents stand in each status; every status has its number. */
export async function countStatuses(database: Database): Promise<Record<DocumentStatus, number>> {
  const rows = await database.query<{ status: DocumentStatus; total: number }>({
    text: "SELECT processing_status AS status, count(*)::int AS total FROM documents GROUP BY processing_status",
  });
  const counts: Record<DocumentStatus, number> = { pending: 0, processing: 0, completed: 0, failed: 0 };
  for (const row of rows) counts[row.status] = row.total;
  return counts;
}

/** The newest documents, of one status or (null) of all. */
export function listDocuments(database: Database, status: DocumentStatus | null, limit: number): Promise<KnownDocument[]> {
  return database.query<KnownDocument>({
    text: `SELECT ${columns} FROM documents WHERE $1::text IS NULL OR processing_status = $1 ORDER BY created_at DESC LIMIT $2`,
    values: [status, limit],
  });
}
