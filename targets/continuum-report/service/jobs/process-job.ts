/**
 * One job from hand to end.
 *
 *   begin ── completed or failed already (handed out again after a kill) ──────────→ finish, bury
 *     └→ read → write → store brief → finish
 *          │ an upstream cannot be reached: wait here, no attempt is used
 *          │ an upstream answers with its own error: put the job off, no attempt is used, but not for ever
 *          └ the document is at fault: log the attempt, then retry later or, the third time, bury
 *
 * The database is written before Redis at each end. A kill between the two hands the job out again, and `begin` sees what is left to do.
 */

import { randomUUID } from "node:crypto";
import { Unavailable, messageOf } from "../base/failure.ts";
import { logLine, logTrouble } from "../base/log-line.ts";
import type { Held, JobSource } from "../queue/job-source.ts";
import type { TakenDocument, WorkLedger } from "../store/work-ledger.ts";
import { backoffMs } from "./backoff.ts";
import type { BriefWriter } from "./brief-writer.ts";
import { Stopped } from "./patience.ts";
import type { Patience } from "./patience.ts";

export interface ProcessTools {
  readonly source: JobSource;
  readonly ledger: WorkLedger;
  readonly writer: BriefWriter;
  readonly patience: Patience;
  readonly signal: AbortSignal;
  readonly backoffBaseMs: number;
}

interface Failure {
  readonly document: TakenDocument;
  readonly error: unknown;
  readonly durationMs: number;
}

const attemptLimit = 3;
const longestGapMs = 60_000;
/** With the growing delay about ten minutes; after that an upstream's error counts against the document. */
const postponementLimit = 20;
const longestPostponementMs = 30_000;

/** The next job, if one was waiting when this one was done. Fails with Stopped when the worker is told to stop before the job has come to an end. */
export async function processJob(held: Held, tools: ProcessTools): Promise<Held | null> {
  const { source, patience } = tools;
  const document = await patience.waitOut(() => tools.ledger.begin(held.job));
  if (document.status === "completed") return patience.waitOut(() => source.finish(held));
  const startedMs = performance.now();
  try {
    if (document.status !== "failed") return await completeDocument(held, document, tools);
    await patience.waitOut(() => source.bury(held, "failed before"));
  } catch (error) {
    if (error instanceof Stopped) throw error;
    await handleFailure(held, { document, error, durationMs: Math.round(performance.now() - startedMs) }, tools);
  }
  return null;
}

async function completeDocument(held: Held, document: TakenDocument, tools: ProcessTools): Promise<Held | null> {
  const { writer, patience, signal } = tools;
  const startedMs = performance.now();
  const content = await patience.waitOut(() => writer.readDocument(held.job.document_id, signal));
  const text = await patience.waitOut(() => writer.writeBrief(content, signal));
  const durationMs = Math.round(performance.now() - startedMs);
  await patience.waitOut(() => tools.ledger.complete(document.id, { text, model: writer.model, durationMs }));
  return patience.waitOut(() => tools.source.finish(held));
}

function handleFailure(held: Held, failure: Failure, tools: ProcessTools): Promise<void> {
  const mayBeOutage = failure.error instanceof Unavailable && held.job.postponements < postponementLimit;
  return mayBeOutage ? postpone(held, failure, tools) : failAttempt(held, failure, tools);
}

async function postpone(held: Held, { error }: Failure, tools: ProcessTools): Promise<void> {
  const postponements = held.job.postponements + 1;
  const delayMs = backoffMs(postponements, { baseMs: tools.backoffBaseMs, capMs: longestPostponementMs, random: Math.random() });
  logTrouble(`${held.job.document_id}: put off by ${delayMs} ms: ${messageOf(error)}`);
  await tools.patience.waitOut(() => tools.source.postpone(held, { ...held.job, postponements }, delayMs));
}

async function failAttempt(held: Held, failure: Failure, tools: ProcessTools): Promise<void> {
  const { ledger, source, patience } = tools;
  const attempts = failure.document.failedAttempts + 1;
  const last = attempts >= attemptLimit;
  const attempt = { attemptId: randomUUID(), durationMs: failure.durationMs, last };
  logLine(`${held.job.document_id}: attempt ${attempts} of ${attemptLimit} failed: ${messageOf(failure.error)}`);
  await patience.waitOut(() => ledger.fail(failure.document.id, attempt));
  const tried = { ...held.job, attempts, postponements: 0 };
  if (last) return patience.waitOut(() => source.bury({ entry: held.entry, job: tried }, messageOf(failure.error)));
  const delayMs = backoffMs(attempts, { baseMs: tools.backoffBaseMs, capMs: longestGapMs, random: Math.random() });
  return patience.waitOut(() => source.postpone(held, tried, delayMs));
}
