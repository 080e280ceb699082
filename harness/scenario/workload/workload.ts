/** Workloads: load on journeys, as data. The schedule of a workload is pure (`drive/load/pace`). */

import { z } from "zod";
import { durationSchema, nameSchema } from "../words.ts";
import { profileSchema } from "./profile.ts";

export const workloadSchema = z
  .strictObject({
    name: nameSchema,
    profile: profileSchema,
    journeys: z
      .array(
        z.strictObject({
          weight: z.number().positive().default(1),
          steps: z.array(nameSchema).min(1).describe("Routes, one after the other; the arrival is the intended start of the first"),
        }),
      )
      .default([])
      .describe("At least one; none for a replay, whose file names the route of each arrival"),
    connections: z
      .int()
      .min(1)
      .max(10_000)
      .default(64)
      .describe("Most connections at once; a request that finds none free in time is dropped and counted. The users of a closed model have one each"),
    timeout: durationSchema.default("5s"),
    connectTimeout: durationSchema.optional().describe("Of the timeout, the part that connecting may take; 5s or the timeout, whatever is less, when left out"),
    threads: z.int().min(1).max(32).default(1).describe("Processes that share its arrivals and connections, where one alone cannot keep its schedule"),
  })
  .superRefine(({ profile, journeys }, context) => {
    if (profile.shape === "replay" && journeys.length > 0) context.addIssue({ code: "custom", message: "the file of a replay names the route of each arrival: leave journeys out", path: ["journeys"] });
    if (profile.shape !== "replay" && journeys.length === 0) context.addIssue({ code: "custom", message: "there must be at least one journey", path: ["journeys"] });
  });

export type Workload = z.infer<typeof workloadSchema>;

/** Whether its requests have no start but the actual one: what they take is service time, and waiting does not show (MEASURES.md). */
export function isClosed(workload: Workload): boolean {
  return workload.profile.shape === "closed";
}

/** The routes that it may send to. What a replay takes stands in its file: any of `all`. */
export function routesOf(workload: Workload, all: readonly string[]): readonly string[] {
  return workload.profile.shape === "replay" ? all : workload.journeys.flatMap((journey) => journey.steps);
}

/** How many load processes a scenario needs. */
export function loadProcessesOf(workloads: readonly Workload[]): number {
  return Math.max(1, ...workloads.map(({ threads }) => threads));
}
