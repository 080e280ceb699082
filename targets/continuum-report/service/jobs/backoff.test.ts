import { describe, expect, it } from "vitest";
import { backoffMs } from "./backoff.ts";

const capMs = 60_000;

describe("backoff", () => {
  it("doubles, within a tenth", () => {
    expect([1, 2, 3, 4].map((failures) => backoffMs(failures, { baseMs: 500, capMs, random: 0.5 }))).toEqual([500, 1_000, 2_000, 4_000]);
    expect(backoffMs(1, { baseMs: 500, capMs, random: 0 })).toBe(450);
    expect(backoffMs(1, { baseMs: 500, capMs, random: 1 })).toBe(550);
  });

  it("grows even when the dice are against it", () => {
    for (let failures = 1; failures < 7; failures += 1) {
      const longest = backoffMs(failures, { baseMs: 500, capMs, random: 1 });
      expect(backoffMs(failures + 1, { baseMs: 500, capMs, random: 0 })).toBeGreaterThan(longest);
    }
  });

  it("stays under its cap and never becomes infinite", () => {
    expect(backoffMs(5_000, { baseMs: 500, capMs: 2_000, random: 0.5 })).toBe(2_000);
  });
});
