/** Operations of a drill, as data: what the people who run a system would do. Each has a place; its time, or its turn, belongs to the scenario. */

import { z } from "zod";
import { durationSchema, lineSchema, nameSchema, templateSchema, variableSchema } from "../words.ts";
import { manualSchema } from "./manual.ts";

const node = nameSchema.describe("A node that the target says how to back up (`backups`)");

/** Deploy, roll back, scale, promote: whatever a command of your own does. An argument list, never a shell line. */
const commandSchema = z.strictObject({
  kind: z.literal("command"),
  node: nameSchema.describe("What it is done to"),
  does: lineSchema.min(1).describe("For people: roll out version 2"),
  command: z.array(templateSchema).min(1).describe("{{node:name}} and {{link:name}} become host:port; a relative path counts from the target's file; it finds the environment that Roadworthy was started with"),
});

export type OwnCommand = z.infer<typeof commandSchema>;

const changed = nameSchema.describe("A node of processes or containers. What a store needs for it is its own: there, use a command");

/** So many of it from now on. */
const scaleSchema = z.strictObject({ kind: z.literal("scale"), node: changed, replicas: z.int().min(1).max(64) });

/** One replica after the other gets another version, each ready by its own check before the next one's turn. What differs counts from what the target says. */
const rollingDeploySchema = z.strictObject({
  kind: z.literal("rolling-deploy"),
  node: changed,
  version: lineSchema.min(1).describe("For people: 2.4.1"),
  env: z.record(variableSchema, templateSchema).default({}).describe("What is different in its environment; in containers only {{run}} is filled in"),
  command: z.array(templateSchema).min(1).optional().describe("Of a process, with the places of the target's own command"),
  image: lineSchema.min(1).optional().describe("Of a container"),
  order: z.enum(["stop-first", "start-first"]).default("stop-first").describe("start-first: one more than there are, for as long as it takes; for containers only"),
});

/** What ran before that deploy runs again, one replica after the other in the same way. */
const rollBackSchema = z.strictObject({ kind: z.literal("roll-back"), of: nameSchema.describe("Id of the rolling deploy that is taken back") });

/** A copy of a PostgreSQL server takes the place of the one that it follows: all that led there leads to it from then on. */
const promoteSchema = z.strictObject({ kind: z.literal("promote"), node: nameSchema.describe("A node of kind postgres with `replicaOf`") });

const operationSchema = z.discriminatedUnion("kind", [
  /** The data of a store is backed up, as the target says. */
  z.strictObject({ kind: z.literal("back-up"), node }),
  scaleSchema,
  rollingDeploySchema,
  rollBackSchema,
  promoteSchema,
  commandSchema,
  /** A person does it. */
  manualSchema,
]);

type Operation = z.infer<typeof operationSchema>;
export type Promote = z.infer<typeof promoteSchema>;
export type RollingDeploy = z.infer<typeof rollingDeploySchema>;
/** What the stack itself does to a node. */
export type StackChange = z.infer<typeof scaleSchema> | RollingDeploy | Promote;

/**
 * At its time, beside load and faults; those on one node wait for one another. A back-up that fails is written down, and the scenario goes on: what is not
 * restored in the end shows, and where nothing is restored, nothing passes. So does a deploy that is rolled back later. Any other that fails ends the scenario, and so does a person who does not come.
 */
export const operationStepSchema = z.strictObject({
  id: nameSchema,
  at: durationSchema.default("0s").describe("From the start of the fault phase"),
  within: durationSchema.default("60s").describe("Time for it, after which it has failed"),
  operation: operationSchema,
});

export type OperationStep = z.infer<typeof operationStepSchema>;

const repairStepSchema = z.discriminatedUnion("kind", [
  /** The last back-up of a store is brought back. */
  z.strictObject({ kind: z.literal("restore"), node }),
  promoteSchema,
  commandSchema,
  /** A person does it, or confirms that it is so. */
  manualSchema,
]);

export type RepairStep = z.infer<typeof repairStepSchema>;

/** What is done about a fault when its time is over, one after the other; then it counts as healed. The time line keeps `within` free for it. */
export const repairSchema = z.strictObject({
  within: durationSchema,
  steps: z.array(repairStepSchema).min(1),
});

/** The deploy that a roll-back is about; null when there is none of that id. */
export function deployOf(id: string, operations: readonly OperationStep[]): RollingDeploy | null {
  const found = operations.find((step) => step.id === id)?.operation;
  return found?.kind === "rolling-deploy" ? found : null;
}

/** "back-up of postgres"; what a command or a person does, in the words of whoever wrote it. */
export function describeOperation(operation: Operation | RepairStep): string {
  switch (operation.kind) {
    case "command":
      return operation.does;
    case "manual":
      return `${operation.text} (${operation.part}, ${operation.owner})`;
    case "scale":
      return `scale ${operation.node} to ${operation.replicas}`;
    case "rolling-deploy":
      return `rolling deploy of ${operation.node} ${operation.version}, ${operation.order}`;
    case "promote":
      return `promote ${operation.node}`;
    case "roll-back":
      return `roll back ${operation.of}`;
    case "back-up":
    case "restore":
      return `${operation.kind} of ${operation.node}`;
  }
}
