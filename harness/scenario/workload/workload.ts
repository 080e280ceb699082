/** Workloads: load on journeys, as data. The schedule of a workload is pure (`drive/load/pace`). */

import { z } from "zod";
import { durationSchema, nameSchema } from "../words.ts";
import { guestWorkloadSchema, type GuestWorkload } from "./engines.ts";
import { profileSchema } from "./profile.ts";

export const ownWorkloadSchema = z.strictObject({
  name: nameSchema,
  engine: z.literal("own").optional().describe("Who sends it: Roadworthy itself when left out"),
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
});

export const workloadSchema = z.discriminatedUnion("engine", [ownWorkloadSchema, guestWorkloadSchema]);

export type OwnWorkload = z.infer<typeof ownWorkloadSchema>;
export type Workload = OwnWorkload | GuestWorkload;

/** Those that Roadworthy sends itself, and those that it has another tool send; each in their order. */
export function byEngine(workloads: readonly Workload[]): { own: OwnWorkload[]; guests: GuestWorkload[] } {
  return { own: workloads.filter(isOwn), guests: workloads.filter((workload) => !isOwn(workload)) };
}

export function isOwn(workload: Workload): workload is OwnWorkload {
  return workload.engine === undefined || workload.engine === "own";
}

/** Whether its requests have no start but the actual one, because each waits for the one before: what they take is service time (MEASURES.md). */
export function isClosed(workload: Workload): boolean {
  return workload.engine === "autocannon";
}

/** Who measures it cannot tell when a request was due: its latency is service time. */
export function isServiceTime(workload: Workload): boolean {
  return workload.engine === "k6" || isClosed(workload);
}

/** The routes that it may send to. A script says nothing of them beforehand: any of `all`. */
export function routesOf(workload: Workload, all: readonly string[]): readonly string[] {
  if (isOwn(workload)) return workload.journeys.flatMap((journey) => journey.steps);
  return workload.engine === "autocannon" ? [workload.route] : all;
}
