/** Operations of a drill, as data: what the people who run a system would do. Each has a place; its time, or its turn, belongs to the scenario. */

import { z } from "zod";
import { durationSchema, nameSchema } from "../words.ts";

const node = nameSchema.describe("A node that the target says how to back up (`backups`)");

const operationSchema = z.discriminatedUnion("kind", [
  /** The data of a store is backed up, as the target says. */
  z.strictObject({ kind: z.literal("back-up"), node }),
]);

/** At its time, beside load and faults. One that fails is written down, and the scenario goes on: what is not restored in the end shows in what is judged. */
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
]);

export type RepairStep = z.infer<typeof repairStepSchema>;

/** What is done about a fault when its time is over, one after the other; then it counts as healed. The time line keeps `within` free for it. */
export const repairSchema = z.strictObject({
  within: durationSchema,
  steps: z.array(repairStepSchema).min(1),
});
