/** Hands the Continuum Report a document, and looks how it stands. */

import { z } from "zod";
import { nowUs, poll, timeoutSignal } from "../../base/time.ts";

const answerLimitMs = 5_000;
const completedWithinMs = 20_000;
const lookEveryMs = 100;

/** Status of the API's answer; 0 when there was none. */
export async function statusOf(url: string, init: RequestInit = {}): Promise<number> {
  try {
    const answer = await fetch(url, { ...init, signal: timeoutSignal(answerLimitMs) });
    await answer.body?.cancel();
    return answer.status;
  } catch {
    return 0;
  }
}

export async function ingest(apiUrl: string, id: string): Promise<number> {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ document_id: id, title: "proof" }) };
  return await statusOf(`${apiUrl}/api/continuum/ingest`, init);
}

const countsSchema = z.object({ status_counts: z.object({ completed: z.int() }) });

/** Whether so many documents have been completed before the limit. */
export async function untilCompleted(apiUrl: string, documents: number): Promise<boolean> {
  const look = async (): Promise<true | undefined> => ((await completed(apiUrl)) >= documents ? true : undefined);
  return (await poll(look, { intervalMs: lookEveryMs, deadlineUs: nowUs() + completedWithinMs * 1000 })) === true;
}

async function completed(apiUrl: string): Promise<number> {
  try {
    const answer = await fetch(`${apiUrl}/api/continuum/status`, { signal: timeoutSignal(answerLimitMs) });
    return countsSchema.parse(await answer.json()).status_counts.completed;
  } catch {
    return -1;
  }
}
