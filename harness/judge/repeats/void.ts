/**
 * Whether an attempt at a repeat says nothing because a tool failed, so that the repeat is made again. Asked of what went wrong, never of how the rulings came out: whoever
 * may choose which runs count can make a bad system look good. So whatever ruled a failure counts, and so does what the target did: a stack whose services
 * did not get ready, a breached stop condition.
 */

import type { ErrorCode } from "../../base/error.ts";
import type { StopEvent } from "../facts/scenario-facts.ts";
import { stopped } from "../facts/trust.ts";
import type { ScenarioJudgement } from "../verdict/scenario.ts";

/** What may be over when it is tried again. A missing tool stays missing. */
const toolErrors: ReadonlySet<string> = new Set<ErrorCode>(["port-taken", "stack-unavailable", "engine-lost", "proxy-unavailable", "supervisor-lost", "process-died", "internal"]);

export interface AttemptFacts {
  /** Of the run as a whole. */
  stop: StopEvent | null;
  judged: readonly ScenarioJudgement[];
}

/** Why the attempt does not count, or null when it does. */
export function whyVoid({ stop, judged }: AttemptFacts): string | null {
  if (judged.some(({ ruled }) => ruled.some(({ ruling }) => ruling.outcome === "fail"))) return null;
  const stops = [stop, ...judged.map(({ facts }) => facts.stop)].filter((event) => event !== null);
  const [first] = stops;
  if (first !== undefined) return stops.every(({ why, code }) => why === "error" && toolErrors.has(code)) ? stopped(first) : null;
  for (const { verdict, facts } of judged) {
    const why = facts.problems[0] ?? facts.generator.overloaded ?? facts.generator.unknown;
    if (why !== undefined && why !== null) return `${verdict.scenario}: ${why}`;
  }
  return null;
}
