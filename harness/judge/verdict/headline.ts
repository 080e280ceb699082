/** The first sentence of every report: the outcome, then its cause in plain words. */

import type { StopEvent } from "../facts/scenario-facts.ts";
import { stopped } from "../facts/trust.ts";
import { formatCount } from "./format.ts";
import type { Outcome } from "./schema.ts";
import type { SuiteRow } from "./suite-rows.ts";

export interface HeadlineParts {
  outcome: Outcome;
  rows: readonly SuiteRow[];
  /** Required objectives without a ruling. */
  unruled: readonly string[];
  incomplete: string | null;
  stop: StopEvent | null;
  cleanupComplete: boolean | null;
}

export function headlineOf(parts: HeadlineParts): string {
  const sentence = `${opening(parts)}.`;
  return parts.cleanupComplete === false ? `${sentence} Clean-up is incomplete: something of this run is still there.` : sentence;
}

function opening(parts: HeadlineParts): string {
  switch (parts.outcome) {
    case "fail":
      return `FAIL, release blocked: ${first(parts.rows, "fail")}`;
    case "inconclusive":
      return `INCONCLUSIVE, not decided: ${whyUndecided(parts)}`;
    case "pass":
      return `PASS: ${whatHolds(parts.rows)}`;
  }
}

function whyUndecided(parts: HeadlineParts): string {
  if (parts.stop !== null && parts.stop.why !== "unsteady") return stopped(parts.stop);
  if (parts.incomplete !== null) return parts.incomplete;
  const [unruled] = parts.unruled;
  if (unruled !== undefined) return `${unruled} is required, and nothing in this run ruled on it`;
  return first(parts.rows, "inconclusive") || "nothing was ruled on";
}

function whatHolds(rows: readonly SuiteRow[]): string {
  const ruled = rows.filter((row) => row.objective.status === "ruled").length;
  const required = rows.filter((row) => row.objective.required).length;
  const all = `all ${formatCount(ruled, "ruled objective")} hold`;
  return required === 0 ? all : `${all}, among them all ${required} required`;
}

/** Required ones before others, in the order of the target. A row that repeats another is no news. */
function first(rows: readonly SuiteRow[], outcome: Outcome): string {
  const found = rows.filter((row) => row.objective.outcome === outcome);
  const originals = found.filter((row) => row.objective.sameAs === null);
  const row = originals.find((entry) => entry.objective.required) ?? originals[0] ?? found[0];
  if (row === undefined) return "";
  const more = found.length - 1;
  const rest = more <= 0 ? "" : `; ${more} more ${outcome === "fail" ? "failed" : more === 1 ? "is undecided" : "are undecided"}`;
  return `${causeOf(row)} (${row.objective.objective})${rest}`;
}

const tellsItself: ReadonlySet<string | null> = new Set(["recovery-time", "resume-time"]);

/** What happened after a fault speaks for itself; a number needs the promise that it is about. */
function causeOf({ objective, cause }: SuiteRow): string {
  if (tellsItself.has(objective.indicator)) return cause;
  const promise = `"${objective.statement.replace(/[.]$/, "")}"`;
  return objective.outcome === "fail" ? `${promise} does not hold: ${cause}` : `${promise} is not decided: ${cause}`;
}
