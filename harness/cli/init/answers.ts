/** What only the user can know of a system, as `init` keeps it from one time to the next. */

import { z } from "zod";
import { roles } from "./recognise/parts.ts";

/** How the system is asked for rows: "sql: SELECT …", "redis: LLEN jobs", "http: /orders items[].id". Read by `question.ts`. */
const questionSchema = z.string().min(1).max(4000);

const pathSchema = z.string().startsWith("/").max(2000);

export const writeSchema = z.strictObject({
  method: z.enum(["POST", "PUT", "PATCH"]),
  path: pathSchema.describe("May hold {{id}}, the unique id of the write"),
  body: z.string().max(10_000).nullable().describe("Holds {{id}} when the path does not"),
  status: z.array(z.int().min(200).max(299)).min(1),
});

export type WriteAnswer = z.infer<typeof writeSchema>;

export const answersSchema = z.strictObject({
  name: z.string().optional(),
  /** Relative to the folder of the definitions. */
  compose: z.array(z.string()).min(1),
  profiles: z.array(z.string()).default([]),
  envFiles: z.array(z.string()).default([]),
  format: z.enum(["yaml", "ts", "mts"]),
  services: z.record(z.string(), z.strictObject({ role: z.enum(roles), port: z.int().nullable() })).default({}),
  entry: z.string().optional().describe("The service that is loaded"),
  health: pathSchema.optional(),
  deepCheck: pathSchema.optional().describe("A health check that asks the stores"),
  reads: z.array(pathSchema).default([]),
  write: writeSchema.optional(),
  readBack: questionSchema.optional(),
  finished: questionSchema.optional(),
  queue: questionSchema.optional(),
});

export type Answers = z.infer<typeof answersSchema>;
