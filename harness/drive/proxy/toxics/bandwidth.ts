import { msToUs } from "../../../base/duration.ts";
import { nowUs } from "../../../base/time.ts";
import { DelayLine } from "./delay-line.ts";
import { usualHoldLimitBytes, type ToxicKind } from "./toxic.ts";

/** Large chunks are cut, so that a slow line trickles instead of standing still and then delivering at once. */
const pieceMs = 100;

/** Lets data through at `rate` KB/s. One KB/s is one byte per millisecond. */
export const bandwidth: ToxicKind<"rate"> = {
  summary: "limits the rate; 0 lets nothing through",
  lossFree: true,
  // More than the usual: with timers of a millisecond, what is held is also the most that can pass in one.
  holdLimitBytes: 4 * usualHoldLimitBytes,
  attributes: { rate: { unit: "KB/s", least: 0, meaning: "rate, in thousands of bytes" } },
  attach(attributes, outlet) {
    const line = new DelayLine(outlet);
    /** When the line has sent all it was given. */
    let freeUs = 0;
    return {
      heldBytes: () => line.heldBytes,
      write: (chunk) => {
        freeUs = Math.max(freeUs, nowUs());
        const bytesPerMs = attributes.rate;
        const pieceBytes = Math.max(1, bytesPerMs * pieceMs);
        for (let start = 0; start < chunk.length; start += bytesPerMs === 0 ? chunk.length : pieceBytes) {
          const piece = bytesPerMs === 0 ? chunk : chunk.subarray(start, start + pieceBytes);
          freeUs += bytesPerMs === 0 ? Number.POSITIVE_INFINITY : msToUs(piece.length / bytesPerMs);
          line.hold(piece, freeUs);
        }
      },
      end: () => (line.isEmpty ? outlet.passEnd() : line.hold(null, 0)),
      refresh: () => {
        freeUs = 0;
        line.flush();
      },
      retire: () => line.flush(),
      [Symbol.dispose]: () => line[Symbol.dispose](),
    };
  },
};
