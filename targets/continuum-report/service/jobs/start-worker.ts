/** One worker: takes a job, sees it to its end, takes the next. */

import { pause, withDeadline } from "../base/deadline.ts";
import { Unavailable, messageOf } from "../base/failure.ts";
import { listen } from "../base/http-server.ts";
import type { Running } from "../base/lifecycle.ts";
import { logLine, logTrouble } from "../base/log-line.ts";
import type { Held } from "../queue/job-source.ts";
import { openPatience } from "./patience.ts";
import { processJob } from "./process-job.ts";
import type { ProcessTools } from "./process-job.ts";
import { endWithSupervisor, tellSupervisor } from "./supervisor-line.ts";
import type { WorkerParts } from "./worker-parts.ts";

const answerLimitMs = 1_000;
/** On a stop the document in hand has this long to be finished; then it is given back. */
const finishLimitMs = 1_000;
const releaseLimitMs = 400;
const pauseAfterTroubleMs = 200;

export async function startWorker(parts: WorkerParts): Promise<Running> {
  endWithSupervisor();
  const { config, link } = parts;
  const health = { method: "GET", path: "/health", answer: () => ({ status: 200, body: { status: "ok", worker: config.workerId } }) } as const;
  const server = await listen({ host: config.host, port: config.port, routes: [health], limitMs: answerLimitMs });
  tellSupervisor({ kind: "listening", port: server.port });
  logLine(`worker ${config.workerId} listening on ${server.port}`);

  const taking = new AbortController();
  const working = new AbortController();
  const patience = openPatience(working.signal);
  const tools: ProcessTools = { ...parts, patience, signal: working.signal, backoffBaseMs: config.backoffBaseMs };
  const hand: Hand = { held: null };
  const work = takeAndProcess(tools, hand, taking.signal);

  return {
    async close() {
      taking.abort();
      // Ends a poll that is waiting for a job. Should Redis hand one out at this very moment, it is on our list and the supervisor brings it back.
      if (hand.held === null) link.close();
      const stop = setTimeout(() => working.abort(), finishLimitMs);
      await work;
      clearTimeout(stop);
      link.close();
      await Promise.all([server.close(), parts.database.close()]);
    },
  };
}

interface Hand {
  held: Held | null;
}

async function takeAndProcess(tools: ProcessTools, hand: Hand, taking: AbortSignal): Promise<void> {
  while (!taking.aborted) {
    let worked = false;
    try {
      hand.held = await tools.source.take();
      while (hand.held !== null && !taking.aborted) {
        worked = true;
        tellSupervisor({ kind: "working", documentId: hand.held.job.document_id });
        hand.held = await processJob(hand.held, tools);
      }
    } catch (error) {
      await afterTrouble(error, taking);
    }
    if (worked) tellSupervisor({ kind: "working", documentId: null });
    if (hand.held !== null && taking.aborted) await giveBack(tools, hand.held);
    hand.held = null;
  }
}

async function giveBack({ source }: ProcessTools, held: Held): Promise<void> {
  try {
    await withDeadline(source.release(held), releaseLimitMs, () => new Error("no answer"));
    logLine(`${held.job.document_id}: given back`);
  } catch (error) {
    logTrouble(`${held.job.document_id}: not given back (${messageOf(error)}), left to the supervisor`);
  }
}

/** Trouble with a job leaves it on our list, so the next take finds it again, and nothing is lost by going on. */
async function afterTrouble(error: unknown, taking: AbortSignal): Promise<void> {
  if (taking.aborted) return;
  if (!(error instanceof Unavailable)) logTrouble(`unexpected: ${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}`);
  await pause(pauseAfterTroubleMs, taking);
}
