import { expect, test } from "vitest";
import { IdIndex } from "./id-index.ts";
import { dice, integerBetween } from "./random.ts";

const awkward = ["", "7", "007", "run-", "run-0", "run-00", "run-01", "run-1", "run-10", "run-1x", "run-999999999", "run-9999999999", "12run", "-1", "é-1", "run-1-1", "run--1"];

test("every id has a place of its own, and its name back, whatever it looks like", () => {
  const index = new IdIndex();
  const roll = dice(1, "ids");
  const known = new Map<string, number>();
  const random = Array.from({ length: 3000 }, () => `${["run-", "other-", ""][integerBetween(roll, 0, 2)] ?? ""}${integerBetween(roll, 0, roll() < 0.5 ? 500 : 2_000_000_000)}`);
  const texts = Array.from({ length: 1500 }, (_, n) => `${n.toString(36)}-of-many-${n % 3}`);
  for (const id of [...awkward, ...random, ...texts, ...awkward]) {
    expect(index.find(id)).toBe(known.get(id) ?? -1);
    const place = index.place(id);
    expect(place).toBe(known.get(id) ?? known.size);
    known.set(id, place);
  }
  expect(index.count).toBe(known.size);
  for (const [id, place] of known) expect([index.find(id), index.idAt(place)]).toEqual([place, id]);
});

test("a great number makes no great array", () => {
  const before = process.memoryUsage().arrayBuffers;
  const index = new IdIndex();
  for (let n = 0; n < 200; n += 1) index.place(`run-${999_999_999 - n}`);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  expect(() => index.idAt(200)).toThrow("no id at 200");
});
