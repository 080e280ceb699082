/** Numbers as people read them. Pure text: no locale of the machine, no time zone but UTC. */

import type { Ruling } from "../harness/judge/verdict/schema.ts";
import { formatCount, formatDurationMs, formatNumber, formatPercent, formatValue } from "../harness/judge/verdict/format.ts";
import { plain } from "./text.ts";

/** "0.42", "41.2", "1,842": as in the sentences of the judge. */
export function numberText(value: number): string {
  return formatNumber(value);
}

/** A share in % without the sign; never rounded up to a clean 100. */
export function percentText(value: number): string {
  return formatPercent(value).replace(" %", "");
}

export function percentOrDash(value: number | null): string {
  return value === null ? "–" : formatPercent(value);
}

/** "1 fault", "2 faults". */
export function plural(count: number, noun: string): string {
  return formatCount(count, noun);
}

/** What was measured: "41.2 s ± 100 ms", "0.42 %, may be 0.07–1.31 %", "no outage seen ± 20 ms", or "no value". */
export function figureText(ruling: Ruling): string {
  return `${valueText(ruling)}${intervalText(ruling)}`;
}

/** The measured number alone: "41.2 s". */
export function valueText(ruling: Ruling): string {
  if (ruling.value !== null) return formatValue(ruling.value, plain(ruling.unit));
  return isDuration(ruling) && ruling.interval !== null ? "no outage seen" : "no value";
}

/** What the value may be, as it follows the value; empty when there is no interval. */
export function intervalText(ruling: Ruling): string {
  if (ruling.interval === null) return "";
  const [low, high] = ruling.interval;
  const unit = plain(ruling.unit);
  if (isDuration(ruling)) return ` ± ${formatValue(high - (ruling.value ?? 0), unit)}`;
  if (ruling.value === null) return "";
  if (isPercentileClaim(ruling)) return `, ${percentText(low)}–${percentText(high)} % over the limit`;
  return `, may be ${unit === "%" ? percentText(low) : numberText(low)}–${formatValue(high, unit)}`;
}

/** Times per fault, whose interval is their precision. */
function isDuration({ indicator }: Ruling): boolean {
  return indicator === "recovery-time" || indicator === "mean-recovery-time" || indicator === "resume-time";
}

/** Intervals of percentile claims are in % of requests over the limit, not in the unit of the value. */
function isPercentileClaim({ indicator }: Ruling): boolean {
  return indicator === "latency" || indicator === "completion-time" || indicator === "probe-time";
}

const signs: Readonly<Record<string, string>> = { "<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=" };

/** The promise as a short formula: "≤ 5 s", "< 500 ms", "1 to 3 replicas", "measured only". */
export function limitText(ruling: Pick<Ruling, "op" | "limit" | "unit">): string {
  const unit = ruling.unit === "" ? "" : ` ${plain(ruling.unit)}`;
  if (ruling.op === "measure") return "measured only";
  if (ruling.op === "exists") return "exists";
  if (ruling.limit === null) return plain(ruling.op);
  if (typeof ruling.limit === "number") return `${signs[ruling.op] ?? plain(ruling.op)} ${ruling.unit === "%" ? percentText(ruling.limit) : numberText(ruling.limit)}${unit}`;
  if (typeof ruling.limit === "string") return `${signs[ruling.op] ?? plain(ruling.op)} ${plain(ruling.limit)}${unit}`;
  return `${numberText(ruling.limit[0])} to ${numberText(ruling.limit[1])}${unit}`;
}

/** A length of time in ms, three digits of it: "350 ms", "1.24 s", "41.2 s", "3 m 51 s", "2 h 5 m". */
export function spanText(spanMs: number): string {
  if (Math.abs(spanMs) < 120_000) return formatDurationMs(Number(spanMs.toPrecision(3)));
  const seconds = Math.round(spanMs / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} m`;
}

export function spanOrDash(spanMs: number | null): string {
  return spanMs === null ? "–" : spanText(spanMs);
}

/** "640 KiB", "12.5 MiB": of 1024 bytes each. */
export function sizeText(bytes: number): string {
  const [size, unit] = bytes < 1024 * 1024 ? [bytes / 1024, "KiB"] : [bytes / 1024 / 1024, "MiB"];
  return `${numberText(Number(size.toPrecision(3)))} ${unit}`;
}

/** "0.35 MiB/s": always in the same unit, so that two can be compared. */
export function rateText(bytesPerSecond: number): string {
  return `${numberText(Number((bytesPerSecond / 1024 / 1024).toPrecision(3)))} MiB/s`;
}

/** A point of a scenario in ms from its start, as minutes and seconds: "1:05.3". */
export function pointText(atMs: number | null): string {
  if (atMs === null) return "–";
  const sign = atMs < 0 ? "−" : "";
  const tenths = Math.round(Math.abs(atMs) / 100);
  const seconds = (tenths % 600) / 10;
  return `${sign}${Math.floor(tenths / 600)}:${seconds.toFixed(1).padStart(4, "0")}`;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "2026-11-20T14:02:11.000Z" → "20 Nov 2026 14:02 UTC". Cut from the text, so that no time zone can move it. */
export function dayText(iso: string): string {
  const [, year, month, day, clock] = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}:\d{2})/.exec(iso) ?? [];
  const name = months[Number(month) - 1];
  return name === undefined ? plain(iso) : `${Number(day)} ${name} ${year} ${clock} UTC`;
}
