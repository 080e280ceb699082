import { describe, expect, it } from "vitest";
import { dice } from "../../../base/random.ts";
import { bestOf, intervalOf, nextRate, type SearchRange, type TriedRate } from "./rate-search.ts";

/** Searches a target that keeps its limits up to `capacity`; between it and `broken`, nobody can tell. */
function search(capacity: number, range: SearchRange, { broken = capacity, seed = 1 }: { broken?: number; seed?: number } = {}): { tried: TriedRate[]; endedBy: string } {
  const tried: TriedRate[] = [];
  const roll = dice(seed, "search");
  for (let guard = 0; guard < 100; guard += 1) {
    const next = nextRate(tried, range, roll);
    if ("endedBy" in next) return { tried, endedBy: next.endedBy };
    const { ratePerSecond } = next;
    tried.push({ ratePerSecond, outcome: ratePerSecond <= capacity ? "pass" : ratePerSecond > broken ? "fail" : "inconclusive" });
  }
  throw new Error("a search without end");
}

describe("finds the highest rate", () => {
  it.each([11, 99, 1000, 4321, 88_888].flatMap((capacity) => [1, 2, 3, 4].map((seed) => [capacity, seed] as const)))("of a target that can do %i/s, within 6 percent, seed %i", (capacity, seed) => {
    const { tried, endedBy } = search(capacity, { from: 10, to: 100_000 }, { seed });
    expect(endedBy).toBe("precision");
    const found = bestOf(tried) ?? 0;
    expect(found).toBeLessThanOrEqual(capacity);
    expect(found).toBeGreaterThanOrEqual(capacity / 1.06);
    expect(tried.length).toBeLessThanOrEqual(24);
    const [low, high] = intervalOf(tried);
    expect(low).toBe(found);
    expect(high).toBeGreaterThan(capacity);
  });

  it("tries no rate twice", () => {
    const rates = search(777, { from: 10, to: 100_000 }).tried.map(({ ratePerSecond }) => ratePerSecond);
    expect(new Set(rates).size).toBe(rates.length);
  });
});

it("goes down when the first rate is too much already", () => {
  const { tried } = search(3, { from: 100, to: 1000 });
  expect(bestOf(tried)).toBeGreaterThan(2.8);
  expect(tried[0]?.ratePerSecond).toBe(100);
});

it("ends at the end of its range when that is kept", () => {
  const { tried, endedBy } = search(Number.POSITIVE_INFINITY, { from: 50, to: 330 });
  expect([endedBy, bestOf(tried)]).toEqual(["range", 330]);
  expect(intervalOf(tried)).toEqual([330, null]);
});

it("ends when nothing holds, however low", () => {
  const { tried, endedBy } = search(0, { from: 10, to: 100 });
  expect([endedBy, bestOf(tried)]).toEqual(["range", null]);
  expect(intervalOf(tried)[0]).toBeNull();
});

it("takes what nobody can tell as too much, and does not call it broken", () => {
  const { tried } = search(100, { from: 10, to: 10_000 }, { broken: 150 });
  expect(bestOf(tried)).toBeLessThanOrEqual(100);
  expect(intervalOf(tried)[1]).toBeGreaterThan(150);
});
