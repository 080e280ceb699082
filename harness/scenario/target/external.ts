/** Where a target is that is up already: addresses, and a Toxiproxy that is on its way (`--stack external`). */

import { z } from "zod";
import { parseAddress } from "../../base/loopback-address.ts";
import { nameSchema } from "../words.ts";

const placeSchema = z.string().refine((text) => (parseAddress(text)?.port ?? 0) > 0, "must be host:port");

export const externalSchema = z.strictObject({
  nodes: z.record(nameSchema, z.union([placeSchema, z.record(nameSchema, placeSchema)])).describe("Of every node: host:port, or several by the names of its ports. A host beyond loopback has to be allowed as well"),
  toxiproxy: placeSchema.optional().describe("Control interface, on loopback, of the Toxiproxy whose proxies have the names of the links; without one there are no faults on links"),
});

export type External = z.infer<typeof externalSchema>;
