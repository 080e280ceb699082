/** Documents that the database holds as unfinished for a while: candidates for having no job. */

import type { Database } from "./database.ts";
import type { KnownDocument } from "./documents.ts";

/** The oldest unfinished documents that were added more than `ageMs` ago. */
export function listUnfinished(database: Database, ageMs: number, limit: number): Promise<KnownDocument[]> {
  return database.query<KnownDocument>({
    text: `SELECT id, external_id, filename, processing_status FROM documents
      WHERE processing_status IN ('pending', 'processing') AND created_at < now() - $1 * interval '1 millisecond'
      ORDER BY created_at LIMIT $2`,
    values: [ageMs, limit],
  });
}
