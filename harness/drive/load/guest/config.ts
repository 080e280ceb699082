/** What the process of a workload is told that another tool sends, in a file. */

import { z } from "zod";
import { targetSchema } from "../../../scenario/target/target.ts";
import { guestWorkloadSchema } from "../../../scenario/workload/engines.ts";
import type { Addresses } from "../../stack/address.ts";

const addressesSchema = z.custom<Addresses>((value) => typeof value === "object" && value !== null && "nodes" in value && "links" in value, "must hold nodes and links");

export const guestConfigSchema = z.strictObject({
  /** Folder of the scenario's log: the segments are `<engine>-<workload>.events` and `.requests`. */
  logFolder: z.string().min(1),
  totalMs: z.number().positive(),
  /** Its script is a whole path, and the places in its environment are filled in. */
  workload: guestWorkloadSchema,
  target: targetSchema.pick({ routes: true, ledgers: true }),
  /** What {{run}} gives in the ids of a ledger's writes: unique for each scenario on a stack. */
  run: z.string().default(""),
  addresses: addressesSchema,
  /** `address:port` pairs beyond loopback that may be sent to. */
  allowed: z.array(z.string()).default([]),
  /** Texts that must not get into the log, in any spelling. */
  secrets: z.array(z.string()).default([]),
  /** The tool itself; empty where it is a library. */
  program: z.string(),
  /** For the tool's own files; removed at the end of the run. */
  scratchFolder: z.string().min(1),
});

export type GuestConfig = z.infer<typeof guestConfigSchema>;
