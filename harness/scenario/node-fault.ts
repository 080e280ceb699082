/** Faults of nodes, as data: their processes, the PostgreSQL or Redis that they are, the disk and the processor that they have. */

import { z } from "zod";
import { durationSchema, nameSchema, templateSchema } from "./words.ts";

const node = nameSchema;

function argumentsOf(text: string) {
  return z.array(templateSchema).min(1).describe(text);
}

/** Which processes of a node. */
const choice = {
  node,
  command: z.string().min(1).optional().describe("Text that the command line of the processes contains; any when left out"),
  count: z.union([z.int().positive(), z.literal("all")]).default(1).describe("How many, chosen by the seed"),
  first: z.boolean().default(false).describe("Whether the node's own first process may be among them, not only those that it started"),
};

export const nodeFaultSchemas = [
  /** The node is stopped in an orderly way; healing starts it again. */
  z.strictObject({
    kind: z.literal("node-stop"),
    node,
    mode: z.enum(["fast", "immediate"]).default("fast").describe("immediate: PostgreSQL only, without a checkpoint, so that it recovers when it starts"),
  }),
  /** SIGKILL of the node with all of its processes; its restart policy brings it back, or else healing does. */
  z.strictObject({ kind: z.literal("node-kill"), node }),
  /** All containers of the node are frozen. Only with `--stack docker`. */
  z.strictObject({ kind: z.literal("node-pause"), node }),
  /** All containers of the node are taken out of their networks. Only with `--stack docker`. */
  z.strictObject({ kind: z.literal("node-disconnect"), node }),
  /** All containers of the node get less than before. Only with `--stack docker`. */
  z.strictObject({
    kind: z.literal("node-limit"),
    node,
    cpus: z.number().min(0.01).max(1024).optional().describe("Processors that each may use: 0.5 is half of one"),
    memoryMiB: z.int().min(6).max(1_048_576).optional().describe("Memory that each may use, without swap"),
  }),
  /** SIGKILL of processes of the node, such as workers under their supervisor. */
  z.strictObject({ kind: z.literal("process-kill"), ...choice }),
  /** SIGTERM of processes of the node: they may end in order. */
  z.strictObject({ kind: z.literal("process-terminate"), ...choice }),
  /** SIGSTOP of processes of the node: they are there and do nothing. Healing lets them go on. */
  z.strictObject({ kind: z.literal("process-pause"), ...choice }),
  /** SIGKILL of one process that serves a client; PostgreSQL then ends all of its processes and recovers. */
  z.strictObject({ kind: z.literal("postgres-kill-backend"), node }),
  /** SIGKILL of PostgreSQL's first process alone; the others notice it and end. */
  z.strictObject({ kind: z.literal("postgres-kill-postmaster"), node }),
  /** All connections that clients may have are taken; those that clients have already go on. */
  z.strictObject({ kind: z.literal("postgres-connections-exhausted"), node }),
  /** An ACCESS EXCLUSIVE lock on a table is held: nobody reads or writes it. */
  z.strictObject({ kind: z.literal("postgres-table-lock"), node, table: z.string().regex(/^[\w$]{1,63}(\.[\w$]{1,63})?$/).describe("As it is stored, with its schema where it needs one: `jobs`, `public.jobs`") }),
  /** Transactions may only read, as on a standby that is not promoted yet. */
  z.strictObject({ kind: z.literal("postgres-read-only"), node }),
  /** Redis accepts connections and commands, and answers none. */
  z.strictObject({ kind: z.literal("redis-pause"), node }),
  /** All keys of all databases are deleted. */
  z.strictObject({ kind: z.literal("redis-flush"), node, destructive: z.literal(true).describe("Has to be said: what is deleted does not come back") }),
  /** The memory limit is reached, and nothing is evicted: Redis refuses what would need memory. */
  z.strictObject({ kind: z.literal("redis-memory-full"), node }),
  /** The store is ended at once, and all of its data are deleted; what brings them back is the step's `repair`. */
  z.strictObject({ kind: z.literal("store-destroy"), node, destructive: z.literal(true).describe("Has to be said: what is not in a back-up does not come back") }),
  /** The small disk of a store (`diskMiB` of its node) is filled. */
  z.strictObject({ kind: z.literal("disk-full"), node }),
  /** A command of your own disturbs the node, another one heals it. Argument lists, never a shell line; harmless when carried out twice. */
  z.strictObject({
    kind: z.literal("command"),
    node: node.describe("What it disturbs"),
    inject: argumentsOf("Disturbs the node. {{node:name}} and {{link:name}} become host:port; a relative path counts from the target's file"),
    heal: argumentsOf("Takes that back, also when it was never done: whoever dies, it is run"),
    felt: argumentsOf("Ends with 0 once the effect can be seen, and not before"),
    settled: argumentsOf("Ends with 0 once it is over; when left out, the node is asked by its ready check").optional(),
    within: durationSchema.default("30s").describe("Time for `inject`"),
  }),
  /** Busy processes beside the node take its processor time. */
  z.strictObject({ kind: z.literal("cpu-hog"), node, processes: z.int().min(1).max(64).default(1).describe("How many, each as busy as one core allows") }),
] as const;

export type NodeFaultSpec = z.infer<(typeof nodeFaultSchemas)[number]>;

/** What it acts on, as one text for logs and reports. */
export function placeOfNodeFault(spec: NodeFaultSpec): string {
  switch (spec.kind) {
    case "process-kill":
    case "process-terminate":
    case "process-pause":
      return `${spec.count === "all" ? "all" : spec.count} × ${spec.command ?? "processes"} of ${spec.node}`;
    case "postgres-kill-backend":
      return `one connection's process of ${spec.node}`;
    case "postgres-kill-postmaster":
      return `postmaster of ${spec.node}`;
    case "postgres-connections-exhausted":
      return `connections of ${spec.node}`;
    case "postgres-table-lock":
      return `table ${spec.table} of ${spec.node}`;
    case "disk-full":
      return `disk of ${spec.node}`;
    case "store-destroy":
      return `${spec.node} and its data`;
    case "cpu-hog":
      return `${spec.processes} × core beside ${spec.node}`;
    case "node-stop":
    case "node-kill":
    case "node-pause":
    case "node-disconnect":
    case "node-limit":
    case "postgres-read-only":
    case "redis-pause":
    case "redis-flush":
    case "redis-memory-full":
    case "command":
      return spec.node;
  }
}

/** What the system has to repair by itself: nothing that the scenario heals would bring it back. */
export const repairedBySystem: ReadonlySet<string> = new Set<NodeFaultSpec["kind"]>([
  "node-kill",
  "process-kill",
  "process-terminate",
  "postgres-kill-backend",
  "postgres-kill-postmaster",
  "redis-flush",
  "store-destroy",
]);
