/** One objective as a row of a report: its word, its symbol, its place in the order. Every output takes these from here, so that they agree. */

import type { SuiteObjective } from "../harness/judge/verdict/schema.ts";
import { dayText } from "./figure.ts";

/** What a row says to a reader. A required objective without a ruling is inconclusive, whatever the reason (DESIGN.md, "not covered"). */
export type Standing = "fail" | "inconclusive" | "pass" | "information" | "not covered";

const ranks: Readonly<Record<Standing, number>> = { fail: 0, inconclusive: 1, pass: 2, information: 3, "not covered": 4 };

/** Never colour alone: each standing has its own sign. */
export const symbols: Readonly<Record<Standing, string>> = { fail: "✗", inconclusive: "?", pass: "✓", information: "i", "not covered": "–" };

export function standingOf(row: Pick<SuiteObjective, "status" | "outcome" | "required">): Standing {
  if (row.status === "ruled") return row.outcome ?? "inconclusive";
  return row.required ? "inconclusive" : row.status;
}

/** Worst first, required ones before others; else in the order of the target. */
export function worstFirst(rows: readonly SuiteObjective[]): SuiteObjective[] {
  return rows.toSorted((a, b) => ranks[standingOf(a)] - ranks[standingOf(b)] || Number(b.required) - Number(a.required));
}

export function rowsWith(rows: readonly SuiteObjective[], standing: Standing): SuiteObjective[] {
  return worstFirst(rows).filter((row) => standingOf(row) === standing);
}

/** Why a row without a ruling has none, and where it is shown instead. */
export function coverageText(row: SuiteObjective): string {
  return row.coverage ?? (row.why === "" ? "no scenario rules on it" : row.why);
}

/** When a defect was last seen to turn this row red; null where that is not known, or of no interest. */
export function seenRedText({ lastSeenRed, required }: SuiteObjective): string | null {
  if (lastSeenRed === undefined) return null;
  if (lastSeenRed === null) return required ? "never: it has not been shown that this gate can go red" : null;
  return `gate last seen red on ${dayText(lastSeenRed.at)}, by ${lastSeenRed.by}`;
}
