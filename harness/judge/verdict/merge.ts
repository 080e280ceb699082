/** The worst outcome, and the exit code that all outputs agree on (DESIGN.md). */

import { exitCodes, exitCodeForCode, type ExitCode } from "../../base/error.ts";
import type { Outcome } from "./schema.ts";

const badness: { readonly [Result in Outcome]: number } = { pass: 0, inconclusive: 1, fail: 2 };

/** fail > inconclusive > pass. Nothing at all is inconclusive. */
export function mergeOutcomes(outcomes: Iterable<Outcome>): Outcome {
  let worst: Outcome | null = null;
  for (const outcome of outcomes) {
    if (worst === null || badness[outcome] > badness[worst]) worst = outcome;
  }
  return worst ?? "inconclusive";
}

export function isWorse(a: Outcome, b: Outcome): boolean {
  return badness[a] > badness[b];
}

export interface Ending {
  outcome: Outcome;
  /** Codes of what stopped the run, from its stop events. */
  stopCodes: readonly string[];
  /** null: not known. */
  cleanupComplete: boolean | null;
}

/** Which code wins where several apply, first first. */
const precedence: readonly ExitCode[] = [
  exitCodes.interrupted,
  exitCodes.internal,
  exitCodes.fail,
  exitCodes.cleanup,
  exitCodes.stopped,
  exitCodes.write,
  exitCodes.unavailable,
  exitCodes.usage,
  exitCodes.inconclusive,
];

export function exitCodeFor({ outcome, stopCodes, cleanupComplete }: Ending): ExitCode {
  const codes = new Set<ExitCode>(stopCodes.map((code) => exitCodeForCode(code)));
  if (cleanupComplete === false) codes.add(exitCodes.cleanup);
  if (outcome !== "pass") codes.add(exitCodes[outcome]);
  return precedence.find((code) => codes.has(code)) ?? exitCodes.pass;
}
