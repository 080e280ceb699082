/** What can be put right again by a tool, as data: it stands in the journal of the supervisor, so there is no password in it. */

import { z } from "zod";
import { addressSchema } from "../../stack/address.ts";
import type { Undo } from "../../supervisor/protocol.ts";


export const restoreOrderSchema = z.discriminatedUnion("restore", [
  /** Set one after the other, in this order. */
  z.strictObject({ restore: z.literal("redis-settings"), address: addressSchema, settings: z.array(z.strictObject({ name: z.string(), value: z.string() })) }),
  /** A setting that ALTER SYSTEM has changed goes back to `value`, which it had without that. */
  z.strictObject({
    restore: z.literal("postgres-setting"),
    address: addressSchema,
    database: z.string(),
    user: z.string(),
    passwordFile: z.string(),
    /** null: in a container, which starts again with what stands there. */
    dataFolder: z.string().nullable(),
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
