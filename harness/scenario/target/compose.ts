/** Where the target's nodes are in compose files: what `--stack docker` brings up. The files are read as they are, and never changed. */

import { z } from "zod";
import { nameSchema } from "../words.ts";

/** As compose itself names services, volumes and networks. */
export const composeNameSchema = nameSchema;

export const composeSchema = z.strictObject({
  files: z.array(z.string().min(1)).min(1).describe("Relative to the target's file, in the order of `-f`"),
  profiles: z.array(nameSchema).default([]),
  envFiles: z.array(z.string().min(1)).default([]).describe("Variables that the compose files name, as `--env-file`; the `.env` beside the first file when left out"),
  projectFolder: z.string().min(1).optional().describe("What relative paths in the compose files start from; the folder of the first one when left out"),
});

export type ComposeSpec = z.infer<typeof composeSchema>;
