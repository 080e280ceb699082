/** Compared outages as rows of the table: one for each length and manner. */

import type { OutageResult } from "./outage-check.ts";
import type { TruthRow } from "../finding.ts";

/** In the order of `outages`; those of one kind share a row. */
export function outageRows(outages: readonly OutageResult[], where: string): TruthRow[] {
  const kinds = Map.groupBy(outages.toSorted(byKind), ({ cell }) => `outage of ${cell.lengthMs} ms by ${cell.by}, ${where}`);
  return [...kinds].map(([scripted, results]) => ({ scripted, count: results.length, measured: measuredOf(results), worst: worstOf(results), misses: results.flatMap(missesOf) }));
}

function byKind(a: OutageResult, b: OutageResult): number {
  return a.cell.by.localeCompare(b.cell.by) || a.cell.lengthMs - b.cell.lengthMs || a.cell.ratePerSecond - b.cell.ratePerSecond;
}

/** Counted from the beginning of the outage, so that rows can be read: "249.6 to 273.1 ms, not seen 2 times". */
function measuredOf(results: readonly OutageResult[]): string {
  const seen = results.filter(({ measuredMs }) => measuredMs !== null).map(({ cell, errorMs }) => cell.lengthMs + errorMs);
  const unseen = results.length - seen.length;
  const range = seen.length === 0 ? [] : [`${Math.min(...seen).toFixed(1)} to ${Math.max(...seen).toFixed(1)} ms`];
  return [...range, ...(unseen === 0 ? [] : [`no outage seen ${unseen} times`])].join(", ");
}

/** For each rate, with what is allowed there: the probe intervals of runs differ, so the one that came closest to its limit is shown. */
function worstOf(results: readonly OutageResult[]): string {
  const rates = Map.groupBy(results, ({ cell }) => cell.ratePerSecond);
  const worst = [...rates].map(([rate, list]) => ({ rate, result: list.reduce((a, b) => (closeness(b) > closeness(a) ? b : a)) }));
  return worst.map(({ rate, result }) => `${result.errorMs.toFixed(1)} of ± ${result.allowedMs.toFixed(1)} ms at ${rate.toLocaleString("en-US")}/s`).join("; ");
}

function closeness({ errorMs, allowedMs }: OutageResult): number {
  return Math.abs(errorMs) / allowedMs;
}

function missesOf({ cell, seed, misses }: OutageResult): string[] {
  return misses.map((miss) => `${miss} (${cell.flapping ? "flapping, " : ""}${cell.ratePerSecond}/s, seed ${seed})`);
}
