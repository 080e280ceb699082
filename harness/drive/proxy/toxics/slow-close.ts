import { msToUs } from "../../../base/duration.ts";
import { nowUs } from "../../../base/time.ts";
import { DelayLine } from "./delay-line.ts";
import type { ToxicKind } from "./toxic.ts";

/** Data passes; the end of the stream comes `delay` late. */
export const slowClose: ToxicKind<"delay"> = {
  summary: "delays the end of the stream, not the data",
  lossFree: true,
  holdLimitBytes: 0,
  attributes: { delay: { unit: "ms", least: 0, meaning: "time between the sender's end and the receiver's" } },
  attach(attributes, outlet) {
    const line = new DelayLine(outlet);
    return {
      heldBytes: () => 0,
      write: (chunk) => outlet.pass(chunk),
      end: () => line.hold(null, nowUs() + msToUs(attributes.delay)),
      refresh: () => line.flush(),
      retire: () => line.flush(),
      [Symbol.dispose]: () => line[Symbol.dispose](),
    };
  },
};
