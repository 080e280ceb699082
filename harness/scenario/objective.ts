/** Objectives: the promised targets of a roadmap, as data. */

import { z } from "zod";
import { indicatorSchema } from "./indicator.ts";
import { nameSchema } from "./words.ts";

/** Phases of a scenario, in order. */
export const phaseNames = ["warm-up", "baseline", "fault", "recovery", "after"] as const;
export type PhaseName = (typeof phaseNames)[number];

/** Where an objective is judged. `steady` is baseline and after: the phases without a fault; `all` leaves out only the warm-up. */
export const judgedPhaseSchema = z.enum(["baseline", "fault", "recovery", "after", "steady", "all"]);
export type JudgedPhase = z.infer<typeof judgedPhaseSchema>;

export const objectiveSchema = z.strictObject({
  id: nameSchema,
  statement: z.string().min(1).describe("The promise in our own words, without the measured value"),
  source: z.strictObject({
    document: z.string().min(1).describe("File name of the roadmap, or of the system's page for rows of our own"),
    line: z.int().positive().optional(),
    section: z.string(),
  }),
  kind: z.enum(["target", "alert", "limit", "criterion", "infrastructure", "own"]),
  indicator: indicatorSchema.nullable().describe("null: no indicator can show it yet"),
  phase: judgedPhaseSchema.default("steady"),
  clock: z.enum(["fault", "heal"]).nullable().default(null).describe("Of recovery times; null lets the fault decide: fault where the system repairs itself, heal where the scenario heals"),
  op: z.enum(["<", "<=", ">", ">=", "==", "between", "in", "contains", "exists", "measure"]),
  limit: z.union([z.number(), z.tuple([z.number(), z.number()]), z.string(), z.null()]),
  unit: z.string(),
  sameAs: nameSchema.optional().describe("Another row with the same metric and limit: its ruling is this one's"),
  choice: z.string().optional().describe("What the roadmap leaves open and we chose: percentile, window, share"),
  coverage: z.string().optional().describe("Where it is shown when no scenario of a suite rules on it"),
});

export type Objective = z.infer<typeof objectiveSchema>;
