/** What `roadworthy load --json` prints: the published shape. Sums are exact: started + dropped = offered, completed + errors = started. */

import { z } from "zod";

const count = z.int().min(0);
const ms = z.number().min(0);

const times = (what: string) =>
  z
    .strictObject({ min: ms, mean: ms, p50: ms, p90: ms, p95: ms, p99: ms, p999: ms, max: ms })
    .nullable()
    .describe(`${what}, in milliseconds, of completed requests, by nearest rank; null when none was completed`);

export const limitResultSchema = z.strictObject({
  limit: z.string().describe("As it was written"),
  bad: count.describe("Requests that failed, were dropped, or took too long"),
  of: count.describe("Requests that were due"),
  outcome: z.enum(["pass", "fail", "inconclusive"]).describe("At 95 % confidence"),
});

export const searchStepSchema = z.strictObject({
  ratePerSecond: z.number().positive(),
  offered: count,
  completed: count,
  dropped: count,
  errors: count,
  responseTimeMs: times("From the intended start to the end"),
  limits: z.array(limitResultSchema),
  outcome: z.enum(["pass", "fail", "inconclusive"]),
  saturated: z.boolean(),
});

export const searchResultSchema = z.strictObject({
  ratePerSecond: z.number().positive().nullable().describe("The highest rate tried at which every limit was shown to hold; null when there was none"),
  interval: z
    .tuple([z.number().positive().nullable(), z.number().positive().nullable()])
    .describe("The highest rate shown to keep the limits and the lowest shown to break one, each at 95 % confidence; null where no rate tried showed it"),
  cost: z.strictObject({ steps: count, requests: count.describe("Sent in these steps, those of warming up among them"), durationMs: ms }).describe("What it took to find out"),
  endedBy: z.enum(["precision", "range", "generator", "steps", "interrupt"]).describe("Why it went no further; `generator`: the rate is at least what is said"),
  steps: z.array(searchStepSchema).describe("In the order in which they were tried"),
});

export const loadResultSchema = z.strictObject({
  offered: count.describe("Requests that were due"),
  started: count,
  completed: count.describe("Answered with a status below 400"),
  dropped: count.describe("Due, and not sent: no connection was free in time"),
  errors: z.record(z.string(), count).describe("By class: refused, reset, timeout, malformed, tls, status (400 or more)"),
  status: z.record(z.string(), count).describe("Answers by status code"),
  durationMs: ms,
  throughputPerSecond: ms.describe("Completed requests per second"),
  responseTimeMs: times("From the intended start to the end"),
  serviceTimeMs: times("From the sending to the end"),
  startLagMs: z.strictObject({ p50: ms, p99: ms, max: ms }).describe("How late the generator itself was to submit a due request"),
  connections: count.describe("Most that were open at once"),
  bytesRead: count,
  generator: z.strictObject({
    cpuPercent: ms.describe("Of the busiest process; 100 is one core"),
    eventLoopDelayP99Ms: ms,
    saturated: z.boolean().describe("The generator was the limit, not the target"),
  }),
  limits: z.array(limitResultSchema).optional().describe("With --limit"),
  search: searchResultSchema.optional().describe("With --profile search; the figures above are then those of the rate that was found"),
});

export type LoadResult = z.infer<typeof loadResultSchema>;
export type LimitResult = z.infer<typeof limitResultSchema>;
export type SearchResult = z.infer<typeof searchResultSchema>;
export type SearchStep = z.infer<typeof searchStepSchema>;
