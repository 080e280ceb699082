/** How the arrival rate of a workload runs over time, as data. */

import { z } from "zod";
import { durationSchema } from "../words.ts";

const rate = z.number().positive().max(100_000).describe("Arrivals per second");

/** How the arrival rate runs over the scenario. Times count from the scenario's start; the last rate holds to its end. */
export const profileSchema = z.discriminatedUnion("shape", [
  z.strictObject({ shape: z.literal("constant"), rate }),
  z.strictObject({ shape: z.literal("ramp"), from: rate, to: rate, over: durationSchema }),
  z.strictObject({ shape: z.literal("steps"), steps: z.array(z.strictObject({ rate, for: durationSchema })).min(1) }),
  z.strictObject({ shape: z.literal("spike"), base: rate, peak: rate, at: durationSchema, for: durationSchema }),
]);

export type Profile = z.infer<typeof profileSchema>;
