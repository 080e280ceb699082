/** What `upstreams.ts` says of itself: a port for each way of being a bad server, and one for a good one. */

import { z } from "zod";

export const portsSchema = z.object({ echo: z.int(), slow: z.int(), resets: z.int(), floods: z.int() });

export type Ports = z.infer<typeof portsSchema>;
