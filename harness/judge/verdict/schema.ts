/** verdict.json and suite.json: the published, versioned shapes. Every output is rendered from these and the log. */

import { z } from "zod";

export const verdictSchemaVersion = 1;

const outcome = z.enum(["pass", "fail", "inconclusive"]);
export type Outcome = z.infer<typeof outcome>;

const ms = z.number().nullable().describe("Milliseconds from the scenario's start; null when it was not reached");

export const rulingSchema = z.strictObject({
  objective: z.string(),
  statement: z.string(),
  source: z.strictObject({ document: z.string(), line: z.int().optional(), section: z.string() }),
  kind: z.enum(["target", "alert", "limit", "criterion", "infrastructure", "own", "threshold", "capacity"]).describe("threshold: of the tool that sent a workload; capacity: what a search found. Neither is an objective of the target"),
  indicator: z.string().nullable(),
  phase: z.string().nullable(),
  clock: z.enum(["fault", "heal"]).nullable(),
  op: z.string(),
  limit: z.union([z.number(), z.tuple([z.number(), z.number()]), z.string(), z.null()]),
  unit: z.string(),
  status: z.enum(["ruled", "information", "not covered"]),
  outcome: outcome.nullable().describe("null unless status is ruled"),
  value: z.number().nullable().describe("In `unit`; for proportions the percentile or share that is shown"),
  interval: z.tuple([z.number(), z.number()]).nullable().describe("What the value may be: confidence interval of a share, or ± precision of a duration; in `unit`, of a percentile claim in % of requests over the limit"),
  samples: z.int().nullable(),
  why: z.string().describe("One sentence with the numbers that led to the outcome"),
  choice: z.string().nullable().describe("What was our choice where the roadmap is silent"),
  sameAs: z.string().nullable(),
});
export type Ruling = z.infer<typeof rulingSchema>;

/** In ms; null where it is not known. */
export const recoveryPartsSchema = z.strictObject({
  detectMs: z.number().nullable().describe("From the injection to the first bad request or probe, or until people said that they saw it"),
  decideMs: z.number().nullable().describe("Until people said what to do; null where nobody was asked"),
  actMs: z.number().nullable().describe("Of the repair, until the fault was healed"),
  verifyMs: z.number().nullable().describe("From the healing to back to normal, or until people said that it was"),
});
export type RecoveryParts = z.infer<typeof recoveryPartsSchema>;

export const manualRecordSchema = z.strictObject({
  step: z.int().nullable().describe("Its place in the repair, from 1"),
  part: z.enum(["detect", "decide", "act", "verify"]),
  owner: z.string(),
  text: z.string(),
  expectedMs: z.number(),
  tookMs: z.number().nullable().describe("Until it was confirmed, or given up; null when the run ended before"),
  confirmedBy: z.enum(["terminal", "ack"]).nullable().describe("null: nobody confirmed it in time"),
});
export type ManualRecord = z.infer<typeof manualRecordSchema>;

export const faultRecordSchema = z.strictObject({
  id: z.string(),
  kind: z.string(),
  on: z.string(),
  injectedAtMs: ms,
  feltAtMs: ms,
  healedAtMs: ms,
  settledAtMs: ms,
  heldMs: z.number().nullable(),
  recoveryTimeMs: z.number().nullable().describe("From the injection to back to normal; null when no outage was seen or it was not reached"),
  sinceHealMs: z.number().nullable().describe("From the healing to back to normal, on the other clock"),
  notRecovered: z.boolean(),
  resolutionMs: z.number(),
  failedRequests: z.int(),
  witness: z.strictObject({ felt: z.string().nullable(), settled: z.string().nullable() }),
  outage: z
    .strictObject({ fromMs: z.number(), toMs: ms, degradedLimitMs: z.number().nullable().describe("An answer slower than this counted as bad") })
    .nullable()
    .optional()
    .describe("First bad request or probe, and back to normal; null when no outage was seen"),
  recovery: recoveryPartsSchema.nullable().optional().describe("In its parts; null for a fault that was not injected"),
  manual: z.array(manualRecordSchema).optional().describe("What people were asked to do about it, in order"),
  unrepaired: z.string().optional().describe("Why it was not repaired: the run ended it, and what came then is no recovery"),
});
export type FaultRecord = z.infer<typeof faultRecordSchema>;

export const dataLossSchema = z.strictObject({
  ledger: z.string(),
  acknowledged: z.int(),
  lost: z.int(),
  lostMs: z.number().nullable().describe("Age at the fault of the oldest lost write; null when nothing is lost or there was no fault"),
  holes: z.boolean().describe("Whether newer writes survived older lost ones"),
  indeterminate: z.int(),
  recovered: z.int().describe("Indeterminate writes that are there"),
  duplicated: z.int(),
  resurrected: z.int(),
  unexpected: z.int(),
  inFlightAtFault: z.int().nullable().describe("Acknowledged and not yet finished when the first fault was injected"),
  lostIds: z.array(z.string()).describe("The first 20"),
});
export type DataLoss = z.infer<typeof dataLossSchema>;

export const operationRecordSchema = z.strictObject({
  id: z.string().describe("Of its step, or of the fault that it repairs"),
  kind: z.string(),
  on: z.string(),
  beganAtMs: z.number(),
  ended: z.boolean().nullable().describe("false: it failed; null: the log ends before it did"),
  tookMs: z.number().nullable(),
  bytes: z.number().nullable().describe("Size of the back-up that was made or brought back; null when it is not known"),
  bytesPerSecond: z.number().nullable(),
  restoredAgeMs: z.number().nullable().describe("Of a restore: how old at the fault what it brought back was, in the run's own time; null when it is not known"),
  what: z.string().describe("Or why it failed"),
  parts: z.array(z.strictObject({ of: z.string(), what: z.string() })).optional().describe("What was done on the way, replica by replica; the first 64. Left out where nothing is told"),
});
export type OperationRecord = z.infer<typeof operationRecordSchema>;

export const linkUseSchema = z.strictObject({
  link: z.string(),
  from: z.string(),
  to: z.string(),
  use: z
    .strictObject({ connections: z.int(), bytesUp: z.int(), bytesDown: z.int() })
    .nullable()
    .describe("By the service alone, from the start of the load to the end of the scenario; null when it is not known"),
});

export const cleanupSchema = z.strictObject({
  complete: z.boolean().nullable().describe("null: the log ends before the cleanup"),
  left: z.array(z.strictObject({ kind: z.string(), id: z.string(), command: z.string() })),
});

export const steadyRecordSchema = z.strictObject({
  before: z
    .strictObject({
      steady: z.boolean(),
      why: z.string().nullable(),
      windowMs: z.number(),
      requests: z.int(),
      good: z.int(),
      unanswered: z.int().describe("Due for longer than the limit, and without an answer yet"),
      p95Ms: z.number().nullable().describe("null: too many had no answer"),
      p95LimitMs: z.number().nullable(),
    })
    .nullable()
    .describe("Of the window before the first fault; nothing was injected unless it was steady"),
  back: z
    .strictObject({
      returned: z.boolean(),
      why: z.string().nullable(),
      tookMs: z.number().nullable().describe("From the last healing to back to normal; 0 when nothing was bad any more"),
      resolutionMs: z.number(),
      withinMs: z.number(),
    })
    .nullable()
    .describe("After the last fault; the scenario does not pass unless it returned"),
});
export type SteadyRecord = z.infer<typeof steadyRecordSchema>;

const imageUseSchema = z.strictObject({
  service: z.string(),
  image: z.string().describe("As the compose file names it"),
  digest: z.string().nullable().describe("Of a registry's manifest; null for an image that came from none"),
  id: z.string().describe("Of its content, as the engine knows it"),
});

const processRecordSchema = z.strictObject({
  node: z.string(),
  process: z.string(),
  state: z.enum(["running", "paused", "restarting", "ended"]).describe("At the end of the scenario"),
  ended: z.string().nullable().describe("How it last ended: an exit code or a signal; null when it has not"),
  outOfMemory: z.boolean().nullable().describe("Whether it last ended for want of memory; null where that cannot be told"),
  restarts: z.int().describe("In this scenario"),
  exits: z.array(z.strictObject({ atMs: z.number(), ended: z.string() })),
});

export const verdictSchema = z.strictObject({
  schema: z.literal(verdictSchemaVersion),
  run: z.string(),
  scenario: z.string(),
  title: z.string(),
  target: z.string(),
  stack: z.string(),
  outcome,
  exitCode: z.int(),
  incomplete: z.string().nullable().describe("Why the run cannot pass whatever its rulings are: it is incomplete, or the system did not return to its baseline; or null"),
  stopped: z.strictObject({ why: z.string(), message: z.string() }).nullable(),
  startedAt: z.string(),
  durationMs: z.number(),
  seed: z.int(),
  phases: z.array(z.strictObject({ name: z.string(), startMs: z.number(), endMs: z.number() })),
  faults: z.array(faultRecordSchema),
  steadyState: steadyRecordSchema.nullable().optional().describe("null when the scenario asks for none; left out by versions before it"),
  links: z.array(linkUseSchema).describe("How much the service used its links: a fault on one that it did not use has not met it"),
  dataLoss: dataLossSchema.nullable(),
  operations: z.array(operationRecordSchema).optional().describe("Left out where there were none"),
  generator: z.strictObject({
    offered: z.int(),
    started: z.int(),
    dropped: z.int(),
    startLagP99Ms: z.number().nullable(),
    saturated: z.boolean(),
    why: z.string().nullable(),
  }),
  rulings: z.array(rulingSchema),
  versions: z.array(z.string()).optional().describe("What the stack ran on; left out by versions before it"),
  images: z.array(imageUseSchema).optional().describe("Of its containers; empty where there are none; left out by versions before it"),
  processes: z.array(processRecordSchema).optional().describe("Of all nodes: how they ended and how often they were started again; left out by versions before it"),
  cleanup: cleanupSchema,
});
export type Verdict = z.infer<typeof verdictSchema>;

/** One objective in the suite's report: its worst ruling, and the others. */
export const suiteObjectiveSchema = rulingSchema.extend({
  scenario: z.string().nullable(),
  required: z.boolean(),
  coverage: z.string().nullable().describe("Not covered: where it is shown instead"),
  others: z.array(rulingSchema.extend({ scenario: z.string() })),
  previous: z.strictObject({ outcome: z.string().nullable(), value: z.number().nullable() }).nullable(),
  repeats: z
    .array(
      z.strictObject({
        scenario: z.string(),
        rule: z.enum(["pooled", "worst"]).describe("pooled: the samples of all repeats judged together; worst: the worst ruling of a repeat"),
        flaky: z.boolean().describe("It passes in some repeats and fails in others, and so does not pass"),
        open: z.boolean().describe("More repeats could decide it"),
        outcomes: z.array(z.strictObject({ repeat: z.int(), outcome: outcome.nullable(), value: z.number().nullable() })).describe("Of each repeat by itself"),
      }),
    )
    .optional()
    .describe("Of a series of repeats: how each scenario's ruling came about"),
  lastSeenRed: z
    .strictObject({ at: z.string(), by: z.string() })
    .nullable()
    .optional()
    .describe("When `roadworthy selftest` last saw this gate turn red, and by what; null: never; left out where the log does not tell"),
});
export type SuiteObjective = z.infer<typeof suiteObjectiveSchema>;

export const suiteVerdictSchema = z.strictObject({
  schema: z.literal(verdictSchemaVersion),
  run: z.string(),
  suite: z.string(),
  target: z.string(),
  title: z.string(),
  stack: z.string(),
  outcome,
  exitCode: z.int(),
  /** First sentence of every report: the outcome and its cause. */
  headline: z.string(),
  startedAt: z.string(),
  durationMs: z.number(),
  seed: z.int(),
  required: z.array(z.string()),
  counts: z.strictObject({
    objectives: z.int(),
    ruled: z.int(),
    passed: z.int(),
    failed: z.int(),
    inconclusive: z.int(),
    information: z.int(),
    notCovered: z.int(),
    own: z.int().describe("How many of all rows are own ones"),
    requiredPassed: z.int(),
    requiredFailed: z.int(),
    requiredInconclusive: z.int(),
  }),
  scenarios: z.array(z.strictObject({ scenario: z.string(), run: z.string(), outcome, ran: z.boolean() })),
  objectives: z.array(suiteObjectiveSchema),
  disappeared: z.array(z.string()),
  previousRun: z.string().nullable(),
  incomplete: z.string().nullable(),
  control: z
    .strictObject({ what: z.string(), turnsRed: z.array(z.string()) })
    .optional()
    .describe("The run only shows whether these objectives can fail: no release is judged by it"),
  stopped: z.strictObject({ why: z.string(), code: z.string(), message: z.string(), hint: z.string().nullable() }).nullable(),
  cleanup: cleanupSchema,
  versions: z.array(z.string()),
  images: z.array(imageUseSchema).optional().describe("Of the stack's containers; left out where there are none"),
  commit: z.string().nullable(),
  settings: z.record(z.string(), z.string()),
  repeat: z.string(),
  repeats: z
    .strictObject({
      most: z.int().describe("How many were asked for; at most how many when they end as soon as all is decided"),
      untilDecided: z.boolean(),
      counted: z.int().describe("Repeats that count"),
      confidencePercent: z.number().describe("Of the binomial rule over all repeats: higher than 95 where it is asked again after each of them"),
      attempts: z.array(
        z.strictObject({
          repeat: z.int(),
          attempt: z.int(),
          folder: z.string().describe("In the run's folder: a whole run by itself"),
          seed: z.int(),
          outcome: outcome.nullable().describe("null when nothing is left of it"),
          exitCode: z.int().nullable(),
          void: z.string().nullable().describe("Why it does not count: a tool failed, and it was made again"),
        }),
      ),
      flaky: z.array(z.string()).describe("Objectives that pass in some repeats and fail in others"),
    })
    .optional()
    .describe("Of a series of repeats"),
});
export type SuiteVerdict = z.infer<typeof suiteVerdictSchema>;
