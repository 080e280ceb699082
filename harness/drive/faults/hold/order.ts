/** What a holder can be told to hold, as data: one line of JSON on its standard input. */

import { z } from "zod";
import { addressSchema } from "../../stack/address.ts";

const login = z.strictObject({ user: z.string(), password: z.string(), database: z.string() });

export const holdOrderSchema = z.discriminatedUnion("hold", [
  z.strictObject({ hold: z.literal("connections"), address: addressSchema, login }),
  z.strictObject({ hold: z.literal("table-lock"), address: addressSchema, login, table: z.string(), withinMs: z.number() }),
  z.strictObject({ hold: z.literal("redis-pause"), address: addressSchema }),
  /** Never more than `sizeMiB`, and only on a file system in memory of about that size. */
  z.strictObject({ hold: z.literal("disk"), folder: z.string(), sizeMiB: z.int() }),
  /** Ends by itself after this time. */
  z.strictObject({ hold: z.literal("processor"), forMs: z.number() }),
]);

export type HoldOrder = z.infer<typeof holdOrderSchema>;
export type Hold<Kind extends HoldOrder["hold"]> = Extract<HoldOrder, { hold: Kind }>;

export interface Holding {
  /** Tells that it is held from now on; only the first call counts. */
  readonly say: (what: string) => void;
  /** Aborted when it is to be let go. */
  readonly ended: AbortSignal;
}
