/**
 * Takes a document in. 202 is a promise: from then on the document ends as exactly one brief or one dead letter, whatever is killed.
 *
 * First the row, then the job. The row makes the document unique; the job is what workers see. Between the two stands a moment in which the
 * document has a row and no job. It is not acknowledged then, a repeated ingest queues it, and so does the supervisor's sweep. The other way round a worker
 * could meet a job without a row, and a lost Redis could not be filled again.
 */

import { BadRequest, Unavailable } from "../base/failure.ts";
import type { Answer } from "../base/route-table.ts";
import { newJob } from "../queue/job.ts";
import type { JobQueue } from "../queue/job-queue.ts";
import type { Database } from "../store/database.ts";
import { addDocument } from "../store/documents.ts";
import type { KnownDocument, NewDocument } from "../store/documents.ts";

const longestId = 255;
const longestFilename = 512;

export async function ingest(payload: unknown, parts: { readonly database: Database; readonly queue: JobQueue }): Promise<Answer> {
  const document = parseDocument(payload);
  // Asked before anything is written: a document that is refused for Redis' sake should leave no trace.
  if (!parts.queue.ready()) throw new Unavailable("redis", "not connected", { effect: "none" });
  const row = await addDocument(parts.database, document);
  const finished = row.processing_status === "completed" || row.processing_status === "failed";
  const queued = !finished && (await offerJob(parts.queue, row));
  return queued
    ? { status: 202, body: { status: "queued", document_id: document.externalId } }
    : { status: 200, body: { status: "duplicate", document_id: document.externalId } };
}

/** Once there is a row, a failure leaves open what becomes of the document: the sweep may still find it. */
async function offerJob(queue: JobQueue, row: KnownDocument): Promise<boolean> {
  try {
    return await queue.offer(newJob(row));
  } catch (cause) {
    throw new Unavailable("redis", "the document could not be queued", { cause, effect: "unknown" });
  }
}

/** The id may be a number; it is kept as text. */
export function parseDocument(payload: unknown): NewDocument {
  if (typeof payload !== "object" || payload === null) throw new BadRequest("the body must be an object");
  const fields: Readonly<Record<string, unknown>> = { ...payload };
  const externalId = idText(fields["document_id"]);
  const name = [fields["file_path"], fields["title"]].find((value) => typeof value === "string" && value !== "");
  const filename = typeof name === "string" ? name : externalId;
  return { externalId, filename: filename.replaceAll("\0", "").slice(0, longestFilename) };
}

function idText(value: unknown): string {
  const text = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== "string" || text.trim() === "") throw new BadRequest("document_id is missing");
  if (text.length > longestId || text.includes("\0")) throw new BadRequest(`document_id must be at most ${longestId} characters, none of them NUL`);
  return text;
}
