import { expect, test } from "vitest";
import { dice } from "../../base/random.ts";
import { DurationHistogram, mayPrint, nearestRank, percentileOfSorted } from "./percentile.ts";

test("the nearest rank is the smallest with a cumulative share of at least q", () => {
  expect([nearestRank(100, 0.95), nearestRank(101, 0.95), nearestRank(1, 0.5), nearestRank(20, 0.95), nearestRank(3, 0.99)]).toEqual([95, 96, 1, 19, 3]);
  expect(percentileOfSorted([10, 20, 30, 40], 0.5)).toBe(20);
  expect(percentileOfSorted([], 0.5)).toBeNull();
});

test("a percentile may be printed when at least ten samples lie beyond it", () => {
  expect([mayPrint(199, 0.95), mayPrint(200, 0.95), mayPrint(999, 0.99), mayPrint(1000, 0.99)]).toEqual([false, true, false, true]);
});

test("the histogram agrees with the sorted samples within 0.1 %, from microseconds to hours", () => {
  const roll = dice(5, "histogram");
  for (let round = 0; round < 50; round += 1) {
    const scale = 10 ** (1 + (round % 9));
    const values = Array.from({ length: 500 }, () => Math.round(scale * -Math.log(1 - roll())) % 7_000_000_000);
    const histogram = new DurationHistogram();
    for (const value of values) histogram.record(value);
    const sorted = values.toSorted((a, b) => a - b);
    for (const quantile of [0.5, 0.9, 0.95, 0.99, 1]) {
      const exact = percentileOfSorted(sorted, quantile) ?? 0;
      expect(Math.abs((histogram.quantileUs(quantile) ?? Infinity) - exact), `${scale} p${quantile}`).toBeLessThanOrEqual(exact * 0.001);
    }
  }
});

test("failed requests are longer than any limit: a percentile among them has no value", () => {
  const histogram = new DurationHistogram();
  for (let n = 0; n < 94; n += 1) histogram.record(1000);
  for (let n = 0; n < 6; n += 1) histogram.recordEndless();
  expect([histogram.quantileUs(0.94), histogram.quantileUs(0.95), histogram.count]).toEqual([1000, null, 100]);
});
