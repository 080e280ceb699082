/**
 * Workloads that are not sent over routes by Roadworthy's own engine: a user's own k6 script, autocannon's closed question "how fast can it go",
 * and the writes of a ledger, straight to a store.
 */

import { z } from "zod";
import { parseDurationMs } from "../../base/duration.ts";
import { durationSchema, lineSchema, nameSchema, templateSchema, variableSchema } from "../words.ts";

/** What k6 itself reads would change a script that is to be run unchanged, or where it writes. */
const ofK6 = /^K6_/i;

const k6WorkloadSchema = z.strictObject({
  name: nameSchema,
  engine: z.literal("k6"),
  script: lineSchema.min(1).describe("The script, run unchanged; a relative path counts from the file of the scenario"),
  env: z
    .record(variableSchema.refine((name) => !ofK6.test(name), "K6_… are k6's own settings, which Roadworthy makes"), templateSchema)
    .default({})
    .describe("What the script finds in __ENV; {{node:name}}, {{link:name}} (host:port) and {{run}} are filled in"),
  route: nameSchema.optional().describe("Under what requests count whose name and URL are of no route of the target; by default the workload's name"),
});

const autocannonWorkloadSchema = z.strictObject({
  name: nameSchema,
  engine: z.literal("autocannon"),
  route: nameSchema.describe("The route that is asked again as soon as it was answered; without places to fill in"),
  connections: z.int().min(1).max(10_000).default(10),
  timeout: durationSchema.refine(isLongEnough, "autocannon waits for at least 1s").default("5s"),
});

const ledgerWorkloadSchema = z.strictObject({
  name: nameSchema,
  engine: z.literal("ledger"),
  ledger: nameSchema.describe("One with a `store`; nothing else writes to it meanwhile"),
  writers: z.int().min(1).max(256).default(8).describe("Each with a connection of its own, and one write at a time"),
  rate: z.number().positive().max(100_000).optional().describe("Writes a second of all writers together; as fast as they are acknowledged when left out (closed model)"),
  timeout: durationSchema.default("5s").describe("A write that is not answered by then is in doubt"),
});

/** What is no duration at all has its own complaint. */
function isLongEnough(text: string): boolean {
  try {
    return parseDurationMs(text) >= 1000;
  } catch {
    return true;
  }
}

export type K6Workload = z.infer<typeof k6WorkloadSchema>;
export type AutocannonWorkload = z.infer<typeof autocannonWorkloadSchema>;
export type LedgerWorkload = z.infer<typeof ledgerWorkloadSchema>;
export type GuestWorkload = K6Workload | AutocannonWorkload | LedgerWorkload;

export const guestWorkloadSchema = z.discriminatedUnion("engine", [k6WorkloadSchema, autocannonWorkloadSchema, ledgerWorkloadSchema]);
