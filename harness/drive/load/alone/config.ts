/** What a process of `roadworthy load` is told, in lines: first its configuration, then an order for each stretch of load. */

import { z } from "zod";
import { profileSchema } from "../../../scenario/workload/profile.ts";
import { routeSchema } from "../../../scenario/route.ts";

export const aloneConfigSchema = z.strictObject({
  /** A literal address, looked up and pinned, and whether TLS is spoken there. */
  origin: z.strictObject({
    address: z.strictObject({ host: z.string(), port: z.int().min(1).max(65_535) }),
    tls: z.strictObject({ serverName: z.string().nullable(), insecure: z.boolean() }).nullable(),
  }),
  /** `address:port` pairs beyond loopback that may be sent to. */
  allowed: z.array(z.string()),
  route: routeSchema,
  /** How many redirects of an answer are followed. */
  redirects: z.int().min(0),
  /** Most connections of all processes together. */
  connections: z.int().min(1),
  timeoutMs: z.number().positive(),
  seed: z.int(),
  /** Which part of the load is this process's. */
  part: z.strictObject({ number: z.int().min(1), of: z.int().min(1) }),
  /** A response time of so much or more is counted as bad, for each limit; a request that failed or was dropped is bad in any case. */
  badFromUs: z.array(z.number()),
});

export type AloneConfig = z.infer<typeof aloneConfigSchema>;

export const orderSchema = z.strictObject({
  /** Of all processes together. */
  profile: profileSchema,
  startAtUs: z.number(),
  totalMs: z.number().positive(),
  /** What is due before is sent and not counted. */
  countFromMs: z.number().min(0),
});

export type Order = z.infer<typeof orderSchema>;
