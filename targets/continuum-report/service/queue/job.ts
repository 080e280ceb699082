/** A job of the queue, as the roadmap has it, with the file name so that a lost document row can be made again from it. */

import type { KnownDocument } from "../store/documents.ts";

export interface Job {
  /** The document's own id in the database. */
  readonly id: string;
  /** The id under which the document was handed in. */
  readonly document_id: string;
  /** Attempts that failed because of the document. */
  readonly attempts: number;
  readonly filename: string;
  /** How often the job was put off because an upstream answered with an error of its own. */
  readonly postponements: number;
}

export function newJob(document: KnownDocument): Job {
  return { id: document.id, document_id: document.external_id, attempts: 0, filename: document.filename, postponements: 0 };
}

/** The job in a queue entry, or null for what is no job. Fields that the roadmap's own jobs lack have their defaults. */
export function parseJob(entry: string): Job | null {
  const value = parse(entry);
  if (typeof value !== "object" || value === null) return null;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const id = fields["id"];
  const documentId = fields["document_id"];
  if (typeof id !== "string" || typeof documentId !== "string") return null;
  const filename = fields["filename"];
  return {
    id,
    document_id: documentId,
    attempts: count(fields["attempts"]),
    filename: typeof filename === "string" ? filename : documentId,
    postponements: count(fields["postponements"]),
  };
}

function parse(entry: string): unknown {
  try {
    return JSON.parse(entry);
  } catch {
    return null;
  }
}

function count(value: unknown): number {
  return typeof value === "number" && Number.isInteger(value) && value > 0 ? value : 0;
}
