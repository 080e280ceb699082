/** The summary of `roadworthy load`, as text of 80 columns: counts, rate, times, a histogram, what went wrong, and what to do next. */

import { formatCount, formatDurationMs, formatNumber } from "../../harness/judge/verdict/format.ts";
import { mayPrint } from "../../harness/sli/concepts/percentile.ts";
import { plain } from "../text.ts";
import { formatRate, formatTime, inColumns, row, timeNumber } from "./columns.ts";
import type { LimitResult, LoadResult } from "./result.ts";
import { searchLines } from "./search.ts";
import { warningsOf } from "./warnings.ts";

export interface LoadSummary {
  result: LoadResult;
  /** What was loaded: "GET http://127.0.0.1:8080/". */
  title: string;
  /** How: "100/s for 10 s · at most 256 connections". */
  how: string;
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

const barWidth = 36;

export function renderLoadSummary(summary: LoadSummary): string {
  const { result } = summary;
  const lines = [
    plain(summary.title),
    ...inColumns(plain(summary.how)),
    ...(summary.isInterrupted ? ["interrupted: this is what was measured until then"] : []),
    "",
    ...(result.search === undefined ? [] : searchLines(result.search)),
    ...countLines(summary),
    "",
    ...timeLines(summary),
    ...histogramLines(summary.histogram),
    ...answerLines(summary),
    ...healthLines(summary),
    ...withGap((result.limits ?? []).flatMap(limitLines)),
    ...withGap(warningLines(summary)),
  ];
  return `${lines.join("\n")}\n`;
}

function withGap(lines: string[]): string[] {
  return lines.length === 0 ? [] : ["", ...lines];
}

/** What stands under the figures; with `--json` it goes to stderr by itself. */
export function warningLines(summary: LoadSummary): string[] {
  return warningsOf(summary).flatMap((warning) => inColumns(plain(warning), "! ", "  "));
}

function countLines({ result, offeredPerSecond, model }: LoadSummary): string[] {
  const errors = result.started - result.completed;
  const offer = offeredPerSecond === null ? "" : ` of ${formatRate(offeredPerSecond)} offered`;
  return [
    ...row("requests", `${formatNumber(result.offered)} offered = ${formatNumber(result.started)} started + ${formatNumber(result.dropped)} dropped`),
    ...row("", `${formatNumber(result.started)} started = ${formatNumber(result.completed)} completed + ${formatCount(errors, "error")}`),
    ...row("rate", `${formatRate(result.throughputPerSecond)} completed${offer}, over ${formatDurationMs(result.durationMs)}${model === "closed" ? " (closed model)" : ""}`),
  ];
}

/** What is no quantile is exact however few there are. */
const columns = [
  ["min", null],
  ["mean", null],
  ["p50", 0.5],
  ["p90", 0.9],
  ["p95", 0.95],
  ["p99", 0.99],
  ["p999", 0.999],
  ["max", null],
] as const;
const cellWidth = 8;

function timeLines({ result, model }: LoadSummary): string[] {
  const { responseTimeMs, serviceTimeMs, completed } = result;
  if (responseTimeMs === null || serviceTimeMs === null) return [];
  const isShown = (quantile: number | null): boolean => quantile === null || mayPrint(completed, quantile);
  const cells = (times: typeof responseTimeMs): string => columns.map(([name, quantile]) => (isShown(quantile) ? timeNumber(times[name]) : "–").padStart(cellWidth)).join("");
  const isCut = columns.some(([, quantile]) => !isShown(quantile));
  const notes = [model === "closed" ? "a request is due when it is sent" : "response: from being due; service: from being sent", ...(isCut ? ["–: too few to tell"] : [])];
  return [
    ...row("time, ms", columns.map(([name]) => (name === "p999" ? "p99.9" : name).padStart(cellWidth)).join("")),
    ...row("response", cells(responseTimeMs)),
    ...row("service", cells(serviceTimeMs)),
    `  (${notes.join("; ")})`,
    "",
  ];
}

function histogramLines(histogram: LoadSummary["histogram"]): string[] {
  const most = Math.max(0, ...histogram.map(({ count }) => count));
  if (most === 0) return [];
  const lines = histogram.map(({ fromMs, toMs: untilMs, count }) => {
    const bar = "█".repeat(Math.round((barWidth * count) / most)) || (count > 0 ? "▏" : "");
    return `${formatTime(fromMs).padStart(11)} – ${formatTime(untilMs).padStart(9)}  ${bar.padEnd(barWidth)} ${count === 0 ? "" : formatNumber(count)}`.trimEnd();
  });
  return ["response time of completed requests", ...lines, ""];
}

function answerLines({ result, failures }: LoadSummary): string[] {
  const statuses = Object.entries(result.status).map(([code, count]) => `${code} × ${formatNumber(count)}`);
  // Statuses have their row already.
  const classes = [...new Set(failures.map(({ outcome }) => outcome))].filter((outcome) => outcome !== "status").map((outcome) => failures.filter((failure) => failure.outcome === outcome).toSorted((a, b) => b.count - a.count));
  return [
    ...(statuses.length === 0 ? [] : row("status", statuses.join(" · "))),
    ...classes.flatMap((same) => {
      const total = same.reduce((sum, { count }) => sum + count, 0);
      const [first] = same;
      const others = same.length > 1 ? `, and ${formatCount(same.length - 1, "other message")}` : "";
      return row(first?.outcome ?? "", plain(`${formatNumber(total)} × ${same.length > 1 ? "mostly " : ""}"${first?.message ?? ""}"${others}`));
    }),
  ];
}

function healthLines({ result, opened, model }: LoadSummary): string[] {
  const { generator, startLagMs } = result;
  return [
    ...row("network", `${formatBytes(result.bytesRead)} read · ${formatCount(result.connections, "connection")} at once, ${formatNumber(opened)} opened`),
    ...row("generator", `CPU ${formatNumber(Math.round(generator.cpuPercent))} % · event loop p99 ${formatTime(generator.eventLoopDelayP99Ms)}`),
    ...(model === "closed" ? [] : row("start lag", `p50 ${formatTime(startLagMs.p50)} · p99 ${formatTime(startLagMs.p99)} · max ${formatTime(startLagMs.max)}`)),
  ];
}

function limitLines({ limit, bad, of, outcome }: LimitResult): string[] {
  const mark = outcome === "pass" ? "✓" : outcome === "fail" ? "✗" : "?";
  const note = outcome === "inconclusive" ? ", which tells nothing at 95 % confidence: let it run longer" : "";
  const what = limit.startsWith("errors") ? "failed" : "took longer or failed";
  return inColumns(plain(`${limit}   ${formatNumber(bad)} of ${formatCount(of, "request")} ${what}${note}`), `${mark} `, "  ");
}

function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1))} ${units[power] ?? ""}`;
}
