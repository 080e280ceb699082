/** Operations of a drill, as data: what the people who run a system would do. Each has a place; its time, or its turn, belongs to the scenario. */

import { z } from "zod";
import { durationSchema, lineSchema, nameSchema, templateSchema } from "../words.ts";
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

const operationSchema = z.discriminatedUnion("kind", [
  /** The data of a store is backed up, as the target says. */
  z.strictObject({ kind: z.literal("back-up"), node }),
  commandSchema,
  /** A person does it. */
  manualSchema,
]);

/**
 * At its time, beside load and faults. A back-up that fails is written down, and the scenario goes on: what is not restored in the end shows. A command that
 * fails ends the scenario, and so does a person who does not come.
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

/** "back-up of postgres"; what a command or a person does, in the words of whoever wrote it. */
export function describeOperation(operation: OperationStep["operation"] | RepairStep): string {
  if (operation.kind === "manual") return `${operation.text} (${operation.part}, ${operation.owner})`;
  return operation.kind === "command" ? operation.does : `${operation.kind} of ${operation.node}`;
}
