import { describe, expect, test } from "vitest";
import { TimeBlocks, type TimeBlock } from "../../sli/time-blocks.ts";
import { chiSquareAtLeast, normalAtLeast } from "./chi-square.ts";
import { clustering } from "./clusters.ts";
import { levelShift, trend } from "./drift.ts";
import { studentAtLeast, widening } from "./student-t.ts";
import { whyUnsteady, type SteadyClaim } from "./steadiness.ts";

const doubt = 0.05;
const secondUs = 1_000_000;
const claim: SteadyClaim = { kind: "durations", limitMs: 500, percentile: "p95" };

/** 50 requests a second for 40 s, each as long as the level at its time says. */
function played(levelMs: (atSecond: number) => number): TimeBlock[] {
  const blocks = new TimeBlocks(0.95);
  for (let n = 0; n < 2000; n += 1) {
    const tookMs = levelMs(n / 50) * (1 + (n % 7) / 20);
    blocks.record((n * secondUs) / 50, tookMs >= 500, tookMs * 1000);
  }
  return blocks.read();
}

function failing(fails: (n: number) => boolean, total = 6000): TimeBlock[] {
  const blocks = new TimeBlocks(null);
  for (let n = 0; n < total; n += 1) blocks.record((n * secondUs) / 100, fails(n));
  return blocks.read();
}

describe("blocks of a phase", () => {
  test("are 32 to 64, of equal time, and hold every request once, in any order", () => {
    const forwards = failing((n) => n % 10 === 0);
    expect(forwards.length).toBeGreaterThanOrEqual(32);
    expect(forwards.length).toBeLessThanOrEqual(64);
    expect(forwards.reduce((sum, { total }) => sum + total, 0)).toBe(6000);
    expect(forwards.reduce((sum, { bad }) => sum + bad, 0)).toBe(600);
    const backwards = new TimeBlocks(null);
    for (let n = 5999; n >= 0; n -= 1) backwards.record((n * secondUs) / 100, n % 10 === 0);
    expect(backwards.read().reduce((sum, { total }) => sum + total, 0)).toBe(6000);
  });

  test("have the percentile as their level, to 5 %, and Infinity where it is a failed request", () => {
    const [first] = played(() => 100);
    expect(first?.level).toBeGreaterThan(130 * 0.95);
    expect(first?.level).toBeLessThan(130 * 1.05);
    const failed = new TimeBlocks(0.5);
    failed.record(0, true, Infinity);
    expect(failed.read()).toEqual([{ total: 1, bad: 1, level: Infinity }]);
  });
});

describe("a phase that is called steady", () => {
  test("is steady while nothing moves, also with a stall, and also where what moves is far below the limit", () => {
    for (const level of [() => 100, (at: number) => (at > 20 && at < 21 ? 900 : 100), (at: number) => (at > 20 ? 60 : 20)]) expect(whyUnsteady(played(level), claim)).toBeNull();
  });

  test("is not when its level shifts, upwards or downwards, or when it keeps rising", () => {
    expect(whyUnsteady(played((at) => (at < 25 ? 100 : 300)), claim)).toMatch(/^the phase was not steady: it shifted, p95 125\.5 ms in its first 63 %, 387\.1 ms after that$/);
    expect(whyUnsteady(played((at) => (at < 12 ? 450 : 100)), claim)).toContain("it shifted");
    expect(whyUnsteady(played((at) => 60 + 8 * at), claim)).toContain("not steady");
  });

  test("is not when it moves too smoothly for a shift to be told: the trend shows", () => {
    // Rises through the phase with so much to and fro that no single split parts it.
    const blocks = Array.from({ length: 24 }, (_, n): TimeBlock => ({ total: 50, bad: 0, level: 100 + 12 * n + (n % 2 === 0 ? 90 : -90) }));
    expect(levelShift(blocks.map(({ level }) => level)).chance).toBeGreaterThan(0.005);
    expect(whyUnsteady(blocks, claim)).toContain("it kept moving");
  });

  test("has failures that begin halfway: the share shifts beyond what is allowed", () => {
    const blocks = failing((n) => n > 3000 && n % 40 === 0);
    expect(whyUnsteady(blocks, { kind: "shares", allowed: 0.02 })).toBe("the phase was not steady: it shifted, failed 0 % in its first 50 %, 2.47 % after that");
    expect(whyUnsteady(blocks, { kind: "shares", allowed: 0.05 })).toBeNull();
  });

  test("cannot be told from a few blocks", () => {
    expect(whyUnsteady(played((at) => (at < 20 ? 100 : 300)).slice(15, 26), claim)).toBeNull();
  });
});

describe("failures", () => {
  test("that are spread count one by one", () => {
    expect(clustering(failing((n) => n % 100 === 0), { byDefault: false, doubt })).toBe(1);
    expect(clustering(failing(() => false), { byDefault: true, doubt })).toBe(1);
  });

  test("that come together count together", () => {
    const burst = failing((n) => n >= 1000 && n < 1100);
    expect(clustering(burst, { byDefault: false, doubt })).toBeGreaterThan(50);
    expect(clustering(burst, { byDefault: true, doubt })).toBe(clustering(burst, { byDefault: false, doubt }));
  });

  test("that every second block has alike leave a number", () => {
    for (let count = 10; count <= 64; count += 2) {
      const blocks = Array.from({ length: count }, (_, n): TimeBlock => ({ total: 50, bad: n % 2, level: 0 }));
      expect(clustering(blocks, { byDefault: true, doubt })).toBeGreaterThanOrEqual(1);
    }
  });

  test("count for less, the fewer the clusters that show how uneven they are, and the surer one wants to be", () => {
    // Fifty blocks of 1,000, of which some hold all 40 failures alike.
    const held = (by: number): TimeBlock[] => Array.from({ length: 50 }, (_, n): TimeBlock => ({ total: 1000, bad: n < by ? 40 / by : 0, level: 0 }));
    const index = (by: number): number => held(by).reduce((sum, { bad }) => sum + (bad - 0.8) ** 2, 0) / (0.8 * (1 - 0.0008) * 49);
    const times = (by: number, wrong = doubt): number => clustering(held(by), { byDefault: true, doubt: wrong }) / index(by);
    // One alone: 49 of 49 parts in one block. s.e. 1, two degrees of freedom and a bit: (2.92 / 1.645)² = 3.15, twice that.
    expect(times(1)).toBeGreaterThan(5);
    expect(times(1)).toBeLessThan(6.4);
    expect([1, 2, 4, 8].map((by) => times(by))).toEqual([1, 2, 4, 8].map((by) => times(by)).toSorted((a, b) => b - a));
    expect(times(8)).toBeLessThan(2);
    expect(times(4, 0.01)).toBeGreaterThan(times(4));
  });
});

describe("chance", () => {
  test.each([
    [6.3138, 1, 0.05],
    [2.92, 2, 0.05],
    [1.6839, 40, 0.05],
    [2.7638, 10, 0.01],
  ])("of a t of %d or more with %d degrees is %d, and makes a bound so much wider", (value, freedom, chance) => {
    expect(studentAtLeast(value, freedom)).toBeCloseTo(chance, 5);
    expect(widening(freedom, chance)).toBeCloseTo(value / (chance === 0.05 ? 1.644854 : 2.326348), 3);
  });

  test.each([
    [0, 0.5],
    [1.6449, 0.05],
    [-1.6449, 0.95],
    [2.5758, 0.005],
  ])("of a normal value of %d or more is %d", (value, chance) => {
    expect(normalAtLeast(value)).toBeCloseTo(chance, 4);
  });

  test.each([
    [16.919, 9, 0.05],
    [74.919, 49, 0.01],
  ])("of a chi-square of %d or more with %d degrees is %d", (value, freedom, chance) => {
    expect(chiSquareAtLeast(value, freedom)).toBeCloseTo(chance, 3);
  });

  test("of a trend and of a shift, against the published examples", () => {
    // Ten values in order: Kendall's S = 45, z = 44 / √125.
    expect(trend([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]).chance).toBeCloseTo(2 * normalAtLeast(44 / Math.sqrt(125)), 6);
    expect(trend([4, 4, 4, 4, 4, 4])).toMatchObject({ chance: 1 });
    // Pettitt's K of two groups of ten is 100.
    const split = levelShift([...Array<number>(10).fill(1), ...Array<number>(10).fill(2)]);
    expect(split.splitAt).toBe(10);
    expect(split.chance).toBeCloseTo(2 * Math.exp(-60_000 / 8400), 6);
  });
});
