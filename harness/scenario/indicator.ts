/**
 * Indicators (SLI), as data: which fold over the event log an objective is judged by. The folds themselves are in `sli/`, one file
 * per kind; the rule that turns an observation into a ruling is in `judge/verdict/`.
 */

import { z } from "zod";
import { nameSchema } from "./words.ts";

const routes = z.array(nameSchema).optional().describe("Only these routes; all routes of the load when left out");
const quantile = z.number().gt(0).lt(1).default(0.95);
const faults = z.array(nameSchema).optional().describe("Only faults of these kinds; all faults when left out");

export const indicatorSchema = z.discriminatedUnion("kind", [
  /** Response time from the intended start. Bad: at or over the limit, or failed. Unit ms. */
  z.strictObject({ kind: z.literal("latency"), routes, quantile }),
  /** Request-weighted share of good answers, with the time-weighted one beside it. Unit %. */
  z.strictObject({ kind: z.literal("availability"), routes }),
  /** Started requests per second that were answered well. Unit 1/s. */
  z.strictObject({ kind: z.literal("throughput"), routes }),
  /** Intended ingest → seen finished. Bad: over the limit, or never finished. Unit s or ms. */
  z.strictObject({ kind: z.literal("completion-time"), completion: nameSchema, quantile }),
  /** Acknowledged items that ended as an error or never ended, of all acknowledged. Unit %. */
  z.strictObject({ kind: z.literal("completion-errors"), completion: nameSchema }),
  /** Finished items per day (or s, min, h), against what was offered and with the backlog. Unit items/day. */
  z.strictObject({ kind: z.literal("completion-rate"), completion: nameSchema, per: z.enum(["s", "min", "h", "d"]).default("d") }),
  /** Share of samples of a gauge within the limit. */
  z.strictObject({ kind: z.literal("gauge"), gauge: nameSchema, share: z.number().gt(0).max(1).default(0.95) }),
  /** Time from fault (or heal) to back to normal, per fault. Unit s, ms, min or h. */
  z.strictObject({ kind: z.literal("recovery-time"), faults, routes }),
  /** Mean of the recovery times over every fault. */
  z.strictObject({ kind: z.literal("mean-recovery-time"), faults }),
  /** Time from healing to the next item that finished, per fault. */
  z.strictObject({ kind: z.literal("resume-time"), completion: nameSchema, faults }),
  /** Number of ids in a set of the ledger after recovery and quiescence; misplaced: lost, duplicated and unexpected together. */
  z.strictObject({ kind: z.literal("ledger"), ledger: nameSchema, set: z.enum(["lost", "duplicated", "unexpected", "resurrected", "misplaced"]) }),
  /** Age at the fault of the oldest write that was lost, and at least that of what a drill restored (an RPO in time). Unit s, min or h. */
  z.strictObject({ kind: z.literal("loss-age"), ledger: nameSchema }),
  /** Number of checks that what was restored did not pass (`checks` of the target's back-up), a restore that failed among them. */
  z.strictObject({ kind: z.literal("restore-checks"), node: nameSchema }),
  /** Every value of a fact must keep the limit. */
  z.strictObject({ kind: z.literal("fact"), fact: nameSchema }),
  /** Number of good answers of a health probe while another probe shows that what it depends on is down. */
  z.strictObject({ kind: z.literal("health-lies"), probe: nameSchema, while: nameSchema }),
  /** Number of requests in the phase whose answer is none of the allowed statuses. */
  z.strictObject({ kind: z.literal("unexpected-answers"), routes, allowed: z.array(z.int()).min(1) }),
  /** How long each answer of a probe took; one that failed counts as over any limit. Unit ms or s. */
  z.strictObject({ kind: z.literal("probe-time"), probe: nameSchema }),
  /** Number of nodes that were not ready when the stack had booted. */
  z.strictObject({ kind: z.literal("boot") }),
]);

export type IndicatorSpec = z.infer<typeof indicatorSchema>;
export type IndicatorKind = IndicatorSpec["kind"];
