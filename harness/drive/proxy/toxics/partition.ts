import { DelayLine } from "./delay-line.ts";
import { usualHoldLimitBytes, type ToxicKind } from "./toxic.ts";

/**
 * Nothing gets through in this direction, neither data nor the end, and neither side is told. Once it is removed everything arrives, as
 * after a parted network: packets are lost there, but TCP sends them again. What is more than fits here waits at the sender.
 */
export const partition: ToxicKind<never> = {
  summary: "lets nothing through in this direction, silently; afterwards all of it arrives, as TCP would send it again",
  lossFree: true,
  holdLimitBytes: usualHoldLimitBytes,
  attributes: {},
  attach(_attributes, outlet) {
    const line = new DelayLine(outlet);
    return {
      heldBytes: () => line.heldBytes,
      write: (chunk) => line.hold(chunk, Number.POSITIVE_INFINITY),
      end: () => line.hold(null, Number.POSITIVE_INFINITY),
      refresh: () => undefined,
      retire: () => line.flush(),
      [Symbol.dispose]: () => line[Symbol.dispose](),
    };
  },
};
