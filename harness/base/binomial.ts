/**
 * The exact binomial rule (Clopper and Pearson 1934, one-sided, 95 %): with k bad of n, is the true share of bad ones at most p?
 *
 *   upper bound ≤ p  ⇔  P(X ≤ k | n, p) ≤ 5 %  → pass          lower bound > p  ⇔  P(X ≥ k | n, p) < 5 %  → fail
 */

/** Chance of a wrong ruling, on either side, with the truth at the limit. */
export const usualDoubt = 0.05;
const bisections = 100;
/** More samples than this are never asked for. */
const mostSamples = 1e12;

/** P(X ≤ k) for n trials of probability p. */
export function binomialAtMost(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  if (p <= 0) return 1;
  if (p >= 1) return 0;
  return regularizedBeta(1 - p, n - k, k + 1);
}

/** P(X ≥ k) for n trials of probability p. Its own tail, not 1 − the other: small probabilities stay exact. */
export function binomialAtLeast(k: number, n: number, p: number): number {
  if (k <= 0) return 1;
  if (k > n || p <= 0) return 0;
  if (p >= 1) return 1;
  return regularizedBeta(p, k, n - k + 1);
}

/** One-sided 95 % upper bound of the share of bad ones. 1 without any sample. */
export function upperBound(bad: number, total: number, doubt = usualDoubt): number {
  if (bad >= total) return 1;
  return bisect((share) => binomialAtMost(bad, total, share) > doubt);
}

/** One-sided 95 % lower bound of the share of bad ones. */
export function lowerBound(bad: number, total: number, doubt = usualDoubt): number {
  if (bad <= 0) return 0;
  return bisect((share) => binomialAtLeast(bad, total, share) < doubt);
}

/** Rules on "at most `allowed` of all are bad". Never passes without a sample. `doubt`: less than usual where the same claim is looked at more than once. */
export function ruleBinomial(bad: number, total: number, allowed: number, doubt = usualDoubt): "pass" | "fail" | "inconclusive" {
  if (total <= 0 || !Number.isFinite(bad) || !Number.isFinite(total)) return "inconclusive";
  if (binomialAtMost(bad, total, allowed) <= doubt) return "pass";
  return binomialAtLeast(bad, total, allowed) < doubt ? "fail" : "inconclusive";
}

/** How many more samples, all of them good, would make `bad` of `total` a pass; null when no number would. */
export function cleanSamplesNeeded(bad: number, total: number, allowed: number, doubt = usualDoubt): number | null {
  if (allowed <= 0) return null;
  const passes = (count: number): boolean => count > 0 && binomialAtMost(bad, count, allowed) <= doubt;
  let high = Math.max(1, total);
  while (!passes(high)) {
    high *= 2;
    if (high > mostSamples) return null;
  }
  let low = total;
  while (low < high) {
    const half = Math.floor((low + high) / 2);
    if (passes(half)) high = half;
    else low = half + 1;
  }
  return low - total;
}

/** The value from 0 to `most`, a share when left out, at which `below` turns from true to false. */
export function bisect(below: (value: number) => boolean, most = 1): number {
  let low = 0;
  let high = most;
  for (let step = 0; step < bisections && high - low > 1e-15; step += 1) {
    const half = (low + high) / 2;
    if (below(half)) low = half;
    else high = half;
  }
  return (low + high) / 2;
}

/** I_x(a, b), by the continued fraction of whichever tail converges quickly (Lentz's method). */
export function regularizedBeta(x: number, a: number, b: number): number {
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

function betaFraction(x: number, a: number, b: number): number {
  const most = 100_000;
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= most; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    const change = d * c;
    value *= change;
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return value;
}

function nonZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value;
}

/** ln Γ(x) for x > 0: Stirling's series, moved up to where it is exact to double precision. */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  while (z < 15) {
    shift += Math.log(z);
    z += 1;
  }
  const square = 1 / (z * z);
  const series = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square * (1 / 1188 - square * (691 / 360_360)))))) / z;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
