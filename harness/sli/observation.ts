/** What an indicator saw, before anyone compares it with a limit. One shape per rule of MEASURES' verdict table. */

import type { DurationHistogram } from "./concepts/percentile.ts";
import type { TimeBlock } from "./time-blocks.ts";

export interface FaultDuration {
  /** Id of the fault's step and its kind. */
  fault: string;
  faultKind: string;
  /** What the fault acted on, as in the log. */
  on: string;
  /** What the duration counts from: the injection, or the healing. */
  clock: "fault" | "heal";
  /** Duration in ms. null: nothing went bad ("no outage seen"); with `lowerBound` the end was not seen and it is longer than this. */
  valueMs: number | null;
  lowerBound: boolean;
  /** Why it was not repaired, of a drill in which it was not: the run ended it, and what came then is no recovery. */
  unrepaired?: string;
  resolutionMs: number;
  /** Why it cannot be believed (effect not witnessed, no samples), or null. */
  invalid: string | null;
}

export type Observation =
  | { kind: "unmeasured"; why: string }
  /** `bad` of `total` trials went over the limit or failed. `value`: what is shown (the percentile, the share), in the objective's unit; null when too few samples to print it.
   *  `blocks`: the same trials in order of time. `durations`: where the value is a percentile, what it is one of. */
  | { kind: "proportion"; bad: number; total: number; value: number | null; detail: string; blocks: readonly TimeBlock[]; durations?: DurationHistogram }
  /** One duration per fault. */
  | { kind: "durations"; faults: readonly FaultDuration[] }
  /** Single values, each of which must keep the limit (counts and yes/no as well: one value). In the objective's unit. */
  | { kind: "values"; values: readonly number[]; exercised: number; detail: string }
  /** Samples of a gauge. */
  | { kind: "samples"; within: number; total: number; missing: number; share: number; worst: number; quantileValue: number; detail: string }
  /** What a search found: the highest rate that was shown to keep `keep`, and the lowest above it that was shown not to. */
  | {
      kind: "capacity";
      workload: string;
      keep: readonly string[];
      /** null: none was. */
      ratePerSecond: number | null;
      brokenPerSecond: number | null;
      /** That counted at the rate, over so many seconds. */
      requests: number;
      seconds: number;
      brokenBy: readonly { objective: string; bad: number; total: number }[];
      /** Steps in all, and why the last of those that say nothing does not. */
      steps: number;
      unsound: string | null;
      /** null: the run ended before the search did. */
      endedBy: "precision" | "range" | "steps" | "generator" | null;
    }
  /** Items finished over a time. All rates in the objective's unit. `isUnlimited`: a closed model offered the next one as soon as one was finished. */
  | {
      kind: "rate";
      finished: number;
      offered: number;
      seconds: number;
      ratePerUnit: number;
      offeredPerUnit: number;
      backlogBegin: number;
      backlogEnd: number;
      isUnlimited?: boolean;
    };
