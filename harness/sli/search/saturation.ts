/** Whether the load generator was the limit in a step of a search: in more than half of the seconds that it touches. A second of noise is no limit. */

import type { LoadEvent } from "../../log/event.ts";
import { percentileOfSorted } from "../concepts/percentile.ts";
import { generatorLimits } from "../generator-limits.ts";

/** What the generator says of itself once a second. */
export type HealthSample = Pick<Extract<LoadEvent, { type: "generator" }>, "startLagP99Ms" | "eventLoopDelayP99Ms" | "cpuPercent">;

const measures: readonly { name: keyof HealthSample; most: number; says: string }[] = [
  { name: "cpuPercent", most: generatorLimits.cpuPercent, says: "% of a CPU" },
  { name: "eventLoopDelayP99Ms", most: generatorLimits.delayMs, says: "ms late in its event loop" },
  { name: "startLagP99Ms", most: generatorLimits.lagMs, says: "ms late in sending (p99)" },
];

/** How the generator was too slow, "93 % of a CPU, 85 are allowed", or null. */
export function saturation(samples: readonly HealthSample[]): string | null {
  for (const { name, most, says } of measures) {
    const median = percentileOfSorted(samples.map((sample) => sample[name]).toSorted((a, b) => a - b), 0.5);
    if (median !== null && median > most) return `${Math.round(median)} ${says}, ${most} are allowed`;
  }
  return null;
}
