/** Tails of two distributions, to about four digits: they decide whether a spread or a trend is chance, and no limit hangs on them. */

/** P(X ≥ value) of the chi-square distribution (Wilson and Hilferty 1931). */
export function chiSquareAtLeast(value: number, freedom: number): number {
  const variance = 2 / (9 * freedom);
  return normalAtLeast((Math.cbrt(value / freedom) - (1 - variance)) / Math.sqrt(variance));
}

/** P(Z ≥ value) of the standard normal distribution (Abramowitz and Stegun, 26.2.17). */
export function normalAtLeast(value: number): number {
  if (value < 0) return 1 - normalAtLeast(-value);
  const t = 1 / (1 + 0.2316419 * value);
  const polynomial = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-value * value) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
}
