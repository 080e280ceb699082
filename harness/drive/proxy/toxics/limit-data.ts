import type { ToxicKind } from "./toxic.ts";

/** Lets `bytes` through, counted from when the toxic met the connection, and then closes it. */
export const limitData: ToxicKind<"bytes"> = {
  summary: "closes the connection once so many bytes have passed",
  lossFree: false,
  holdLimitBytes: 0,
  attributes: { bytes: { unit: "bytes", least: 0, meaning: "what may pass" } },
  attach(attributes, outlet) {
    let passedBytes = 0;
    return {
      heldBytes: () => 0,
      write: (chunk) => {
        const allowed = chunk.subarray(0, Math.max(0, attributes.bytes - passedBytes));
        passedBytes += allowed.length;
        if (allowed.length > 0) outlet.pass(allowed);
        if (passedBytes >= attributes.bytes) outlet.close();
      },
      end: () => outlet.passEnd(),
      refresh: () => undefined,
      retire: () => undefined,
      [Symbol.dispose]: () => undefined,
    };
  },
};
