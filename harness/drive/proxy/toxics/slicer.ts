import { integerBetween, type Dice } from "../../../base/random.ts";
import { nowUs } from "../../../base/time.ts";
import { DelayLine } from "./delay-line.ts";
import { usualHoldLimitBytes, type ToxicKind } from "./toxic.ts";

/** Cuts data into small pieces, with an optional pause between one and the next. */
export const slicer: ToxicKind<"average_size" | "size_variation" | "delay"> = {
  summary: "cuts data into small pieces, with a pause between them",
  lossFree: true,
  holdLimitBytes: usualHoldLimitBytes,
  attributes: {
    average_size: { unit: "bytes", least: 1, meaning: "size of a piece on average" },
    size_variation: { unit: "bytes", least: 0, meaning: "largest deviation from it, uniform" },
    delay: { unit: "µs", least: 0, meaning: "pause after each piece" },
  },
  attach(attributes, outlet) {
    const line = new DelayLine(outlet);
    let nextUs = 0;
    const give = (piece: Buffer): void => {
      if (attributes.delay === 0 && line.isEmpty) {
        outlet.pass(piece);
        return;
      }
      nextUs = Math.max(nextUs, nowUs());
      line.hold(piece, nextUs);
      nextUs += attributes.delay;
    };
    return {
      heldBytes: () => line.heldBytes,
      write: (chunk) => slice(chunk, attributes, outlet.roll).forEach(give),
      end: () => (line.isEmpty ? outlet.passEnd() : line.hold(null, 0)),
      refresh: () => line.flush(),
      retire: () => line.flush(),
      [Symbol.dispose]: () => line[Symbol.dispose](),
    };
  },
};

/** Consecutive pieces of `average_size` ± `size_variation` bytes, at least one; together they are the chunk. */
export function slice(chunk: Buffer, sizes: { average_size: number; size_variation: number }, roll: Dice): Buffer[] {
  const pieces: Buffer[] = [];
  for (let start = 0; start < chunk.length; ) {
    const variation = sizes.size_variation === 0 ? 0 : integerBetween(roll, -sizes.size_variation, sizes.size_variation);
    const size = Math.max(1, sizes.average_size + variation);
    pieces.push(chunk.subarray(start, start + size));
    start += size;
  }
  return pieces;
}
