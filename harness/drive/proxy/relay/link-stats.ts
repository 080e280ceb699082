/** What a link has seen: the witness that a fault took effect. `GET /proxies/{name}/stats`, our extension of the interface. */

import { z } from "zod";

export const linkStatsSchema = z.object({
  /** Connections since the link was made, and those open now. */
  accepted: z.int(),
  current: z.int(),
  /** Connections that ended because the upstream could not be reached, or was not allowed. */
  upstreamRefused: z.int(),
  lastUpstreamError: z.string().nullable(),
  /** Whether requests are told apart; false of a link that is not marked `http`. */
  http: z.boolean().default(false),
  /** Bytes handed on, client → upstream and upstream → client. */
  bytesUp: z.int(),
  bytesDown: z.int(),
  /** How much of that were the harness's own connections; null where they cannot be told from others. */
  own: z.object({ accepted: z.int(), bytesUp: z.int(), bytesDown: z.int() }).nullable(),
  /** The toxics there are now: connections with data or an end that met the toxic, bytes that did, and requests that it struck. */
  toxics: z.array(
    z.object({ name: z.string(), type: z.string(), stream: z.enum(["upstream", "downstream"]), connections: z.int(), bytes: z.int(), requests: z.int().default(0) }),
  ),
});

export type LinkStats = z.infer<typeof linkStatsSchema>;
