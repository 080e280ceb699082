import { msToUs } from "../../../base/duration.ts";
import type { Dice } from "../../../base/random.ts";
import { nowUs } from "../../../base/time.ts";
import { DelayLine } from "./delay-line.ts";
import type { ToxicKind } from "./toxic.ts";

/** Delays everything by `latency` ± `jitter`. Order is kept, so one chunk with a long delay holds up those behind it, as on a real line. */
export const latency: ToxicKind<"latency" | "jitter"> = {
  summary: "delays data by latency ± jitter",
  lossFree: true,
  // 100 MB/s for 80 ms, or 16 MB/s for half a second; beyond that the sender feels back-pressure.
  holdLimitBytes: 8_388_608,
  attributes: {
    latency: { unit: "ms", least: 0, meaning: "delay" },
    jitter: { unit: "ms", least: 0, meaning: "largest deviation from the delay, uniform" },
  },
  attach(attributes, outlet) {
    const line = new DelayLine(outlet);
    return {
      heldBytes: () => line.heldBytes,
      write: (chunk) => {
        const delayMs = drawDelayMs(attributes, outlet.roll);
        if (delayMs === 0 && line.isEmpty) outlet.pass(chunk);
        else line.hold(chunk, nowUs() + msToUs(delayMs));
      },
      // The end is not delayed itself; it only must not overtake the data.
      end: () => (line.isEmpty ? outlet.passEnd() : line.hold(null, 0)),
      refresh: () => line.flush(),
      retire: () => line.flush(),
      [Symbol.dispose]: () => line[Symbol.dispose](),
    };
  },
};

/** Uniform in latency ± jitter, never below 0. */
export function drawDelayMs(attributes: { latency: number; jitter: number }, roll: Dice): number {
  if (attributes.jitter === 0) return attributes.latency;
  return Math.max(0, attributes.latency + (roll() * 2 - 1) * attributes.jitter);
}
