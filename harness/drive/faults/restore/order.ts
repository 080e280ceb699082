/** What can be put right again by a tool, as data: it stands in the journal of the supervisor, so there is no password in it. */

import { z } from "zod";
import type { Undo } from "../../supervisor/protocol.ts";

const address = z.strictObject({ host: z.string(), port: z.int() });

export const restoreOrderSchema = z.discriminatedUnion("restore", [
  /** Set one after the other, in this order. */
  z.strictObject({ restore: z.literal("redis-settings"), address, settings: z.array(z.strictObject({ name: z.string(), value: z.string() })) }),
  /** A setting that ALTER SYSTEM has changed goes back to `value`, which it had without that. */
  z.strictObject({
    restore: z.literal("postgres-setting"),
    address,
    database: z.string(),
    passwordFile: z.string(),
    dataFolder: z.string(),
    name: z.string().regex(/^[a-z_]+$/),
    value: z.string(),
  }),
]);

export type RestoreOrder = z.infer<typeof restoreOrderSchema>;
export type Restore<Kind extends RestoreOrder["restore"]> = Extract<RestoreOrder, { restore: Kind }>;

/** The setting lives in the node: without its process `livesIn` there is nothing to put right. null: the supervisor does not know its process. */
export function undoOfRestore(order: RestoreOrder, livesIn: string | null): Undo {
  return { do: "run", module: "harness/drive/faults/restore/main", input: JSON.stringify(order), livesIn };
}
