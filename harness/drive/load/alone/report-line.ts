/** What a process of `roadworthy load` says, one JSON object a line. */

import { z } from "zod";
import { durationCountsSchema } from "./duration-counts.ts";
import { healthSchema } from "./health.ts";
import { tallySchema } from "./tally.ts";

const count = z.int().min(0);

export const reportLineSchema = z.discriminatedUnion("is", [
  z.strictObject({ is: z.literal("ready") }),
  /** Once a second: counts from the beginning, and the response times and the lag of this second. */
  z.strictObject({
    is: z.literal("progress"),
    offered: count,
    completed: count,
    dropped: count,
    inFlight: count,
    recent: durationCountsSchema,
    lagP99Us: z.number(),
  }),
  z.strictObject({
    is: z.literal("result"),
    tally: tallySchema,
    health: healthSchema,
    /** Requests sent, those that are not counted among them. */
    sent: count,
    /** The most that were open at once, and how many were opened. */
    mostConnections: count,
    opened: count,
    /** From the beginning of what was counted to the end of the last request, at least to the end of the schedule. */
    durationMs: z.number().min(0),
  }),
]);

export type ReportLine = z.infer<typeof reportLineSchema>;
export type ProgressLine = Extract<ReportLine, { is: "progress" }>;
export type ResultLine = Extract<ReportLine, { is: "result" }>;
