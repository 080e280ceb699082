/** How the generator itself fared while it sent: how late it was, how busy its processor and its event loop were. */

import { z } from "zod";
import { msToUs } from "../../../base/duration.ts";
import { nowUs, watchEventLoop, type InstantUs } from "../../../base/time.ts";
import { generatorLimits } from "../../../sli/generator-limits.ts";
import { LagHistogram } from "../self-check.ts";
import { DurationCounts, durationCountsSchema } from "./duration-counts.ts";

/** A start later than this is late. */
const lateFromUs = msToUs(generatorLimits.lagMs);

export const healthSchema = z.strictObject({
  lag: durationCountsSchema,
  /** Requests submitted more than 10 ms after they were due. */
  late: z.int().min(0),
  cpuPercent: z.number().min(0),
  eventLoopDelayP99Ms: z.number().min(0),
});

export type Health = z.infer<typeof healthSchema>;

export interface HealthWatch extends Disposable {
  /** How late a due request was submitted; waiting for a connection is not part of it. */
  onLag(lagUs: number): void;
  /** The 99th percentile since the last call. */
  takeLagP99Us(): number;
  read(): Health;
}

/** `fromUs`: lags before it are not counted. */
export function watchHealth(fromUs: InstantUs): HealthWatch {
  const lags = new DurationCounts();
  const recent = new LagHistogram();
  const eventLoop = watchEventLoop();
  const before = usage();
  let late = 0;
  return {
    onLag: (lagUs) => {
      recent.add(lagUs);
      if (nowUs() < fromUs) return;
      lags.add(lagUs);
      if (lagUs > lateFromUs) late += 1;
    },
    takeLagP99Us: () => recent.takeP99Us(),
    read: () => {
      const now = usage();
      const cpuPercent = (100 * (now.cpuUs - before.cpuUs)) / Math.max(1, now.at - before.at);
      return { lag: lags.portable(), late, cpuPercent, eventLoopDelayP99Ms: eventLoop.takeDelayP99Ms() };
    },
    [Symbol.dispose]: () => eventLoop[Symbol.dispose](),
  };
}

/** CPU time of this process, all of its threads, and when it was read. */
function usage(): { at: InstantUs; cpuUs: number } {
  const { user, system } = process.cpuUsage();
  return { at: nowUs(), cpuUs: user + system };
}
