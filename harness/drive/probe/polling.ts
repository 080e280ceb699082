/** A question asked at a fixed rate, never twice at once: an instant at which the one before has not been answered is passed over. */

import { messageOf } from "../../base/error.ts";
import { nowUs, type InstantUs } from "../../base/time.ts";
import type { Query } from "../../scenario/target/query.ts";
import { startSchedule } from "./schedule.ts";
import type { Ask } from "./source.ts";

/** A poll that takes longer has failed. */
const pollTimeoutMs = 2000;

export interface PollingOptions {
  startAtUs: InstantUs;
  intervalMs: number;
  query: Query;
  ask: Ask;
  /** `askedUs`: when the question was asked; what the rows say was true then or later. */
  onRows: (rows: readonly (readonly string[])[], askedUs: InstantUs) => void;
  /** The question was not asked, or not answered. */
  onFailure: (why: string) => void;
}

/** Disposing it waits for the question under way. */
export function startPolling(options: PollingOptions): AsyncDisposable {
  let underWay: Promise<void> | null = null;
  const schedule = startSchedule({
    startAtUs: options.startAtUs,
    intervalMs: options.intervalMs,
    onDue: () => {
      if (underWay !== null) {
        options.onFailure("the question before has not been answered yet");
        return;
      }
      underWay = askOnce(options).finally(() => {
        underWay = null;
      });
    },
    onMissed: (missed) => options.onFailure(`the probe process was late: ${missed} questions were left out`),
  });
  return {
    [Symbol.asyncDispose]: async () => {
      schedule[Symbol.dispose]();
      await underWay;
    },
  };
}

async function askOnce(options: PollingOptions): Promise<void> {
  const askedUs = nowUs();
  let rows: string[][];
  try {
    rows = await options.ask(options.query, { timeoutMs: pollTimeoutMs });
  } catch (error) {
    options.onFailure(messageOf(error));
    return;
  }
  options.onRows(rows, askedUs);
}
