import { expect, test } from "vitest";
import { cleanSamplesNeeded, lowerBound, ruleBinomial, upperBound } from "./binomial.ts";

// The table of MEASURES.md: claim, samples, most bad ones that pass, fewest that fail.
test.each([
  [0.05, 59, 0, 7],
  [0.05, 200, 4, 16],
  [0.05, 1000, 38, 63],
  [0.05, 10_000, 463, 537],
  [0.05, 60_000, 2911, 3089],
  [0.01, 299, 0, 7],
  [0.01, 1000, 4, 16],
  [0.01, 10_000, 83, 118],
  [0.001, 2995, 0, 7],
  [0.001, 10_000, 4, 16],
  [0.001, 60_000, 47, 74],
])("at most %d of %d: passes with %d bad, fails with %d", (allowed, total, passes, fails) => {
  expect(ruleBinomial(passes, total, allowed)).toBe("pass");
  expect(ruleBinomial(passes + 1, total, allowed)).toBe("inconclusive");
  expect(ruleBinomial(fails - 1, total, allowed)).toBe("inconclusive");
  expect(ruleBinomial(fails, total, allowed)).toBe("fail");
});

test("99.99 % passes with 29,956 clean samples and not with one less", () => {
  expect(ruleBinomial(0, 29_956, 0.0001)).toBe("pass");
  expect(ruleBinomial(0, 29_955, 0.0001)).toBe("inconclusive");
});

test("no sample never passes", () => {
  expect(ruleBinomial(0, 0, 0.5)).toBe("inconclusive");
  expect(ruleBinomial(Number.NaN, 10, 0.5)).toBe("inconclusive");
});

test("says how many clean samples are still needed", () => {
  expect(cleanSamplesNeeded(2, 480, 0.005)).toBe(778);
  expect(cleanSamplesNeeded(0, 0, 0.005)).toBe(598);
  expect(ruleBinomial(2, 480 + 778, 0.005)).toBe("pass");
  expect(ruleBinomial(2, 480 + 777, 0.005)).toBe("inconclusive");
  expect(cleanSamplesNeeded(0, 10, 0)).toBeNull();
});

test("the bounds agree with the closed forms at the edges", () => {
  expect(upperBound(0, 59)).toBeCloseTo(1 - 0.05 ** (1 / 59), 12);
  expect(lowerBound(59, 59)).toBeCloseTo(0.05 ** (1 / 59), 12);
  expect([upperBound(5, 5), lowerBound(0, 5)]).toEqual([1, 0]);
});

test("pass means that the upper bound is within the limit, fail that the lower bound is beyond it", () => {
  for (let bad = 0; bad <= 40; bad += 1) {
    const ruled = ruleBinomial(bad, 400, 0.05);
    expect(upperBound(bad, 400) <= 0.05, `${bad} of 400`).toBe(ruled === "pass");
    expect(lowerBound(bad, 400) > 0.05, `${bad} of 400`).toBe(ruled === "fail");
  }
});
