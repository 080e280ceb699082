/** How the arrivals of a workload come about over time, as data. */

import { z } from "zod";
import { parseDurationMs } from "../../base/duration.ts";
import { durationSchema, lineSchema } from "../words.ts";

const rate = z.number().positive().max(100_000).describe("Arrivals per second");

/** A fixed time, or one that the seed chooses evenly between two. */
const thinkTimeSchema = z
  .union([durationSchema, z.strictObject({ from: durationSchema, to: durationSchema })])
  .superRefine((time, context) => {
    if (typeof time === "string" || parseDurationMs(time.from) <= parseDurationMs(time.to)) return;
    context.addIssue({ code: "custom", message: "from is longer than to", path: ["from"] });
  });

export type ThinkTime = z.infer<typeof thinkTimeSchema>;

/**
 * Times count from the scenario's start; the last rate holds to its end. All shapes but `closed` are open models: what is due is due,
 * whatever became of the requests before it.
 *
 * A soak is a constant rate that is reached by a ramp, and nothing else: what makes it one is the length of the scenario's phases. Give
 * it a warm-up as long as its `rampUp`, so that the baseline is steady.
 */
export const profileSchema = z.discriminatedUnion("shape", [
  z.strictObject({ shape: z.literal("constant"), rate }),
  z.strictObject({ shape: z.literal("ramp"), from: rate, to: rate, over: durationSchema }),
  z.strictObject({ shape: z.literal("steps"), steps: z.array(z.strictObject({ rate, for: durationSchema })).min(1) }),
  z.strictObject({ shape: z.literal("spike"), base: rate, peak: rate, at: durationSchema, for: durationSchema }),
  z.strictObject({ shape: z.literal("soak"), rate, rampUp: durationSchema.default("1m").describe("Time to get from nothing to the rate") }),
  z.strictObject({ shape: z.literal("poisson"), rate: rate.describe("Arrivals per second on average; their gaps are exponential and chosen by the seed") }),
  z.strictObject({
    shape: z.literal("replay"),
    file: lineSchema.min(1).max(4096).describe("CSV of `time,route`, or an access log in common or combined format; within the folder of the definition"),
    speed: z.number().positive().max(1000).default(1).describe("2: twice as fast as it was"),
    loop: z.boolean().default(false).describe("Begin again after the last arrival; otherwise nothing is due after it"),
    unknown: z.enum(["refuse", "skip"]).default("refuse").describe("What becomes of a line whose request no route of the target makes; those skipped are counted and reported"),
  }),
  z.strictObject({
    shape: z.literal("closed"),
    users: z.int().min(1).max(10_000).describe("Each runs journeys one after the other, on a connection of its own"),
    thinkTime: thinkTimeSchema.default("0s").describe("From the end of a user's journey to the start of the next"),
    rampUp: durationSchema.default("0s").describe("Users begin evenly spread over this time"),
  }),
]);

export type Profile = z.infer<typeof profileSchema>;
export type ReplayProfile = Extract<Profile, { shape: "replay" }>;
export type ClosedProfile = Extract<Profile, { shape: "closed" }>;
