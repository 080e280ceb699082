/** Numbers as they are stored: rounded, so that the same log gives the same bytes, and so that no digit claims more than was measured. */

/** To whole µs. */
export function roundMs(valueMs: number): number {
  return Math.round(valueMs * 1000) / 1000;
}

export function roundMsOrNull(valueMs: number | null): number | null {
  return valueMs === null || !Number.isFinite(valueMs) ? null : roundMs(valueMs);
}

/** To nine digits; null for what JSON cannot hold. */
export function roundValue(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Number(value.toPrecision(9));
}

export function roundInterval(interval: readonly [number, number] | null): [number, number] | null {
  if (interval === null) return null;
  const low = roundValue(interval[0]);
  const high = roundValue(interval[1]);
  return low === null || high === null ? null : [low, high];
}
