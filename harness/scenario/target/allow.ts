/** `roadworthy.allow.yaml`: hosts beyond this machine that a team has agreed may be sent load and faults. Half of a permission; `--allow-target` is the other (R29). */

import { z } from "zod";

export const allowFileName = "roadworthy.allow.yaml";

export const allowFileSchema = z.strictObject({
  hosts: z
    .array(
      z.strictObject({
        host: z.string().min(1).max(253).describe("A literal address, or a name: then the addresses that it has when the run begins"),
        port: z.int().min(1).max(65_535),
        reason: z.string().min(1).describe("Why it may be touched, for whoever reads the file"),
      }),
    )
    .default([]),
});

export type AllowFile = z.infer<typeof allowFileSchema>;
