/** Numbers as people read them. Pure text: no locale of the machine, no time zone but UTC. */

import type { Ruling } from "../harness/judge/verdict/schema.ts";
import { isTimeUnit, toMs } from "../harness/base/duration.ts";
import { plain } from "./text.ts";

/** Three significant digits, all digits of whole numbers, thousands separated: 0.42, 5.3, 41.2, 1,842. */
export function numberText(value: number): string {
  const size = Math.abs(value);
  if (Number.isInteger(value)) return grouped(value, 0);
  if (size >= 100) return grouped(value, 0);
  if (size >= 10) return grouped(value, 1);
  if (size >= 1) return grouped(value, 2);
  return size < 0.0005 ? value.toExponential(1) : trimZeros(value.toPrecision(3));
}

/** A share in %: near 100 the digits that matter are those of what is missing (99.996, never rounded up to 100). */
export function percentText(value: number): string {
  if (value < 99 || value >= 100) return numberText(value);
  for (let digits = 1; digits <= 6; digits += 1) {
    const scale = 10 ** digits;
    const floored = Math.floor(value * scale + 1e-9) / scale;
    if ((100 - value) * scale >= 3 || digits === 6) return trimZeros(floored.toFixed(digits));
  }
  return numberText(value);
}

/** "1 fault", "2 faults". */
export function plural(count: number, noun: string): string {
  return `${numberText(count)} ${count === 1 ? noun : `${noun}s`}`;
}

export function withUnit(value: number, unit: string): string {
  if (isLongUnit(unit) && Math.abs(value) < 1) return spanText(toMs(value, unit));
  const text = unit === "%" ? percentText(value) : numberText(value);
  return unit === "" ? text : `${text} ${plain(unit)}`;
}

/** Hours and the like: 0.0114 h says nothing, 41 s does. */
function isLongUnit(unit: string): unit is "min" | "h" | "d" {
  return unit === "min" || unit === "h" || unit === "d";
}

/** What was measured: "41.2 s ± 0.1", "0.42 %, may be 0.07–1.31 %", or "no value". */
export function figureText(ruling: Ruling): string {
  if (ruling.value === null) return "no value";
  return `${withUnit(ruling.value, ruling.unit)}${intervalText(ruling)}`;
}

/** The measured number alone: "41.2 s". */
export function valueText(ruling: Ruling): string {
  return ruling.value === null ? "no value" : withUnit(ruling.value, ruling.unit);
}

/** What the value may be, as it follows the value; empty when there is no interval. */
export function intervalText(ruling: Ruling): string {
  if (ruling.interval === null) return "";
  const [low, high] = ruling.interval;
  if (isPercentileClaim(ruling)) return `, ${percentText(low)}–${percentText(high)} % over the limit`;
  if (isLongUnit(ruling.unit)) return ` ± ${spanText(toMs((high - low) / 2, ruling.unit))}`;
  if (isTimeUnit(ruling.unit)) return ` ± ${numberText((high - low) / 2)}`;
  return `, may be ${ruling.unit === "%" ? percentText(low) : numberText(low)}–${withUnit(high, ruling.unit)}`;
}

/** Intervals of percentile claims are in % of requests over the limit, not in the unit of the value. */
export function isPercentileClaim(ruling: Ruling): boolean {
  return /^(latency|completion-time|probe-time)\b/.test(ruling.indicator ?? "");
}

const signs: Readonly<Record<string, string>> = { "<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=" };

/** The promise as a short formula: "≤ 5 s", "< 500 ms", "1 to 3 replicas", "measured only". */
export function limitText(ruling: Pick<Ruling, "op" | "limit" | "unit">): string {
  const unit = ruling.unit === "" ? "" : ` ${plain(ruling.unit)}`;
  if (ruling.op === "measure") return "measured only";
  if (ruling.op === "exists") return "exists";
  if (ruling.limit === null) return plain(ruling.op);
  if (typeof ruling.limit === "number") return `${signs[ruling.op] ?? plain(ruling.op)} ${numberText(ruling.limit)}${unit}`;
  if (typeof ruling.limit === "string") return `${signs[ruling.op] ?? plain(ruling.op)} ${plain(ruling.limit)}${unit}`;
  return `${numberText(ruling.limit[0])} to ${numberText(ruling.limit[1])}${unit}`;
}

/** A length of time in ms: "350 ms", "1.24 s", "41.2 s", "3 m 51 s", "2 h 5 m". */
export function spanText(spanMs: number): string {
  if (Math.abs(spanMs) < 1000) return `${numberText(Math.round(spanMs * 10) / 10)} ms`;
  if (spanMs < 120_000) return `${numberText(spanMs / 1000)} s`;
  const seconds = Math.round(spanMs / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} m`;
}

export function spanOrDash(spanMs: number | null): string {
  return spanMs === null ? "–" : spanText(spanMs);
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

function grouped(value: number, digits: number): string {
  const fixed = digits === 0 ? String(Math.round(value)) : trimZeros(value.toFixed(digits));
  const [whole = "0", fraction] = fixed.split(".");
  if (whole.includes("e")) return fixed;
  const separated = whole.replaceAll(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? separated : `${separated}.${fraction}`;
}

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
