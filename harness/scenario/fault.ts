/** Faults, as data: one disturbance with a place. Its duration belongs to the step of the scenario. */

import { z } from "zod";
import { nodeFaultSchemas, placeOfNodeFault, repairedBySystem } from "./node-fault.ts";
import { durationSchema, nameSchema } from "./words.ts";

const links = z.array(nameSchema).min(1).describe("Names of links of the target");

/** A delay that grows, or shrinks, from stage to stage; the stages share the time the fault is held equally. */
const rampSchema = z.strictObject({ from: durationSchema, to: durationSchema, stages: z.int().min(2).max(1000).default(10) });

export type DelayRamp = z.infer<typeof rampSchema>;
/** Which requests a fault strikes, on links marked `http`. */
const requests = {
  links: z.array(nameSchema).min(1).describe("Names of links of the target that are marked `http`"),
  method: z.string().regex(/^[A-Z]{0,32}$/, "must be a method in capitals").default("").describe("Only requests of this method; empty: of any"),
  path: z.string().regex(/^[!-~]{0,256}$/, "must be at most 256 visible characters").default("").describe("Only requests to this path, `*` standing for anything; empty: to any"),
  share: z.number().min(0).max(1).default(1).describe("Share of these requests, chosen by the seed"),
};

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
  /** What is sent in one direction does not arrive, and nobody is told; it arrives once the fault is healed. */
  z.strictObject({ kind: z.literal("link-partition"), links, direction: z.enum(["to-server", "to-client"]) }),
  /** Bytes of what the server sends are changed on the way. */
  z.strictObject({
    kind: z.literal("link-corrupt"),
    links,
    percent: z.int().min(1).max(100).default(100).describe("Of the chunks of data, as they happen to come in"),
    bytes: z.int().positive().default(1).describe("Changed in such a chunk"),
  }),
  /** What the server sends comes at this rate at most. */
  z.strictObject({ kind: z.literal("link-bandwidth"), links, kilobytesPerSecond: z.int().positive() }),
  /** What the server sends comes in small pieces. */
  z.strictObject({
    kind: z.literal("link-slice"),
    links,
    averageBytes: z.int().positive(),
    variationBytes: z.int().nonnegative().default(0),
    pause: durationSchema.default("0ms").describe("After each piece"),
  }),
  /** Connections break off once the server has sent so much over them. */
  z.strictObject({ kind: z.literal("link-limit"), links, bytes: z.int().nonnegative() }),
  /** Requests are answered on the way, and the server does not see them. */
  z.strictObject({
    kind: z.literal("http-answer"),
    ...requests,
    status: z.int().min(200).max(599).describe("Such as 503 or 429"),
    retryAfter: durationSchema.default("0s").describe("The header Retry-After, in whole seconds; 0: without it"),
  }),
  /** Answers have bodies that cannot be read; their heads are right. */
  z.strictObject({ kind: z.literal("http-malformed"), ...requests }),
  /** The heads of answers come at once, their bodies late and slowly. */
  z.strictObject({
    kind: z.literal("http-slow"),
    ...requests,
    delay: durationSchema,
    bytesPerSecond: z.int().nonnegative().default(0).describe("0: no limit"),
  }),
]);

export type FaultSpec = z.infer<typeof faultSchema>;
export type FaultKind = FaultSpec["kind"];

/** What a fault acts on, as one text for logs and reports. */
export function placeOfFault(spec: FaultSpec): string {
  if ("method" in spec) return `${`${spec.method} ${spec.path}`.trim() || "requests"} over ${spec.links.join(", ")}`;
  return "links" in spec ? spec.links.join(", ") : placeOfNodeFault(spec);
}

/** Which clock a recovery time takes when the objective names none: a kill is the system's to repair, a cut is healed by the scenario. */
export function defaultClock(kind: FaultKind): "fault" | "heal" {
  return repairedBySystem.has(kind) ? "fault" : "heal";
}
