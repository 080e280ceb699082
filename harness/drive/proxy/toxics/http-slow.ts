import type { HttpToxicKind } from "./http-toxic.ts";

/** The head comes at once, so that the client waits; then the body dribbles. */
export const httpSlow: HttpToxicKind<"delay" | "rate"> = {
  summary: "delays the bodies of answers and lets them through at `rate`; their heads come at once",
  attributes: {
    delay: { unit: "ms", least: 0, meaning: "time from the head to the body" },
    rate: { unit: "bytes/s", least: 0, meaning: "rate of the body; 0 is no limit" },
  },
  strike: ({ delay, rate }) => ({ kind: "slow", delayMs: delay, bytesPerSecond: rate === 0 ? Number.POSITIVE_INFINITY : rate }),
};
