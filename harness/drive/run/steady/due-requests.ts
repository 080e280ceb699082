/** The requests that the schedule has due in a stretch of time: which answers may be missed. Pure. */

import type { Workload } from "../../../scenario/workload/workload.ts";
import { isOwn } from "../../../scenario/workload/workload.ts";
import { scheduleOf } from "../../load/pace/schedule.ts";

export interface DueRequests {
  /** Workloads whose requests are known in advance: Roadworthy's own open models with a rate, in journeys of one step. */
  readonly workloads: ReadonlySet<string>;
  /** When those of them are due that lie in the stretch, in ms from the scenario's start; in no order. */
  readonly atMs: readonly number[];
}

export function dueRequests(workloads: readonly Workload[], seed: number, { fromMs, untilMs }: { fromMs: number; untilMs: number }): DueRequests {
  const atMs: number[] = [];
  const known = new Set<string>();
  for (const workload of workloads) {
    // Whether a later step is due, or the next journey of a user, depends on answers; a replay's file is the load process's to read.
    if (!isOwn(workload) || workload.profile.shape === "closed" || workload.profile.shape === "replay" || workload.journeys.some(({ steps }) => steps.length > 1)) continue;
    known.add(workload.name);
    const { pace } = scheduleOf(workload, seed);
    for (let n = 0, dueMs = pace(n); dueMs < untilMs; n += 1, dueMs = pace(n)) if (dueMs >= fromMs) atMs.push(dueMs);
  }
  return { workloads: known, atMs };
}
