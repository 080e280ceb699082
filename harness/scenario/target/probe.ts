/** Probes: small fixed-rate checks on a fresh connection, apart from the load. */

import { z } from "zod";
import { expectSchema } from "../route.ts";
import { durationSchema, nameSchema } from "../words.ts";

/** Where a probe looks: at a node directly, or through a link as the service does. */
export const probePlaceSchema = z.union([
  z.strictObject({ node: nameSchema, port: nameSchema.default("main") }),
  z.strictObject({ link: nameSchema }),
]);

export type ProbePlace = z.infer<typeof probePlaceSchema>;

const shared = {
  at: probePlaceSchema,
  every: durationSchema.default("200ms"),
  timeout: durationSchema.default("1s"),
};

export const probeSchema = z.discriminatedUnion("layer", [
  z.strictObject({ layer: z.literal("tcp"), ...shared }),
  z.strictObject({ layer: z.literal("postgres"), ...shared, statement: z.string().default("select 1") }),
  z.strictObject({ layer: z.literal("redis"), ...shared, command: z.array(z.string()).min(1).default(["PING"]) }),
  z.strictObject({ layer: z.literal("http"), ...shared, path: z.string().startsWith("/"), expect: expectSchema.prefault({}) }),
]);

export type ProbeSpec = z.infer<typeof probeSchema>;
