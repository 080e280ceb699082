/** How the arrivals of a workload come about over time, as data. */

import { z } from "zod";
import { parseDurationMs } from "../../base/duration.ts";
import { durationSchema, lineSchema, nameSchema } from "../words.ts";

const rate = z.number().positive().max(100_000).describe("Arrivals per second");

/** A fixed time, or one that the seed chooses evenly between two. */
const thinkTimeSchema = z
  .union([durationSchema, z.strictObject({ from: durationSchema, to: durationSchema })])
  .superRefine((time, context) => {
    if (typeof time === "string" || parseDurationMs(time.from) <= parseDurationMs(time.to)) return;
    context.addIssue({ code: "custom", message: "from is longer than to", path: ["from"] });
  });

export type ThinkTime = z.infer<typeof thinkTimeSchema>;

/** A step must hold a second of the generator's own health; see search/search-steps.ts. */
const shortestStepMs = 1000;

const searchSchema = z
  .strictObject({
    shape: z.literal("search"),
    from: rate.describe("Where it begins, and what is sent during the warm-up"),
    to: rate.describe("No higher rate is tried"),
    keep: z.array(nameSchema).min(1).describe("Objectives on latency or availability, all of which a rate must keep"),
    steps: z.int().min(2).max(60).default(12).describe("Most steps; the search has room for so many, whatever it finds"),
    for: durationSchema.default("5s").describe("Length of a step: a fifth of silence, a fifth that is sent and not counted, three fifths that count"),
  })
  .superRefine((search, context) => {
    if (search.from >= search.to) context.addIssue({ code: "custom", message: "from is not below to", path: ["from"] });
    if (lengthMs(search.for) < shortestStepMs) context.addIssue({ code: "custom", message: "a step lasts at least 1s", path: ["for"] });
  });

/** What is no duration at all has its own complaint. */
function lengthMs(text: string): number {
  try {
    return parseDurationMs(text);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/**
 * Times count from the scenario's start; the last rate holds to its end. All shapes but `closed` are open models: what is due is due,
 * whatever became of the requests before it.
 *
 * A soak is a constant rate that is reached by a ramp, and nothing else: what makes it one is the length of the scenario's phases. Give
 * it a warm-up as long as its `rampUp`, so that the baseline is steady.
 *
 * A search begins when the warm-up ends, and nothing is due once it has ended.
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
  searchSchema,
]);

export type Profile = z.infer<typeof profileSchema>;
export type ReplayProfile = Extract<Profile, { shape: "replay" }>;
export type ClosedProfile = Extract<Profile, { shape: "closed" }>;
export type SearchProfile = Extract<Profile, { shape: "search" }>;
