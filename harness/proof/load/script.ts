/** How a scripted server answers, and what its log says of each request. */

import { z } from "zod";

export const scriptSchema = z.discriminatedUnion("kind", [
  /** Every answer after `delayMs`. */
  z.strictObject({ kind: z.literal("fixed"), delayMs: z.number() }),
  /** Every `longEvery`-th request (by its number) takes `longMs`, the others `shortMs`. */
  z.strictObject({ kind: z.literal("bimodal"), shortMs: z.number(), longMs: z.number(), longEvery: z.int() }),
  /** At once, but nothing for `forMs`, from `afterMs` after the first request on; then all that waits. */
  z.strictObject({ kind: z.literal("stall"), afterMs: z.number(), forMs: z.number() }),
  /** One after the other, `ratePerSecond` of them and no more. */
  z.strictObject({ kind: z.literal("slow"), ratePerSecond: z.number() }),
]);

export type Script = z.infer<typeof scriptSchema>;

/** What the server saw of a request, by the host's monotonic clock. */
export interface Served {
  /** The number in its path: the arrival that made it. */
  readonly n: number;
  /** Connections in the order in which they were accepted. */
  readonly connection: number;
  readonly arrivedUs: number;
  /** Right before its answer was handed to the system. */
  readonly answeredUs: number;
}

export interface ServerLog {
  /** In the order of answering. */
  readonly served: readonly Served[];
  /** Of the script `stall`: when it began and ended; null for the others and before the first request. */
  readonly stall: { readonly fromUs: number; readonly toUs: number } | null;
}

const fields = 4;
const bytesOfField = 8;
const headFields = 2;

/** Doubles: begin and end of the stall (0 without), then four for each request. */
export function encodeLog({ served, stall }: ServerLog): Buffer {
  const doubles = new Float64Array(headFields + served.length * fields);
  doubles.set([stall?.fromUs ?? 0, stall?.toUs ?? 0]);
  for (const [row, { n, connection, arrivedUs, answeredUs }] of served.entries()) doubles.set([n, connection, arrivedUs, answeredUs], headFields + row * fields);
  return Buffer.from(doubles.buffer);
}

export function decodeLog(bytes: Buffer): ServerLog {
  const at = (index: number): number => bytes.readDoubleLE(index * bytesOfField);
  const rows = (bytes.length / bytesOfField - headFields) / fields;
  const served = Array.from({ length: rows }, (_unused, row): Served => {
    const first = headFields + row * fields;
    return { n: at(first), connection: at(first + 1), arrivedUs: at(first + 2), answeredUs: at(first + 3) };
  });
  return { served, stall: at(1) === 0 ? null : { fromUs: at(0), toUs: at(1) } };
}
