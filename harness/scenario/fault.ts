/** Faults, as data: one disturbance with a place. Its duration belongs to the step of the scenario. */

import { z } from "zod";
import { nodeFaultSchemas, placeOfNodeFault, repairedBySystem } from "./node-fault.ts";
import { durationSchema, nameSchema } from "./words.ts";

const links = z.array(nameSchema).min(1).describe("Names of links of the target");

/** A delay that grows, or shrinks, from stage to stage; the stages share the time the fault is held equally. */
const rampSchema = z.strictObject({ from: durationSchema, to: durationSchema, stages: z.int().min(2).max(1000).default(10) });

export type DelayRamp = z.infer<typeof rampSchema>;

export const faultSchema = z.discriminatedUnion("kind", [
  /** Connections over the links are refused and the open ones closed. */
  z.strictObject({ kind: z.literal("link-down"), links }),
  /** Everything that the server sends over the links comes later. */
  z.strictObject({ kind: z.literal("link-latency"), links, delay: z.union([durationSchema, rampSchema]), jitter: durationSchema.default("0ms") }),
  /** Connections are accepted and nothing comes back (a black hole). */
  z.strictObject({ kind: z.literal("link-stall"), links }),
  /** Connections are reset. */
  z.strictObject({ kind: z.literal("link-reset"), links }),
  ...nodeFaultSchemas,
]);

export type FaultSpec = z.infer<typeof faultSchema>;
export type FaultKind = FaultSpec["kind"];

/** What a fault acts on, as one text for logs and reports. */
export function placeOfFault(spec: FaultSpec): string {
  return "links" in spec ? spec.links.join(", ") : placeOfNodeFault(spec);
}

/** Which clock a recovery time takes when the objective names none: a kill is the system's to repair, a cut is healed by the scenario. */
export function defaultClock(kind: FaultKind): "fault" | "heal" {
  return repairedBySystem.has(kind) ? "fault" : "heal";
}
