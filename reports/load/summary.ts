/** The summary of `roadworthy load`, as text: counts, rate, times, a histogram, what went wrong, and what to do next. */

import { toMs } from "../../harness/base/duration.ts";
import { formatCount, formatDurationMs, formatNumber } from "../../harness/judge/verdict/format.ts";
import { mayPrint } from "../../harness/sli/concepts/percentile.ts";
import { plain } from "../text.ts";
import type { LimitResult, LoadResult, SearchResult } from "./result.ts";
import { warningsOf } from "./warnings.ts";

export interface LoadSummary {
  result: LoadResult;
  /** What was done: "GET http://127.0.0.1:8080/ · 100/s for 10 s". */
  title: string;
  model: "open" | "closed";
  /** Due before the schedule ended, by its length; null in the closed model. */
  offeredPerSecond: number | null;
  /** What `--connections` allowed. */
  connectionsLimit: number;
  /** How many connections were opened. */
  opened: number;
  timeoutMs: number;
  threads: number;
  /** By outcome and message; drops among them. */
  failures: readonly { outcome: string; message: string; count: number }[];
  /** Response times of completed requests, in ascending ranges. */
  histogram: readonly { fromMs: number; toMs: number; count: number }[];
  /** Ended before its time. */
  isInterrupted: boolean;
}

const barWidth = 40;

export function renderLoadSummary(summary: LoadSummary): string {
  const { result } = summary;
  const lines = [
    plain(summary.title) + (summary.isInterrupted ? " · interrupted: this is what was measured until then" : ""),
    "",
    ...(result.search === undefined ? [] : searchLines(result.search)),
    ...countLines(summary),
    "",
    ...timeLines(result),
    ...histogramLines(summary.histogram),
    ...answerLines(summary),
    ...healthLines(summary),
    ...(result.limits ?? []).map(limitLine),
    ...warningsOf(summary).map((warning) => `! ${plain(warning)}`),
  ];
  return `${lines.join("\n")}\n`;
}

function countLines({ result, offeredPerSecond, model }: LoadSummary): string[] {
  const errors = result.started - result.completed;
  const offer = offeredPerSecond === null ? "" : `, ${formatNumber(rounded(offeredPerSecond))}/s offered`;
  return [
    row("requests", `${formatNumber(result.offered)} offered · ${formatNumber(result.started)} started · ${formatNumber(result.completed)} completed · ${formatCount(errors, "error")} · ${formatNumber(result.dropped)} dropped`),
    row("rate", `${formatNumber(rounded(result.throughputPerSecond))}/s completed${offer}, over ${formatDurationMs(result.durationMs)}${model === "closed" ? " (closed model)" : ""}`),
  ];
}

const columns = [
  ["min", 0],
  ["mean", 0],
  ["p50", 0.5],
  ["p90", 0.9],
  ["p95", 0.95],
  ["p99", 0.99],
  ["p999", 0.999],
  ["max", 0],
] as const;

function timeLines(result: LoadResult): string[] {
  const { responseTimeMs, serviceTimeMs, completed } = result;
  if (responseTimeMs === null || serviceTimeMs === null) return ["no request was completed: there are no times", ""];
  const cells = (times: typeof responseTimeMs): string => columns.map(([name, quantile]) => (mayPrint(completed, quantile) ? formatTime(times[name]) : "–").padStart(10)).join("");
  return [
    row("time", columns.map(([name]) => (name === "p999" ? "p99.9" : name).padStart(10)).join("")),
    row("response", `${cells(responseTimeMs)}   from when it was due`),
    row("service", `${cells(serviceTimeMs)}   from when it was sent`),
    "",
  ];
}

/** Milliseconds to three digits that say something. */
function formatTime(timeMs: number): string {
  if (timeMs >= toMs(10, "s")) return formatDurationMs(timeMs);
  return `${timeMs >= 100 ? timeMs.toFixed(0) : timeMs >= 10 ? timeMs.toFixed(1) : timeMs.toFixed(2)} ms`;
}

function histogramLines(histogram: LoadSummary["histogram"]): string[] {
  const most = Math.max(0, ...histogram.map(({ count }) => count));
  if (most === 0) return [];
  const lines = histogram.map(({ fromMs, toMs: untilMs, count }) => {
    const bar = "█".repeat(Math.round((barWidth * count) / most)) || (count > 0 ? "▏" : "");
    return `  ${formatTime(fromMs).padStart(10)} –${formatTime(untilMs).padStart(10)}  ${bar.padEnd(barWidth)} ${formatNumber(count)}`;
  });
  return ["response time of completed requests", ...lines, ""];
}

function answerLines({ result, failures }: LoadSummary): string[] {
  const statuses = Object.entries(result.status).map(([code, count]) => `${code} × ${formatNumber(count)}`);
  const classes = [...new Set(failures.map(({ outcome }) => outcome))].map((outcome) => failures.filter((failure) => failure.outcome === outcome).toSorted((a, b) => b.count - a.count));
  return [
    ...(statuses.length === 0 ? [] : [row("status", statuses.join(" · "))]),
    ...classes.map((same) => {
      const total = same.reduce((sum, { count }) => sum + count, 0);
      const [first] = same;
      const others = same.length > 1 ? `, and ${formatCount(same.length - 1, "other message")}` : "";
      return row(first?.outcome ?? "", plain(`${formatNumber(total)} × ${same.length > 1 ? "mostly " : ""}"${first?.message ?? ""}"${others}`));
    }),
  ];
}

function healthLines({ result, opened }: LoadSummary): string[] {
  const { generator, startLagMs } = result;
  return [
    row("network", `${formatBytes(result.bytesRead)} read · ${formatCount(result.connections, "connection")} at once, ${formatNumber(opened)} opened`),
    row("generator", `CPU ${formatNumber(Math.round(generator.cpuPercent))} % · start lag p50 ${formatTime(startLagMs.p50)}, p99 ${formatTime(startLagMs.p99)}, max ${formatTime(startLagMs.max)} · event loop p99 ${formatTime(generator.eventLoopDelayP99Ms)}`),
  ];
}

function limitLine({ limit, bad, of, outcome }: LimitResult): string {
  const mark = outcome === "pass" ? "✓" : outcome === "fail" ? "✗" : "?";
  const note = outcome === "inconclusive" ? ": too few to tell at 95 % confidence, let it run longer" : "";
  return `${mark} ${limit}  ${formatNumber(bad)} of ${formatCount(of, "request")} over it or failed${note}`;
}

const endings: Readonly<Record<SearchResult["endedBy"], string>> = {
  precision: "as exact as was asked for",
  range: "the end of the range; higher rates were not tried",
  generator: "the generator was the limit, so this is a lower bound",
  steps: "the most steps were tried",
  interrupt: "interrupted",
};

function searchLines(search: SearchResult): string[] {
  const [low, high] = search.interval;
  const found = search.ratePerSecond === null ? "no rate that was tried keeps the limits" : `${search.endedBy === "generator" ? "at least " : ""}${formatNumber(search.ratePerSecond)}/s keeps the limits`;
  const between = `shown to hold at ${low === null ? "none" : `${formatNumber(low)}/s`}, shown to break at ${high === null ? "none" : `${formatNumber(high)}/s`}`;
  const head = ["rate/s", "offered", "completed", "dropped", "errors", "p50", "p95", "p99"].map((cell) => cell.padStart(11)).join("");
  const rows = search.steps.map((step) => {
    const times = step.responseTimeMs;
    const cells = [step.ratePerSecond, step.offered, step.completed, step.dropped, step.errors].map((cell) => formatNumber(cell));
    const percentiles = times === null ? ["–", "–", "–"] : [times.p50, times.p95, times.p99].map(formatTime);
    return `${[...cells, ...percentiles].map((cell) => cell.padStart(11)).join("")}   ${step.outcome}${step.saturated ? ", generator saturated" : ""}`;
  });
  return [`search: ${found} (${between}; ${endings[search.endedBy]})`, head, ...rows, "", ...(search.ratePerSecond === null ? [] : [`at ${formatNumber(search.ratePerSecond)}/s`])];
}

function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1))} ${units[power] ?? ""}`;
}

function rounded(rate: number): number {
  return rate >= 100 ? Math.round(rate) : Math.round(rate * 10) / 10;
}

function row(name: string, text: string): string {
  return `${name.padEnd(12)}${text}`;
}
