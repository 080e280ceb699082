/** What the probe process is told: its configuration in a file, then lines on its input. */

import { z } from "zod";
import { targetSchema } from "../../scenario/target/target.ts";
import type { Addresses } from "../stack/address.ts";

const addressesSchema = z.custom<Addresses>((value) => typeof value === "object" && value !== null && "nodes" in value && "links" in value, "must hold nodes and links");

export const probeConfigSchema = z.strictObject({
  /** Folder of the scenario's log: the segment is `probe.events`. */
  logFolder: z.string().min(1),
  /** How long the load runs; probing goes on after it, until the process is told to stop. */
  totalMs: z.number().positive(),
  ...targetSchema.pick({ probes: true, completions: true, gauges: true, ledgers: true, facts: true }).shape,
  addresses: addressesSchema,
  /** A control: what is read back from this ledger is told otherwise. */
  altered: z.strictObject({ ledger: z.string(), everyNth: z.int().positive(), how: z.enum(["withheld", "doubled"]) }).optional(),
  /** `address:port` pairs beyond loopback that may be asked. */
  allowed: z.array(z.string()).default([]),
  /** Texts that must not get into the log, in any spelling. */
  secrets: z.array(z.string()).default([]),
});

export type ProbeConfig = z.infer<typeof probeConfigSchema>;

/** First the start, an instant of the host's monotonic clock; then, each when the harness wants it, the read-back and the end. */
export const probeLineSchema = z.union([
  z.strictObject({ startAtUs: z.number() }),
  z.strictObject({ readBack: z.literal(true) }),
  z.strictObject({ stop: z.literal(true) }),
]);

export type ProbeLine = z.infer<typeof probeLineSchema>;
