import { expect, test } from "vitest";
import { Slot } from "./slot.ts";
import type { StreamToxic } from "./toxic-entry.ts";

function dropAll(toxicity: number): StreamToxic {
  return { name: "drop", stream: "upstream", toxicity, spec: { type: "timeout", attributes: { timeout: 0 } }, witness: { connections: 0, bytes: 0, requests: 0 } };
}

function place(toxic: StreamToxic, lot: number): { slot: Slot; log: string[] } {
  const log: string[] = [];
  const next = { write: (chunk: Buffer) => log.push(chunk.toString()), end: () => log.push("end") };
  const slot = new Slot(toxic, next, { roll: () => lot, close: () => log.push("close"), reset: () => log.push("reset") });
  return { slot, log };
}

test("toxicity 0 affects no connection, not even with the lowest lot", () => {
  const toxic = dropAll(0);
  const { slot, log } = place(toxic, 0);
  slot.write(Buffer.from("a"));
  slot.end();
  expect(log).toEqual(["a", "end"]);
  expect(toxic.witness).toEqual({ connections: 0, bytes: 0, requests: 0 });
});

test("toxicity 1 affects every connection, also with the highest lot", () => {
  const toxic = dropAll(1);
  const { slot, log } = place(toxic, 1 - Number.EPSILON);
  slot.write(Buffer.from("abc"));
  slot.write(Buffer.from("d"));
  expect(log).toEqual([]);
  expect(toxic.witness).toEqual({ connections: 1, bytes: 4, requests: 0 });
});

test("a change of toxicity asks the same lot again", () => {
  const toxic = dropAll(0.3);
  const { slot, log } = place(toxic, 0.4);
  slot.write(Buffer.from("a"));
  toxic.toxicity = 0.5;
  slot.refresh();
  slot.write(Buffer.from("lost"));
  toxic.toxicity = 0.3;
  slot.refresh();
  expect(log).toEqual(["a", "close", "end"]);
});

test("nothing passes after the end, and the end passes once", () => {
  const toxic = dropAll(1);
  const { slot, log } = place(toxic, 0);
  slot.end();
  slot.end();
  slot.write(Buffer.from("late"));
  slot.retire();
  slot.pass(Buffer.from("later"));
  expect(log).toEqual(["close", "end"]);
});
