import { describe, expect, it } from "vitest";
import { nextScale, startScale } from "./scaling.ts";
import type { Scale } from "./scaling.ts";

const limits = { minimum: 2, maximum: 4, jobsPerWorker: 3, quietMs: 10_000, growthGapMs: 500 };

/** The number of workers after each look at the queue, 250 ms apart. */
function follow(lengths: readonly number[]): number[] {
  let scale: Scale = startScale(limits, 0);
  return lengths.map((queueLength, index) => {
    scale = nextScale(scale, { queueLength, nowMs: (index + 1) * 250 }, limits);
    return scale.workers;
  });
}

describe("scaling", () => {
  it("grows by one each growth gap while the queue is long, up to the maximum", () => {
    expect(follow([50, 50, 50, 50, 50, 50, 50, 50])).toEqual([2, 3, 3, 4, 4, 4, 4, 4]);
  });

  it("leaves a queue alone that the workers can carry", () => {
    expect(follow(Array.from({ length: 80 }, () => 6))).toEqual(Array.from({ length: 80 }, () => 2));
  });

  it("grows soon after a queue that was short gets long", () => {
    expect(follow([0, 0, 0, 1, 7])).toEqual([2, 2, 2, 2, 3]);
  });

  it("shrinks by one each quiet time and never below the minimum", () => {
    const workers = follow([50, 50, 50, 50, ...Array.from({ length: 130 }, () => 0)]);
    expect(workers[3]).toBe(4);
    expect(workers[3 + 39]).toBe(4);
    expect(workers[3 + 40]).toBe(3);
    expect(workers[3 + 80]).toBe(2);
    expect(workers.at(-1)).toBe(2);
  });

  it("starts the quiet time again when a job comes", () => {
    const workers = follow([50, 50, ...Array.from({ length: 38 }, () => 0), 1, ...Array.from({ length: 36 }, () => 0)]);
    expect(workers.at(-1)).toBe(3);
  });
});
