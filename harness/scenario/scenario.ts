/** What is done to a target and when, as data. */

import { z } from "zod";
import { faultSchema } from "./fault.ts";
import { durationSchema, nameSchema } from "./words.ts";
import { workloadSchema } from "./workload.ts";

/** A breach ends all faults at once and the scenario with it (R11). */
const stopConditionSchema = z.discriminatedUnion("when", [
  z.strictObject({ when: z.literal("error-ratio"), above: z.number().min(0).max(1), over: durationSchema.describe("Window in which it is measured") }),
  z.strictObject({ when: z.literal("probe-down"), probe: nameSchema, for: durationSchema }),
  z.strictObject({ when: z.literal("gauge-above"), gauge: nameSchema, above: z.number(), for: durationSchema }),
]);

export type StopCondition = z.infer<typeof stopConditionSchema>;

/** One fault: injected `at` after the fault phase has begun, held for `hold`, then healed. */
const stepSchema = z.strictObject({
  id: nameSchema,
  at: durationSchema.default("0s"),
  fault: faultSchema,
  hold: durationSchema,
});

export type Step = z.infer<typeof stepSchema>;

export const scenarioSchema = z.strictObject({
  name: nameSchema,
  title: z.string().min(1),
  target: nameSchema.describe("The target whose routes, links and nodes it names; its known-bad variants are taken as well"),
  workloads: z.array(workloadSchema).min(1),
  phases: z.strictObject({
    warmUp: durationSchema.default("5s"),
    baseline: durationSchema,
    recovery: durationSchema.optional().describe("Time to get back to normal after the last fault was healed"),
    after: durationSchema.optional(),
  }),
  steps: z.array(stepSchema).default([]),
  stop: z.union([z.literal("none"), z.array(stopConditionSchema).min(1)]),
  degradedLimit: durationSchema.optional().describe("An answer slower than this is bad for recovery times; by default 3 × the p95 of the baseline, at least baseline + 50 ms"),
  quiesceWithin: durationSchema.default("30s").describe("Time for the items still under way to finish once the load has ended"),
  rules: z.array(nameSchema).describe("Objectives that this scenario rules on"),
});

export type Scenario = z.infer<typeof scenarioSchema>;
export type ScenarioInput = z.input<typeof scenarioSchema>;

export const suiteSchema = z.strictObject({
  name: nameSchema,
  title: z.string().min(1),
  target: nameSchema,
  scenarios: z.array(z.string().min(1)).min(1).describe("Names of scenarios, or paths of their files"),
  required: z.array(nameSchema).describe("Objectives without whose ruling the suite is inconclusive"),
});

export type Suite = z.infer<typeof suiteSchema>;
export type SuiteInput = z.input<typeof suiteSchema>;
