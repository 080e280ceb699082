import { describe, expect, it } from "vitest";
import { dice } from "../../base/random.ts";
import type { LoadEvent } from "../../log/event.ts";
import { clockStepMs, LagHistogram, startSelfCheck } from "./self-check.ts";

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

describe("the self-check", () => {
  it("writes a sample of all that makes a generator unfit, and the number of its process where there are several", () => {
    const written: LoadEvent[] = [];
    for (const part of [{ number: 1, of: 1 }, { number: 2, of: 3 }]) {
      using check = startSelfCheck({ write: (event) => written.push(event), load: () => ({ connections: 3, inFlight: 2 }), part });
      check.onLag(1500);
    }
    const fields = ["at", "clockStepMs", "collectionMs", "connections", "cpuPercent", "eventLoopDelayP99Ms", "inFlight", "longestCollectionMs", "startLagP99Ms", "type"];
    expect(written.map((event) => Object.keys(event).toSorted())).toEqual([fields, [...fields, "process"].toSorted()]);
    expect(written).toMatchObject([{ startLagP99Ms: 1.5, connections: 3, inFlight: 2, clockStepMs: 0 }, { process: 2 }]);
  });

  it.each([
    [1000, 1000, 0],
    [1000, 1004, 0],
    [1000, 1005, 5],
    [1000, 3_601_000, 3_600_000],
    [1000, -3_599_000, -3_600_000],
    [9000, 1000, -8000],
  ])("R13: of %i ms of the one clock and %i ms of the wall's a step of %i ms is told", (tookMs, wallMs, stepMs) => {
    expect(clockStepMs({ at: 5_000_000, wallMs: 1e12 }, { at: 5_000_000 + 1000 * tookMs, wallMs: 1e12 + wallMs })).toBe(stepMs);
  });
});
