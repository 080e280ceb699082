/** The supervisor: short rounds, again and again, that bring workers and queue to where they should be. */

import { pause } from "../base/deadline.ts";
import { messageOf } from "../base/failure.ts";
import { listen } from "../base/http-server.ts";
import type { Running } from "../base/lifecycle.ts";
import { logLine, logTrouble } from "../base/log-line.ts";
import { openCrew } from "./crew.ts";
import type { Crew } from "./crew.ts";
import { nextScale, startScale } from "./scaling.ts";
import type { Scale } from "./scaling.ts";
import { supervisorRoutes } from "./supervisor-routes.ts";
import type { SupervisorCounts } from "./supervisor-routes.ts";
import type { SupervisorParts } from "./supervisor-parts.ts";
import { sweep } from "./sweep.ts";

const roundGapMs = 150;
const answerLimitMs = 1_000;
const dismissLimitMs = 1_500;

export async function startSupervisor(parts: SupervisorParts): Promise<Running> {
  const { config } = parts;
  const crew = openCrew({ name: config.name, entry: parts.workerEntry, environment: config.environment });
  const counts: SupervisorCounts = { recovered: 0, promoted: 0, swept: 0 };
  const server = await listen({ host: config.host, port: config.port, routes: supervisorRoutes(crew, counts, config.scaling.minimum), limitMs: answerLimitMs });
  logLine(`supervisor ${config.name} listening on ${server.port}`);
  const stop = new AbortController();
  const keeping: Keeping = { parts, crew, counts, scale: startScale(config.scaling, performance.now()) };
  const rounds = Promise.all([keepCrew(keeping, stop.signal), keepQueue(keeping, stop.signal), keepSwept(parts, counts, stop.signal)]);
  return {
    async close() {
      stop.abort();
      await crew.close(dismissLimitMs);
      parts.link.close();
      await Promise.all([rounds, server.close(), parts.database.close()]);
    },
  };
}

interface Keeping {
  readonly parts: SupervisorParts;
  readonly crew: Crew;
  readonly counts: SupervisorCounts;
  scale: Scale;
}

/** Apart from the queue's round, so that dead workers are replaced at once also while Redis is slow or down. */
async function keepCrew(keeping: Keeping, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    keeping.crew.resize(keeping.scale.workers);
    await pause(roundGapMs, signal);
  }
}

/** A round that fails is not mended: the next one does the same again. */
async function keepQueue(keeping: Keeping, signal: AbortSignal): Promise<void> {
  const { keeper, config } = keeping.parts;
  const trouble = openTrouble();
  while (!signal.aborted) {
    try {
      const [recovered, promoted, queueLength] = await Promise.all([keeper.recover(() => keeping.crew.alive()), keeper.promote(), keeper.length()]);
      keeping.counts.recovered += recovered;
      keeping.counts.promoted += promoted;
      keeping.scale = nextScale(keeping.scale, { queueLength, nowMs: performance.now() }, config.scaling);
      trouble.over();
    } catch (error) {
      trouble.tell(error);
    }
    await pause(roundGapMs, signal);
  }
}

async function keepSwept(parts: SupervisorParts, counts: SupervisorCounts, signal: AbortSignal): Promise<void> {
  const { sweepEveryMs, sweepAgeMs } = parts.config;
  const trouble = openTrouble();
  while (!signal.aborted) {
    await pause(sweepEveryMs, signal);
    if (signal.aborted) return;
    try {
      const offered = await sweep(parts, sweepAgeMs);
      if (offered > 0) logLine(`${offered} documents had no job and were queued again`);
      counts.swept += offered;
      trouble.over();
    } catch (error) {
      trouble.tell(error);
    }
  }
}

/** One line when trouble begins, not one per round. */
function openTrouble() {
  let told = false;
  return {
    tell(error: unknown): void {
      if (!told) logTrouble(`round not done: ${messageOf(error)}`);
      told = true;
    },
    over(): void {
      told = false;
    },
  };
}
