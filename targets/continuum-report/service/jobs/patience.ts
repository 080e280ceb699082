/** Waiting out an outage: the same step again and again, with bounded pauses, until it works or the worker is told to stop. */

import { pause } from "../base/deadline.ts";
import { Unavailable } from "../base/failure.ts";
import { logTrouble } from "../base/log-line.ts";
import { backoffMs } from "./backoff.ts";

/** The worker was told to stop in the middle of something. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

export interface Patience {
  /** Repeats a step for as long as its dependency cannot be reached. Every other failure is passed on. */
  waitOut<T>(step: () => Promise<T>): Promise<T>;
}

const firstPauseMs = 100;
/** Short enough that work resumes well within a second of the dependency's return. */
const longestPauseMs = 800;

export function openPatience(signal: AbortSignal): Patience {
  return { waitOut: (step) => waitOut(step, signal) };
}

async function waitOut<T>(step: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    if (signal.aborted) throw new Stopped("told to stop");
    try {
      return await step();
    } catch (error) {
      if (signal.aborted) throw new Stopped("told to stop");
      if (!(error instanceof Unavailable) || error.answered) throw error;
      if (failures === 1) logTrouble(`waiting: ${error.message}`);
    }
    await pause(backoffMs(failures, { baseMs: firstPauseMs, capMs: longestPauseMs, random: Math.random() }), signal);
  }
}
