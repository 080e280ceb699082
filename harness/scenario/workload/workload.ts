/** Workloads: load on journeys, as data. The schedule of a workload is pure (`drive/load/pace`). */

import { z } from "zod";
import { durationSchema, nameSchema } from "../words.ts";
import { profileSchema } from "./profile.ts";

export const workloadSchema = z.strictObject({
  name: nameSchema,
  profile: profileSchema,
  journeys: z
    .array(
      z.strictObject({
        weight: z.number().positive().default(1),
        steps: z.array(nameSchema).min(1).describe("Routes, one after the other; the arrival is the intended start of the first"),
      }),
    )
    .min(1),
  connections: z.int().min(1).max(10_000).default(64).describe("Most connections at once; a request that finds none free in time is dropped and counted"),
  timeout: durationSchema.default("5s"),
  connectTimeout: durationSchema.optional().describe("Of the timeout, the part that connecting may take; 5s or the timeout, whatever is less, when left out"),
  threads: z.int().min(1).max(32).default(1).describe("Processes that share its arrivals and connections, where one alone cannot keep its schedule"),
});

export type Workload = z.infer<typeof workloadSchema>;

/** How many load processes a scenario needs. */
export function loadProcessesOf(workloads: readonly Workload[]): number {
  return Math.max(1, ...workloads.map(({ threads }) => threads));
}
