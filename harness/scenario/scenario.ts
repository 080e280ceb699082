/** What is done to a target and when, as data. */

import { z } from "zod";
import { faultSchema } from "./fault.ts";
import { operationStepSchema, repairSchema } from "./drill/operation.ts";
import { durationSchema, nameSchema } from "./words.ts";
import { workloadSchema } from "./workload/workload.ts";

/** A breach ends all faults at once and the scenario with it (R11). */
const stopConditionSchema = z.discriminatedUnion("when", [
  z.strictObject({ when: z.literal("error-ratio"), above: z.number().min(0).max(1), over: durationSchema.describe("Window in which it is measured") }),
  z.strictObject({ when: z.literal("probe-down"), probe: nameSchema, for: durationSchema }),
  z.strictObject({ when: z.literal("gauge-above"), gauge: nameSchema, above: z.number(), for: durationSchema }),
]);

export type StopCondition = z.infer<typeof stopConditionSchema>;

const mostOccurrences = 1000;

/** Injected again `every` so often, counted from injection to injection, `times` times in all: occurrences `<id>-1`, `<id>-2`, … */
const repeatSchema = z.strictObject({ every: durationSchema, times: z.int().min(1).max(mostOccurrences) });

/** One fault: injected `at` after the fault phase has begun, held for `hold`, then healed. Steps may overlap. */
const stepSchema = z.strictObject({
  id: nameSchema,
  at: durationSchema.default("0s"),
  fault: faultSchema,
  hold: durationSchema,
  repair: repairSchema.optional().describe("Done when its hold is over, before it counts as healed: a restore"),
  repeat: repeatSchema.optional(),
});

export type StepDefinition = z.infer<typeof stepSchema>;

/** Faults that the seed chooses, at times that the seed chooses: one after the other, all of them within `between`. */
const randomSchema = z.strictObject({
  id: nameSchema.describe("Its occurrences are called <id>-1, <id>-2, …"),
  choose: z.array(faultSchema).min(1).describe("Each occurrence is one of these"),
  times: z.int().min(1).max(mostOccurrences),
  between: z.tuple([durationSchema, durationSchema]).describe("From the start of the fault phase: no injection before the first, all healed by the second"),
  hold: durationSchema,
  apart: durationSchema.default("1s").describe("Least time from a healing to the next injection"),
});

export type RandomFaults = z.infer<typeof randomSchema>;

const mostPoints = 100;

/** One axis of a sweep. The scenario is run once for every combination of the axes' values. */
const sweepAxisSchema = z.union([
  z.strictObject({ workload: nameSchema.describe("One with a constant rate"), rates: z.array(z.number().positive()).min(1).max(mostPoints) }),
  z.strictObject({ step: nameSchema.describe("Id of a step whose fault has a delay"), delays: z.array(durationSchema).min(1).max(mostPoints) }),
  z.strictObject({ step: nameSchema, holds: z.array(durationSchema).min(1).max(mostPoints) }),
]);

export type SweepAxis = z.infer<typeof sweepAxisSchema>;

/** The blast radius: what the faults of a scenario may do at most. Checked before anything runs, and again before each injection. */
const limitsSchema = z.strictObject({
  faultsAtOnce: z.int().min(1).max(100).default(2),
  longestFault: durationSchema.default("10m"),
  untouchable: z.array(nameSchema).default([]).describe("Nodes without any fault on them, or on a link from or to them"),
});

export type Limits = z.infer<typeof limitsSchema>;

/**
 * What the system must show under load before the first fault. Asked once, a moment before that fault is due: the time line is fixed before the run, load
 * and faults alike, so nothing is gained by waiting that a longer baseline would not give, and the plan shows. Not steady by then: nothing is injected.
 */
const steadyStateSchema = z.strictObject({
  over: durationSchema.default("5s").describe("Window before the first fault; the whole baseline where that is shorter"),
  availability: z.number().gt(0).max(1).default(0.99).describe("Least share of good requests, in the window as in the baseline until then"),
  p95: durationSchema.optional().describe("Limit of the response times in the window; the degraded limit when left out: the scenario's own, or that of the run's baseline"),
  probes: z.array(nameSchema).optional().describe("Probes that must be good; all of the target's when left out"),
  gauges: z.array(z.strictObject({ gauge: nameSchema, above: z.number() })).default([]).describe("Not steady when a sample in the window is above"),
});

export type SteadyState = z.infer<typeof steadyStateSchema>;

export const scenarioSchema = z.strictObject({
  name: nameSchema,
  title: z.string().min(1),
  target: nameSchema.describe("The target whose routes, links and nodes it names; its known-bad variants are taken as well"),
  workloads: z.array(workloadSchema).min(1),
  phases: z.strictObject({
    warmUp: durationSchema.default("5s"),
    baseline: durationSchema,
    recovery: durationSchema.optional().describe("Time to get back to normal after the last fault was healed: the deadline of the return to baseline"),
    after: durationSchema.optional(),
  }),
  steps: z.array(stepSchema).default([]),
  operations: z.array(operationStepSchema).optional().describe("What is done beside the faults: back-ups, deploys, scaling, commands of your own"),
  random: z.array(randomSchema).default([]),
  sweep: z.array(sweepAxisSchema).default([]),
  limits: limitsSchema.prefault({}),
  steadyState: z.union([z.literal("none"), steadyStateSchema]).prefault({}).describe("Asked of a scenario with faults; `none` asks for neither a steady state before them nor a return to it"),
  stop: z.union([z.literal("none"), z.array(stopConditionSchema).min(1)]),
  degradedLimit: durationSchema.optional().describe("An answer slower than this is bad for recovery times; by default 3 × the p95 of the baseline, at least baseline + 50 ms"),
  quiesceWithin: durationSchema.default("30s").describe("Time for the items still under way to finish once the load has ended"),
  restores: z
    .array(
      z.strictObject({
        ledger: nameSchema.describe("The ledger whose data is brought back from a backup"),
        scale: z.number().min(1).default(1).describe("A second of the run stands for so many seconds of the age of what is lost, where a drill makes a day short"),
      }),
    )
    .min(1)
    .optional()
    .describe("A drill: what is lost counts from the age of what was restored, and nothing is known of it without"),
  rules: z.array(nameSchema).describe("Objectives that this scenario rules on"),
  mayBeInconclusive: z.array(nameSchema).optional().describe("Of these objectives, those that are tried although the plan can at best leave them inconclusive"),
});

/** As it is written. `composeScenarios` makes of it what is run. */
export type ScenarioDefinition = z.infer<typeof scenarioSchema>;
export type ScenarioInput = z.input<typeof scenarioSchema>;

/** One fault, at its time. `never`: so that a definition is not taken for what it is made into. */
export type Step = Omit<StepDefinition, "repeat"> & { readonly repeat?: never };

/** As it is run and as the log's header holds it: repeats, dice and sweeps are worked out, every fault has its time and an id of its own. */
export type Scenario = Omit<ScenarioDefinition, "steps" | "random" | "sweep"> & { steps: Step[]; readonly random?: never; readonly sweep?: never };

export const suiteSchema = z.strictObject({
  name: nameSchema,
  title: z.string().min(1),
  target: nameSchema,
  scenarios: z.array(z.string().min(1)).min(1).describe("Names of scenarios, or paths of their files"),
  required: z.array(nameSchema).describe("Objectives without whose ruling the suite is inconclusive"),
  limits: limitsSchema.partial().optional().describe("Blast radius of all its scenarios; where theirs is narrower, theirs holds"),
});

export type Suite = z.infer<typeof suiteSchema>;
export type SuiteInput = z.input<typeof suiteSchema>;
