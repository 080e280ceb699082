import { expect, test } from "vitest";
import { dice, integerBetween } from "../../base/random.ts";
import { TimeSlots } from "./slots.ts";

/** The same, counted the plain way. */
function reference(requests: readonly { atUs: number; ok: boolean }[]): ReturnType<TimeSlots["read"]> {
  const slots = Map.groupBy(requests, ({ atUs }) => Math.floor(atUs / 100_000));
  const windows = Map.groupBy(requests, ({ atUs }) => Math.floor(atUs / 1_000_000));
  const numbers = [...slots.keys()].toSorted((a, b) => a - b);
  const clean = [...slots.values()].filter((own) => own.every(({ ok }) => ok)).length;
  const shares = [...windows.values()].map((own) => own.filter(({ ok }) => ok).length / own.length);
  return { share: clean / slots.size, slots: slots.size, empty: (numbers.at(-1) ?? 0) - (numbers[0] ?? 0) + 1 - slots.size, worstWindow: Math.min(...shares) };
}

test("slots and seconds are as counted one by one, over hours, in any order, across the ends of stretches", () => {
  const roll = dice(5, "slots");
  for (const hours of [0.001, 0.2, 3]) {
    const requests = Array.from({ length: 3000 }, () => ({ atUs: 7_199_900_000_000 + integerBetween(roll, 0, hours * 3_600_000_000), ok: roll() < 0.9 }));
    const slots = new TimeSlots();
    for (const { atUs, ok } of requests) slots.record(atUs, ok);
    expect(slots.read()).toEqual(reference(requests));
  }
});

test("without any request nothing is known", () => {
  expect(new TimeSlots().read()).toEqual({ share: null, slots: 0, empty: 0, worstWindow: null });
});
