/** What the load process is told, in a file. */

import { z } from "zod";
import { objectiveSchema } from "../../scenario/objective.ts";
import { targetSchema } from "../../scenario/target/target.ts";
import { ownWorkloadSchema } from "../../scenario/workload/workload.ts";
import type { Addresses } from "../stack/address.ts";
import { wholeLoad } from "./threads.ts";

const addressesSchema = z.custom<Addresses>((value) => typeof value === "object" && value !== null && "nodes" in value && "links" in value, "must hold nodes and links");

export const loadConfigSchema = z.strictObject({
  /** Folder of the scenario's log: the segments are `load.events` and `load.requests`, or `load-1.events` … of several processes. */
  logFolder: z.string().min(1),
  seed: z.int(),
  /** What {{run}} gives in the ids of writes: unique for each scenario on a stack. */
  run: z.string().min(1),
  totalMs: z.number().positive(),
  /** Of it, the warm-up: a search begins when it ends. */
  warmUpMs: z.number().nonnegative().default(0),
  /** What a search must keep. */
  objectives: z.array(objectiveSchema).default([]),
  /** Which of the load processes this is; see threads.ts. */
  part: z.strictObject({ number: z.int().min(1), of: z.int().min(1) }).default(wholeLoad),
  workloads: z.array(ownWorkloadSchema),
  target: targetSchema.pick({ routes: true, ledgers: true }),
  addresses: addressesSchema,
  /** `address:port` pairs beyond loopback that may be sent to. */
  allowed: z.array(z.string()).default([]),
  /** Texts that must not get into the log, in any spelling. */
  secrets: z.array(z.string()).default([]),
});

export type LoadConfig = z.infer<typeof loadConfigSchema>;

/** The line that starts the load: an instant of the host's monotonic clock, now or to come. */
export const startSchema = z.strictObject({ startAtUs: z.number() });
