import { expect, test } from "vitest";
import { dice } from "../../../base/random.ts";
import { nowUs } from "../../../base/time.ts";
import { corrupted } from "./corrupt.ts";
import { DelayLine } from "./delay-line.ts";
import { drawDelayMs } from "./latency.ts";
import { slice } from "./slicer.ts";

test("corruption changes exactly so many bytes, never the length, and not the bytes it was given", () => {
  const roll = dice(4, "corrupt");
  const chunk = Buffer.alloc(100, 7);
  for (const count of [1, 10, 50, 51, 99, 100, 1000]) {
    const copy = corrupted(chunk, count, roll);
    expect(copy).toHaveLength(100);
    expect(copy.filter((byte) => byte !== 7)).toHaveLength(Math.min(count, 100));
  }
  expect(chunk).toEqual(Buffer.alloc(100, 7));
});

test("jitter stays within its bounds, uses them, and is the same for the same seed", () => {
  const delays = drawMany();
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(70);
  expect(Math.min(...delays)).toBeLessThan(71);
  expect(Math.max(...delays)).toBeGreaterThan(129);
  expect(Math.max(...delays)).toBeLessThanOrEqual(130);
  expect(drawMany()).toEqual(delays);
});

function drawMany(): number[] {
  const roll = dice(3, "jitter");
  return Array.from({ length: 2000 }, () => drawDelayMs({ latency: 100, jitter: 30 }, roll));
}

test("jitter above the latency never gives a negative delay", () => {
  expect(drawDelayMs({ latency: 1, jitter: 50 }, () => 0)).toBe(0);
});

test.each([
  [1, 0],
  [7, 3],
  [100, 99],
  [5, 50],
  [5000, 10],
])("slices of %i ± %i bytes add up to the chunk", (average_size, size_variation) => {
  const chunk = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251));
  const pieces = slice(chunk, { average_size, size_variation }, dice(1, "slices"));
  expect(Buffer.concat(pieces)).toEqual(chunk);
  const sizes = pieces.slice(0, -1).map((piece) => piece.length);
  expect(sizes.every((size) => size >= Math.max(1, average_size - size_variation) && size <= average_size + size_variation)).toBe(true);
});

function collect(): { passed: string[]; outlet: { pass(chunk: Buffer): void; passEnd(): void }; ended: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const passed: string[] = [];
  const passEnd = (): void => {
    passed.push("end");
    resolve();
  };
  return { passed, ended: promise, outlet: { pass: (chunk) => passed.push(chunk.toString()), passEnd } };
}

test("a delay line keeps the order, however the times fall, and lets nothing out early", async () => {
  const { passed, outlet, ended } = collect();
  using line = new DelayLine(outlet);
  const startUs = nowUs();
  line.hold(Buffer.from("a"), startUs + 20_000);
  line.hold(Buffer.from("b"), startUs);
  line.hold(null, startUs + 5_000);
  expect(line.heldBytes).toBe(2);
  await ended;
  expect(nowUs() - startUs).toBeGreaterThanOrEqual(20_000);
  expect(passed).toEqual(["a", "b", "end"]);
  expect(line.heldBytes).toBe(0);
});

test("a flush lets everything out at once, also what was to be held for ever; disposing lets nothing out", () => {
  const { passed, outlet } = collect();
  using line = new DelayLine(outlet);
  line.hold(Buffer.from("a"), Number.POSITIVE_INFINITY);
  line.hold(Buffer.from("b"), 0);
  expect(passed).toEqual([]);
  line.flush();
  expect(passed).toEqual(["a", "b"]);
  line.hold(Buffer.from("c"), Number.POSITIVE_INFINITY);
  line[Symbol.dispose]();
  line.flush();
  expect(passed).toEqual(["a", "b"]);
});

test("a long line that is let out in parts is let out in order", async () => {
  const { passed, outlet, ended } = collect();
  using line = new DelayLine(outlet);
  const startUs = nowUs();
  const expected = Array.from({ length: 5000 }, (_, index) => String(index));
  for (const [index, text] of expected.entries()) line.hold(Buffer.from(text), startUs + index * 4);
  line.hold(null, 0);
  await ended;
  expect(passed).toEqual([...expected, "end"]);
});
