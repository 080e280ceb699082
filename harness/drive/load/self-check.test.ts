import { describe, expect, it } from "vitest";
import { dice } from "../../base/random.ts";
import { LagHistogram } from "./self-check.ts";

describe("LagHistogram", () => {
  it("gives the 99th percentile by nearest rank, at most a bucket too high, and starts anew", () => {
    const roll = dice(3, "lags");
    const lags = new LagHistogram();
    for (let round = 0; round < 20; round += 1) {
      const values = Array.from({ length: 1 + round * 50 }, () => roll() * 20_000);
      for (const value of values) lags.add(value);
      const exact = values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1] ?? 0;
      const p99Us = lags.takeP99Us();
      expect(p99Us).toBeGreaterThanOrEqual(exact);
      expect(p99Us).toBeLessThanOrEqual(exact + 50);
    }
    expect(lags.takeP99Us()).toBe(0);
  });

  it("keeps lags beyond its buckets", () => {
    const lags = new LagHistogram();
    lags.add(3_000_000);
    expect(lags.takeP99Us()).toBe(3_000_000);
  });
});
