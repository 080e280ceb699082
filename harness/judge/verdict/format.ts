/** Numbers with their units, as a person reads them: "1,243 ms", "41.2 s", "99.94 %". The same everywhere: sentences, tables, charts. */

import { fromMs, toMs, type TimeUnit } from "../../base/duration.ts";
import { grouped } from "../../sli/concepts/grouped.ts";
import { timeUnitOf } from "../../sli/concepts/limit.ts";

/** Whole numbers in full, others with three or four digits that say something. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "not a number" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const digits = Number.isInteger(value) || size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : Math.min(6, 2 - Math.floor(Math.log10(size)));
  const [whole = "0", fraction = ""] = size.toFixed(digits).split(".");
  const kept = fraction.replace(/0+$/, "");
  const text = kept === "" ? grouped(Number(whole)) : `${grouped(Number(whole))}.${kept}`;
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

/** "800 ms", "41.2 s", "3.5 min": in the unit asked for while that gives a number from 1 to 1,000 (ms: to 10,000), else in the largest that fits. */
export function formatDurationMs(durationMs: number, asked: TimeUnit = "s"): string {
  const unit = unitFor(Math.abs(durationMs), asked);
  return `${formatNumber(fromMs(durationMs, unit))} ${unit}`;
}

function unitFor(sizeMs: number, asked: TimeUnit): TimeUnit {
  const size = fromMs(sizeMs, asked);
  if (size === 0 || (size >= 1 && size < (asked === "ms" ? 10_000 : 1000))) return asked;
  return largestFirst.find((unit) => fromMs(sizeMs, unit) >= 1) ?? "ms";
}

const largestFirst: readonly TimeUnit[] = ["d", "h", "min", "s"];

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

/** The limit as the end of a sentence: "at most 5 s is allowed", "none is allowed", "at least 99.9 % is asked for". */
export function formatDemand(op: string, limit: number | readonly [number, number] | string | null, unit: string): string {
  if (op === "==" && limit === 0) return "none is allowed";
  return `${formatLimit(op, limit, unit)} is ${op === "<" || op === "<=" ? "allowed" : "asked for"}`;
}

const operatorWords: Readonly<Record<string, string>> = { "<": "under", "<=": "at most", ">": "over", ">=": "at least", "==": "exactly" };

/** A duration with its precision, both in one unit and with the digits that the precision allows: "41.2 s ± 0.1 s". */
export function formatWithPrecision(valueMs: number, precisionMs: number, asked: TimeUnit = "s"): string {
  const unit = unitFor(Math.max(Math.abs(valueMs), Math.abs(precisionMs)), asked);
  const precision = fromMs(precisionMs, unit);
  if (precision <= 0) return `${formatDurationMs(valueMs, unit)} ± 0 ${unit}`;
  const scale = 10 ** Math.max(0, -Math.floor(Math.log10(precision)));
  const shown = (value: number): string => formatNumber(Math.round(value * scale) / scale);
  return `${shown(fromMs(valueMs, unit))} ${unit} ± ${shown(precision)} ${unit}`;
}

/** "1 request", "3,100 requests". */
export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatNumber(count)} ${count === 1 ? singular : plural}`;
}
