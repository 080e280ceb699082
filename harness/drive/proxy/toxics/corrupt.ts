import { integerBetween, type Dice } from "../../../base/random.ts";
import type { ToxicKind } from "./toxic.ts";

/** Changes bytes in some of the chunks: what a broken network card or memory does, and what only a checksum of the application notices. */
export const corrupt: ToxicKind<"percent" | "bytes"> = {
  summary: "changes bytes of some chunks; their number and order stay",
  lossFree: false,
  holdLimitBytes: 0,
  attributes: {
    percent: { unit: "%", least: 0, most: 100, meaning: "share of the chunks" },
    bytes: { unit: "bytes", least: 1, meaning: "changes in such a chunk" },
  },
  attach(attributes, outlet) {
    return {
      heldBytes: () => 0,
      write: (chunk) => outlet.pass(outlet.roll() * 100 < attributes.percent ? corrupted(chunk, attributes.bytes, outlet.roll) : chunk),
      end: () => outlet.passEnd(),
      refresh: () => undefined,
      retire: () => undefined,
      [Symbol.dispose]: () => undefined,
    };
  },
};

/** A copy with `count` different bytes changed, or all when there are fewer. */
export function corrupted(chunk: Buffer, count: number, roll: Dice): Buffer {
  const copy = Buffer.from(chunk);
  const changed = new Set<number>();
  const wanted = Math.min(count, copy.length);
  // More than half of them are not drawn one by one: drawing the last ones would take for ever.
  if (wanted * 2 > copy.length) return Buffer.from(copy.map((byte, index) => (index < wanted ? byte ^ integerBetween(roll, 1, 255) : byte)));
  while (changed.size < wanted) {
    const at = integerBetween(roll, 0, copy.length - 1);
    if (changed.has(at)) continue;
    changed.add(at);
    // Never 0: a byte that is to change does change.
    copy.writeUInt8(copy.readUInt8(at) ^ integerBetween(roll, 1, 255), at);
  }
  return copy;
}
