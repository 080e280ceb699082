/** The system under test, as data. */

import { z } from "zod";
import { composeSchema } from "./compose.ts";
import { backupSchema } from "../drill/backup.ts";
import { externalSchema } from "./external.ts";
import { ledgerSchema } from "./ledger.ts";
import { linkSchema, nodeSchema } from "./node.ts";
import { objectiveSchema } from "../objective.ts";
import { probeSchema } from "./probe.ts";
import { querySchema } from "./query.ts";
import { routeSchema } from "../route.ts";
import { durationSchema, nameSchema } from "../words.ts";

/** What lists finished ids. Columns: id, optionally "ok" or "error" (ok when left out). */
const completionSchema = z.strictObject({
  ledger: nameSchema.describe("The writes that these ids finish"),
  query: querySchema,
  every: durationSchema.default("250ms"),
  timeLimit: durationSchema.default("2m").describe("An item not seen by then counts as never finished"),
});

const gaugeSchema = z.strictObject({ query: querySchema, every: durationSchema.default("500ms"), unit: z.string().default("") });

/** Numbers that are asked for once, after recovery and quiescence. Every row's first column is a value. */
const factSchema = z.strictObject({ query: querySchema, unit: z.string().default("") });

/** Brings the state back between two scenarios on the same stack. */
const resetSchema = z.array(querySchema);

export const targetSchema = z.strictObject({
  name: z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}(\/[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127})?$/),
  title: z.string().min(1),
  variantOf: nameSchema.optional().describe("Known-bad variants: the target that they are a copy of"),
  turnsRed: z.array(nameSchema).default([]).describe("Known-bad variants: exactly these objectives fail"),
  shownBy: z.array(nameSchema).default([]).describe("Known-bad variants: the scenarios that bring the defect out; all that rule on its objectives when left out"),
  settings: z.record(z.string(), z.string()).default({}).describe("What a reader of the report must know about this build: processing time, replicas"),
  compose: composeSchema.optional().describe("Compose files that `--stack docker` brings the nodes up from"),
  nodes: z.record(nameSchema, nodeSchema),
  links: z.record(nameSchema, linkSchema).default({}),
  routes: z.record(nameSchema, routeSchema).default({}),
  ledgers: z.record(nameSchema, ledgerSchema).default({}),
  completions: z.record(nameSchema, completionSchema).default({}),
  gauges: z.record(nameSchema, gaugeSchema).default({}),
  facts: z.record(nameSchema, factSchema).default({}),
  probes: z.record(nameSchema, probeSchema).default({}),
  reset: resetSchema.default([]),
  backups: z.record(nameSchema, backupSchema).default({}).describe("By node: how its data is backed up and brought back"),
  external: externalSchema.optional().describe("Where it is when it is up already"),
  objectives: z.array(objectiveSchema).default([]),
});

export type Target = z.infer<typeof targetSchema>;
export type TargetInput = z.input<typeof targetSchema>;
