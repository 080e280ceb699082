/** What a series of repeats does next, from what it has. */

import type { RepeatsAsked } from "../../log/event.ts";
import type { SuiteObjective, SuiteVerdict } from "../verdict/schema.ts";

/** A repeat whose tools failed is tried so often in all. */
export const mostAttempts = 3;

export interface AttemptSoFar {
  repeat: number;
  attempt: number;
  /** A tool failed: it does not count. */
  isVoid: boolean;
  /** It was stopped, or left something behind: nothing comes after it. */
  isLast: boolean;
}

/** Whether more repeats could still lead to a pass, or to a failure by more samples: something required is open, nothing failed, and nothing required is past deciding. */
export function isUndecided({ outcome, objectives, required }: Pick<SuiteVerdict, "outcome" | "objectives" | "required">): boolean {
  if (outcome === "fail") return false;
  const asked = required.length === 0 ? objectives.filter(({ status }) => status === "ruled") : objectives.filter((row) => row.required);
  const open = asked.filter((row) => row.outcome !== "pass" && row.status !== "information");
  return open.length > 0 && open.every(isOpen);
}

function isOpen({ outcome, repeats = [] }: SuiteObjective): boolean {
  const undecided = repeats.filter(({ open }) => open);
  return outcome === "inconclusive" && undecided.length > 0;
}

/** null: it is over. `undecided`: more repeats could decide what is asked for. */
export function nextAttempt({ most, untilDecided }: RepeatsAsked, done: readonly AttemptSoFar[], undecided: boolean): { repeat: number; attempt: number } | null {
  const last = done.at(-1);
  if (last === undefined) return { repeat: 1, attempt: 1 };
  const { repeat, attempt } = last;
  if (last.isLast) return null;
  if (last.isVoid) return attempt < mostAttempts ? { repeat, attempt: attempt + 1 } : null;
  if (repeat >= most || (untilDecided && !undecided)) return null;
  return { repeat: repeat + 1, attempt: 1 };
}
