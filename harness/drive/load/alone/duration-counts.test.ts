import { describe, expect, it } from "vitest";
import { dice, type Dice } from "../../../base/random.ts";
import { durationCountsSchema, DurationCounts } from "./duration-counts.ts";

const quantiles = [0.5, 0.9, 0.95, 0.99, 0.999, 1];

const shapes: Readonly<Record<string, (roll: Dice) => number>> = {
  even: (roll) => 1 + roll() * 100_000,
  exponential: (roll) => -Math.log1p(-roll()) * 3000,
  "one of two": (roll) => (roll() < 0.98 ? 1000 : 100_000),
  "over five decades": (roll) => 10 ** (roll() * 7),
  "below a millisecond": (roll) => roll() * 900,
};

function sample(shape: (roll: Dice) => number, seed: number): number[] {
  const roll = dice(seed, "durations");
  return Array.from({ length: 4000 }, () => Math.round(shape(roll)));
}

function counted(durations: readonly number[]): DurationCounts {
  const counts = new DurationCounts();
  for (const duration of durations) counts.add(duration);
  return counts;
}

describe.each(Object.entries(shapes))("durations that are %s", (_name, shape) => {
  it.each([1, 2, 3])("have percentiles within 0.1 % of the sorted ones, seed %i", (seed) => {
    const durations = sample(shape, seed);
    const sorted = durations.toSorted((a, b) => a - b);
    const counts = counted(durations);
    for (const quantile of quantiles) {
      const exact = sorted[Math.ceil(quantile * sorted.length) - 1] ?? 0;
      const shown = counts.quantileUs(quantile) ?? -1;
      expect(shown).toBeGreaterThanOrEqual(exact);
      expect(shown).toBeLessThanOrEqual(exact * 1.001);
    }
    expect([counts.minUs, counts.maxUs, counts.meanUs]).toEqual([sorted[0], sorted.at(-1), durations.reduce((sum, each) => sum + each, 0) / durations.length]);
  });

  it("are the same in parts, sent as JSON and merged", () => {
    const durations = sample(shape, 4);
    const whole = new DurationCounts();
    for (const part of [durations.slice(0, 1234), durations.slice(1234), []]) {
      whole.merge(durationCountsSchema.parse(JSON.parse(JSON.stringify(counted(part).portable()))));
    }
    expect(whole.portable()).toEqual(counted(durations).portable());
    expect(whole.count).toBe(4000);
  });

  it("all lie in the ranges from the least to the most", () => {
    const counts = counted(sample(shape, 5));
    const [least, most] = [counts.minUs ?? 0, counts.maxUs ?? 0];
    const ranges = counts.inRanges([least, (least + most) / 2, most]);
    expect(ranges).toHaveLength(2);
    expect(ranges.reduce((sum, each) => sum + each, 0)).toBe(4000);
  });
});

it("nothing was counted: nothing is said", () => {
  const counts = counted([1, 2, 3]);
  counts.clear();
  expect([counts.count, counts.minUs, counts.meanUs, counts.maxUs, counts.quantileUs(0.5)]).toEqual([0, null, null, null, null]);
});

it("a duration beyond the last bucket counts as the longest one", () => {
  expect(counted([2 ** 40]).maxUs).toBe(2 ** 31 - 1);
});
