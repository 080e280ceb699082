/** What a search for the highest rate has found, how sure that is, and what it took. */

import { formatCount, formatDurationMs, formatNumber } from "../../harness/judge/verdict/format.ts";
import { inColumns, timeNumber } from "./columns.ts";
import type { SearchResult } from "./result.ts";

const endings: Readonly<Record<SearchResult["endedBy"], string>> = {
  precision: "as near as 5 %",
  range: "the end of the range: nothing beyond it was tried",
  generator: "the generator was the limit: this is a lower bound",
  steps: "the most steps were tried",
  interrupt: "interrupted",
};

const cellWidth = 10;

export function searchLines(search: SearchResult): string[] {
  const { ratePerSecond, interval, cost, endedBy, steps } = search;
  const [low, high] = interval;
  const found = ratePerSecond === null ? "no rate that was tried keeps the limits" : `${endedBy === "generator" ? "at least " : ""}${formatNumber(ratePerSecond)}/s keeps the limits`;
  const sure = `shown to hold at ${low === null ? "none" : `${formatNumber(low)}/s`}, to break at ${high === null ? "none" : `${formatNumber(high)}/s`}, each at 95 % confidence`;
  const head = ["rate/s", "offered", "failed", "p50 ms", "p95 ms", "p99 ms"].map((cell) => cell.padStart(cellWidth)).join("");
  return [
    ...inColumns(`search: ${found}`),
    ...inColumns(`  ${sure} (${endings[endedBy]})`),
    ...inColumns(`  it took ${formatCount(cost.steps, "step")}, ${formatCount(cost.requests, "request")}, ${formatDurationMs(cost.durationMs)}`),
    "",
    head,
    ...steps.map(stepLine),
    "",
    ...(ratePerSecond === null ? [] : [`at ${formatNumber(ratePerSecond)}/s`]),
  ];
}

function stepLine({ ratePerSecond, offered, dropped, errors, responseTimeMs: times, outcome, saturated }: SearchResult["steps"][number]): string {
  const percentiles = times === null ? ["–", "–", "–"] : [times.p50, times.p95, times.p99].map(timeNumber);
  const cells = [ratePerSecond, offered, dropped + errors].map(formatNumber);
  return `${[...cells, ...percentiles].map((cell) => cell.padStart(cellWidth)).join("")}  ${saturated ? "saturated" : outcome}`;
}
