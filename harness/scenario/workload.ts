/** Workloads: load on journeys, as data. The schedule of a workload is pure (`drive/load/pace`). */

import { z } from "zod";
import { durationSchema, nameSchema } from "./words.ts";

const rate = z.number().positive().max(100_000).describe("Arrivals per second");

/** How the arrival rate runs over the scenario. Times count from the scenario's start; the last rate holds to its end. */
export const profileSchema = z.discriminatedUnion("shape", [
  z.strictObject({ shape: z.literal("constant"), rate }),
  z.strictObject({ shape: z.literal("ramp"), from: rate, to: rate, over: durationSchema }),
  z.strictObject({ shape: z.literal("steps"), steps: z.array(z.strictObject({ rate, for: durationSchema })).min(1) }),
  z.strictObject({ shape: z.literal("spike"), base: rate, peak: rate, at: durationSchema, for: durationSchema }),
]);

export type Profile = z.infer<typeof profileSchema>;

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
});

export type Workload = z.infer<typeof workloadSchema>;
