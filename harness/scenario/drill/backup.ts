/** How the data of a store is backed up and brought back: what a target knows for a drill. A scenario says when, and what is destroyed in between. */

import { z } from "zod";
import { querySchema } from "../target/query.ts";
import { lineSchema, nameSchema, templateSchema, variableSchema } from "../words.ts";

const shared = {
  ledgers: z.array(nameSchema).default([]).describe("Ledgers whose data it holds: what a restore brings back of them is as old as what was restored"),
  checks: z
    .record(nameSchema, querySchema)
    .default({})
    .describe("Each answers with one number that never shrinks, such as a count. It is asked before every back-up and after the restore, and must not be less then"),
};

const argumentsSchema = z.array(templateSchema).min(1);

export const backupSchema = z.discriminatedUnion("by", [
  /** PostgreSQL: one database by `pg_dump`, brought back by `pg_restore` into an empty one. What was written since is lost. */
  z.strictObject({ by: z.literal("dump"), ...shared }),
  /** PostgreSQL: the whole server by `pg_basebackup`; with `wal`, what is written afterwards is received on the way (`pg_receivewal`) and replayed. */
  z.strictObject({ by: z.literal("base-backup"), wal: z.boolean().default(true), ...shared }),
  /** Redis: a snapshot (`BGSAVE`). What was written since is lost. */
  z.strictObject({ by: z.literal("rdb"), ...shared }),
  /** Redis: a copy of the append-only files. What was written since is lost. */
  z.strictObject({ by: z.literal("aof"), ...shared }),
  /** Commands of your own: argument lists, never a shell. */
  z.strictObject({
    by: z.literal("command"),
    backUp: argumentsSchema.describe("Makes a back-up in {{backup}}, a folder that is kept between two of them; {{node:name}} becomes host:port"),
    restore: argumentsSchema.describe("Brings it back, into an empty store that is up. A line `as-of <time in ISO 8601>` on its output says how old it is"),
    env: z.record(variableSchema, templateSchema).default({}),
    workingFolder: lineSchema.optional().describe("Relative to the target's file"),
    ...shared,
  }),
]);

export type BackupSpec = z.infer<typeof backupSchema>;
export type BackupKind = BackupSpec["by"];

/** What kind of node it is for; null: for any. */
export const storeOfBackup: { readonly [Kind in BackupKind]: "postgres" | "redis" | null } = { dump: "postgres", "base-backup": "postgres", rdb: "redis", aof: "redis", command: null };
