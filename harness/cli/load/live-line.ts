/** The load while it runs, on stderr: one line that is rewritten each second on a terminal, a plain line every five seconds elsewhere. */

import { usToMs } from "../../base/duration.ts";
import { nowUs } from "../../base/time.ts";
import { DurationCounts } from "../../drive/load/alone/duration-counts.ts";
import type { ProgressLine } from "../../drive/load/alone/report-line.ts";
import { formatCount, formatDurationMs, formatNumber } from "../../judge/verdict/format.ts";
import { timeNumber } from "../../../reports/load/columns.ts";

const plainEvery = 5;
const clear = "\r\u001b[2K";

export interface LiveLine extends Disposable {
  /** Begins a stretch; `label` stands before its lines: "12 s of 60 s" follows. */
  begin(label: string, totalMs: number): void;
  show(lines: readonly ProgressLine[]): void;
  /** A line that stays. */
  note(text: string): void;
}

export function liveLine(stream: NodeJS.WriteStream): LiveLine {
  let stretch = { label: "", totalMs: 0, startUs: nowUs(), lastUs: nowUs(), completed: 0, shown: 0 };
  const end = stream.isTTY ? clear : "";
  return {
    begin: (label, totalMs) => {
      stretch = { label, totalMs, startUs: nowUs(), lastUs: nowUs(), completed: 0, shown: 0 };
    },
    show: (lines) => {
      const now = nowUs();
      const completed = sum(lines, "completed");
      const ratePerSecond = (Math.max(0, completed - stretch.completed) * 1_000_000) / Math.max(1, now - stretch.lastUs);
      const text = describe(lines, { label: stretch.label, elapsedMs: usToMs(now - stretch.startUs), totalMs: stretch.totalMs, ratePerSecond });
      stretch = { ...stretch, lastUs: now, completed, shown: stretch.shown + 1 };
      if (stream.isTTY) stream.write(`${clear}${fitted(text, stream.columns - 1)}`);
      else if (stretch.shown % plainEvery === (stretch.label === "" ? 1 : 0)) stream.write(`${text}\n`);
    },
    note: (text) => void stream.write(`${end}${text}\n`),
    [Symbol.dispose]: () => void stream.write(end),
  };
}

/** Without the last parts that a line of this width has no room for. */
export function fitted(text: string, width: number): string {
  const parts = text.split(" · ");
  while (parts.length > 1 && parts.join(" · ").length > width) parts.pop();
  return parts.join(" · ").slice(0, width);
}

interface Moment {
  label: string;
  elapsedMs: number;
  totalMs: number;
  ratePerSecond: number;
}

/** "12 s of 60 s · 1,000/s · p50 1.20 p95 3.04 p99 8.11 ms · 0 errors · lag 0.40 ms · 3 under way"; the lag is its p99. */
export function describe(lines: readonly ProgressLine[], { label, elapsedMs, totalMs, ratePerSecond }: Moment): string {
  const recent = new DurationCounts();
  for (const line of lines) recent.merge(line.recent);
  const at = (quantile: number): string => {
    const us = recent.quantileUs(quantile);
    return us === null ? "–" : timeNumber(usToMs(us));
  };
  const errors = sum(lines, "offered") - sum(lines, "completed") - sum(lines, "dropped");
  const time = `${Math.min(Math.round(elapsedMs / 1000), Math.ceil(totalMs / 1000))} s of ${formatDurationMs(totalMs)}`;
  if (label !== "" && sum(lines, "offered") === 0) return `${label} · ${time} · warming up`;
  const dropped = sum(lines, "dropped");
  // The least important last: a narrow terminal cuts it off.
  return [
    ...(label === "" ? [] : [label]),
    time,
    `${formatNumber(Math.round(ratePerSecond))}/s`,
    `p50 ${at(0.5)} p95 ${at(0.95)} p99 ${at(0.99)} ms`,
    formatCount(errors, "error"),
    ...(dropped === 0 ? [] : [`${formatNumber(dropped)} dropped`]),
    `lag ${timeNumber(usToMs(Math.max(0, ...lines.map((line) => line.lagP99Us))))} ms`,
    `${formatNumber(sum(lines, "inFlight"))} under way`,
  ].join(" · ");
}

function sum(lines: readonly ProgressLine[], field: "offered" | "completed" | "dropped" | "inFlight"): number {
  return lines.reduce((total, line) => total + line[field], 0);
}
