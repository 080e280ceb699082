/** Numbers with their units, as a person reads them: "1,243 ms", "41.2 s", "99.94 %". The same everywhere: sentences, tables, charts. */

import { fromMs, toMs, type TimeUnit } from "../../base/duration.ts";
import { timeUnitOf } from "../../sli/concepts/limit.ts";

/** Whole numbers in full, others with three or four digits that say something. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "not a number" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const digits = Number.isInteger(value) || size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : Math.min(6, 2 - Math.floor(Math.log10(size)));
  const [whole = "0", fraction = ""] = size.toFixed(digits).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const kept = fraction.replace(/0+$/, "");
  const text = kept === "" ? grouped : `${grouped}.${kept}`;
  return value < 0 && text !== "0" ? `−${text}` : text;
}

/** A value in its unit; times move to the unit in which they are easiest to read. */
export function formatValue(value: number, unit: string): string {
  const time = timeUnitOf(unit);
  if (time !== null) return formatDurationMs(toMs(value, time), time);
  if (unit === "%") return formatPercent(value);
  if (unit.startsWith("1/")) return `${formatNumber(value)}/${unit.slice(2)}`;
  return unit === "" ? formatNumber(value) : `${formatNumber(value)} ${unit}`;
}

/** "800 ms", "41.2 s", "3.5 min"; ms are kept up to 10 s where the objective counts in ms. */
export function formatDurationMs(durationMs: number, asked: TimeUnit = "s"): string {
  const unit = unitFor(Math.abs(durationMs), asked);
  return `${formatNumber(fromMs(durationMs, unit))} ${unit}`;
}

function unitFor(sizeMs: number, asked: TimeUnit): TimeUnit {
  if (sizeMs === 0) return asked;
  if (sizeMs < toMs(asked === "ms" ? 10 : 1, "s")) return "ms";
  if (sizeMs < toMs(2, "min")) return "s";
  if (sizeMs < toMs(2, "h")) return "min";
  return sizeMs < toMs(2, "d") ? "h" : "d";
}

/** Two decimals, more where fewer would round to a clean 0 or 100. */
export function formatPercent(value: number): string {
  const distance = Math.min(Math.abs(value), Math.abs(100 - value));
  const digits = distance === 0 ? 0 : Math.min(6, Math.max(2, 1 - Math.floor(Math.log10(distance))));
  return `${Number(value.toFixed(digits))} %`;
}

/** "under 500 ms", "at most 5 s", "at least 99.9 %", "5 to 50 replicas". */
export function formatLimit(op: string, limit: number | readonly [number, number] | string | null, unit: string): string {
  if (op === "measure") return "measured only";
  if (op === "exists") return "present";
  if (limit === null) return op;
  if (typeof limit === "string") return op === "in" ? `one of ${limit}` : `${op} ${limit}`;
  if (typeof limit !== "number") return `${formatNumber(limit[0])} to ${formatValue(limit[1], unit)}`;
  return `${operatorWords[op] ?? op} ${formatValue(limit, unit)}`;
}

const operatorWords: Readonly<Record<string, string>> = { "<": "under", "<=": "at most", ">": "over", ">=": "at least", "==": "exactly" };

/** A duration in its unit with its precision: "41.2 s ± 0.1 s". */
export function formatWithPrecision(valueMs: number, precisionMs: number, asked: TimeUnit = "s"): string {
  return `${formatDurationMs(valueMs, asked)} ± ${formatDurationMs(precisionMs, asked)}`;
}

/** "1 request", "3,100 requests". */
export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatNumber(count)} ${count === 1 ? singular : plural}`;
}
