/** Conversions between units of time. The only place that holds such factors. */

import { RoadworthyError } from "./error.ts";

const millisecondsPer = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export type TimeUnit = keyof typeof millisecondsPer;

/** "250ms", "1.5 s", "4 h" → milliseconds. Throws `usage` for anything else. */
export function parseDurationMs(text: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d)\s*$/.exec(text);
  const [, amount, unit] = match ?? [];
  if (amount === undefined || !isTimeUnit(unit)) {
    throw new RoadworthyError("usage", `"${text}" is not a duration`, { hint: 'write a number and a unit, such as "250ms", "30s", "5m" or "4h"' });
  }
  return toMs(Number(amount), unit);
}

export function isTimeUnit(unit: string | undefined): unit is TimeUnit {
  return unit !== undefined && Object.hasOwn(millisecondsPer, unit);
}

export function toMs(amount: number, unit: TimeUnit): number {
  return amount * millisecondsPer[unit];
}

export function fromMs(amountMs: number, unit: TimeUnit): number {
  return amountMs / millisecondsPer[unit];
}

export function usToMs(amountUs: number): number {
  return amountUs / 1000;
}

export function msToUs(amountMs: number): number {
  return Math.round(amountMs * 1000);
}

export const msPerDay = millisecondsPer.d;
