/** Ledgers: tracked writes, as data. How their ids are made, where they go without a service in between, and how they are read back. */

import { z } from "zod";
import { probePlaceSchema } from "./probe.ts";
import { querySchema } from "./query.ts";
import { lineSchema, nameSchema } from "../words.ts";

const at = probePlaceSchema.describe("A node, or the link over which it is written to");

/** What a workload with `engine: ledger` writes to, one id after the other. */
const storeSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("table"),
    at,
    statement: z.string().min(1).describe("The INSERT, committed by itself; $1 is the id as text"),
    create: z.string().min(1).optional().describe("Carried out before the first write: CREATE TABLE IF NOT EXISTS …"),
  }),
  z.strictObject({ kind: z.literal("queue"), at, key: lineSchema.min(1).describe("A list of Redis, at whose end the id is put (RPUSH)") }),
  z.strictObject({ kind: z.literal("key-value"), at, prefix: lineSchema.default("").describe("Before the id, which is the key that is set") }),
]);

export type StoreSpec = z.infer<typeof storeSchema>;

/** How every id is made, and read back after recovery and quiescence. */
export const ledgerSchema = z.strictObject({
  id: z.string().default("{{run}}-{{n}}").describe("Template of the unique id of a write: {{run}} and {{n}}, the number of the write"),
  store: storeSchema.optional().describe("Where a workload with `engine: ledger` writes it, without a service in between"),
  readBack: z
    .record(nameSchema, z.array(querySchema).min(1))
    .describe("Ways to read the stored ids back; each is a list of queries whose first columns together are what is there, an id twice being a duplicate"),
});
