import { expect, test } from "vitest";
import { formatDemand, formatDurationMs, formatLimit, formatNumber, formatPercent, formatValue, formatWithPrecision } from "./format.ts";

test.each([
  [0, "0"],
  [1842, "1,842"],
  [1_234_567, "1,234,567"],
  [1243.4, "1,243"],
  [212.34, "212.3"],
  [41.249, "41.25"],
  [0.4237, "0.424"],
  [0.0012345, "0.00123"],
  [-3, "−3"],
  [Number.NaN, "not a number"],
  [Infinity, "∞"],
])("number %d is %s", (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test.each([
  [1243, "ms", "1,243 ms"],
  [41.2, "s", "41.2 s"],
  [0.8, "s", "800 ms"],
  [0.2, "min", "12 s"],
  [1, "h", "1 h"],
  [12_000, "ms", "12 s"],
  [0, "min", "0 min"],
  [99.94, "%", "99.94 %"],
  [49.8, "1/s", "49.8/s"],
  [100_000, "docs/day", "100,000 docs/day"],
  [2, "", "2"],
])("%d %s is %s", (value, unit, text) => {
  expect(formatValue(value, unit)).toBe(text);
});

test("a percentage never rounds to a clean 0 or 100", () => {
  expect([100, 99.999, 99.9934, 0.0013, 0, 50.126].map(formatPercent)).toEqual(["100 %", "99.999 %", "99.9934 %", "0.0013 %", "0 %", "50.13 %"]);
});

test("a value and its precision share a unit, and the value has no digit that the precision denies", () => {
  expect(formatWithPrecision(41_234, 120)).toBe("41.2 s ± 0.1 s");
  expect(formatWithPrecision(1243.4, 5.2, "ms")).toBe("1,243 ms ± 5 ms");
  expect(formatWithPrecision(11_999.5, 501.5)).toBe("12 s ± 0.5 s");
  expect(formatWithPrecision(0, 20)).toBe("0 ms ± 20 ms");
  expect(formatDurationMs(90_000, "ms")).toBe("1.5 min");
});

test("limits read as a person says them", () => {
  expect([formatLimit("<", 500, "ms"), formatLimit(">=", 99.9, "%"), formatLimit("between", [5, 50], "replicas"), formatLimit("measure", null, "x")]).toEqual([
    "under 500 ms",
    "at least 99.9 %",
    "5 to 50 replicas",
    "measured only",
  ]);
  expect([formatDemand("==", 0, "orders"), formatDemand("<=", 5, "s"), formatDemand(">", 1, "ratio")]).toEqual(["none is allowed", "at most 5 s is allowed", "over 1 ratio is asked for"]);
});
