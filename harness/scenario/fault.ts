/** Faults, as data: one disturbance with a place. Its duration belongs to the step of the scenario. */

import { z } from "zod";
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
  /** The node is stopped in an orderly way; healing starts it again. */
  z.strictObject({ kind: z.literal("node-stop"), node: nameSchema }),
  /** SIGKILL of the node with all of its processes; its restart policy brings it back, or else healing does. */
  z.strictObject({ kind: z.literal("node-kill"), node: nameSchema }),
  /** SIGKILL of processes that the node started itself, such as workers under their supervisor. */
  z.strictObject({
    kind: z.literal("process-kill"),
    node: nameSchema,
    command: z.string().min(1).describe("Text that the command line of the processes contains"),
    count: z.union([z.int().positive(), z.literal("all")]).default(1).describe("How many, chosen by the seed"),
  }),
]);

export type FaultSpec = z.infer<typeof faultSchema>;
export type FaultKind = FaultSpec["kind"];

/** What a fault acts on, as one text for logs and reports. */
export function placeOfFault(spec: FaultSpec): string {
  switch (spec.kind) {
    case "link-down":
    case "link-latency":
    case "link-stall":
    case "link-reset":
      return spec.links.join(", ");
    case "node-stop":
    case "node-kill":
      return spec.node;
    case "process-kill":
      return `${spec.count === "all" ? "all" : spec.count} × ${spec.command} of ${spec.node}`;
  }
}

/** Which clock a recovery time takes when the objective names none: a kill is the system's to repair, a cut is healed by the scenario. */
export function defaultClock(kind: FaultKind): "fault" | "heal" {
  return kind === "node-kill" || kind === "process-kill" ? "fault" : "heal";
}
