import { expect, it } from "vitest";
import { DurationCounts } from "../../drive/load/alone/duration-counts.ts";
import type { ProgressLine } from "../../drive/load/alone/report-line.ts";
import { describe as describeMoment, fitted } from "./live-line.ts";

function progress(us: readonly number[], fields: Partial<ProgressLine> = {}): ProgressLine {
  const recent = new DurationCounts();
  for (const each of us) recent.add(each);
  return { is: "progress", offered: us.length, completed: us.length, dropped: 0, inFlight: 1, recent: recent.portable(), lagP99Us: 400, ...fields };
}

const moment = { label: "", elapsedMs: 12_010, totalMs: 60_000, ratePerSecond: 31_797 };

it("says in 80 columns what matters, of all processes together", () => {
  const text = describeMoment([progress([1000, 2000]), progress([3000, 21_090], { lagP99Us: 2100 })], moment);
  expect(text).toBe("12 s of 60 s · 31,797/s · p50 2.00 p95 21.1 p99 21.1 ms · 0 errors · lag 2.10 ms · 2 under way");
  expect(text.indexOf(" · 2 under way")).toBeLessThanOrEqual(80);
});

it("leaves out whole parts in a narrow terminal, never a part of a number", () => {
  expect(fitted("12 s of 60 s · 31,797/s · lag 2.10 ms", 30)).toBe("12 s of 60 s · 31,797/s");
  expect(fitted("12 s of 60 s · 31,797/s · lag 2.10 ms", 37)).toBe("12 s of 60 s · 31,797/s · lag 2.10 ms");
  expect(fitted("12 s of 60 s", 4)).toBe("12 s");
});

it("says what goes wrong", () => {
  expect(describeMoment([progress([1000], { offered: 10, dropped: 4 })], moment)).toContain("5 errors · 4 dropped");
});

it("has no percentiles where nothing was completed, and warms up in a search", () => {
  expect(describeMoment([progress([])], moment)).toContain("p50 – p95 – p99 – ms");
  expect(describeMoment([progress([])], { ...moment, label: "50/s" })).toBe("50/s · 12 s of 60 s · warming up");
});

it("does not run past its end", () => {
  expect(describeMoment([progress([])], { ...moment, elapsedMs: 61_700 })).toMatch(/^60 s of 60 s/);
});
