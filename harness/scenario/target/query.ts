/**
 * A question put to a node, directly and never through a faulted link: the source of completions, gauges, facts and read-backs.
 * Every query answers with rows of text columns; a number is a row of one column.
 */

import { z } from "zod";
import { nameSchema, templateSchema } from "../words.ts";

const node = nameSchema.describe("Name of the node that is asked");

export const querySchema = z.discriminatedUnion("via", [
  z.strictObject({ via: z.literal("sql"), node, statement: z.string().min(1).describe("One SELECT; its columns are the answer's columns") }),
  z.strictObject({
    via: z.literal("redis"),
    node,
    command: z.array(z.string()).min(1).describe("Command and arguments; a number or a list of strings is expected back"),
    field: z.string().optional().describe("Where the entries are JSON objects: the property that is the answer"),
  }),
  z.strictObject({
    via: z.literal("http"),
    node,
    path: z.string().startsWith("/"),
    pick: z.string().describe('Path into the JSON answer, "[]" for each entry of a list: "items[].document_id"'),
    next: z
      .string()
      .optional()
      .describe('Path into the JSON answer of the cursor of the next page, put in place of {{cursor}} in `path`; pages are read until it is null or missing'),
    match: z.string().optional().describe("Regular expression that an entry must match to count, where the answer lists more than is asked for"),
  }),
  z.strictObject({
    via: z.literal("prometheus"),
    node,
    path: z.string().startsWith("/").default("/metrics"),
    metric: z.string().min(1),
    labels: z.record(z.string(), z.string()).default({}),
  }),
  z.strictObject({
    via: z.literal("command"),
    command: z.array(templateSchema).min(1).describe("Program and arguments, never a shell line; {{node:name}} becomes host:port. One row per line printed, columns apart by tabs"),
  }),
]);

export type Query = z.infer<typeof querySchema>;
