/** Faults, as data: one disturbance with a place. Its duration belongs to the step of the scenario. */

import { z } from "zod";
import { durationSchema, nameSchema } from "./words.ts";

const links = z.array(nameSchema).min(1).describe("Names of links of the target");

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
  z.strictObject({ kind: z.literal("link-latency"), links, delay: durationSchema, jitter: durationSchema.default("0ms") }),
  /** Connections are accepted and nothing comes back (a black hole). */
  z.strictObject({ kind: z.literal("link-stall"), links }),
  /** Connections are reset. */
  z.strictObject({ kind: z.literal("link-reset"), links }),
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
    case "link-partition":
    case "link-corrupt":
    case "link-bandwidth":
    case "link-slice":
    case "link-limit":
      return spec.links.join(", ");
    case "http-answer":
    case "http-malformed":
    case "http-slow":
      return `${`${spec.method} ${spec.path}`.trim() || "requests"} over ${spec.links.join(", ")}`;
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
