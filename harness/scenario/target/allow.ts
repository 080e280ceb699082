/**
 * `roadworthy.allow.yaml`: hosts beyond this machine that a team has agreed may be sent load and faults. Half of a permission; `--allow-target`
 * is the other (R29). And what containers of a run may be given that is not the run's own (R38).
 */

import { z } from "zod";
import { nameSchema } from "../words.ts";

export const allowFileName = "roadworthy.allow.yaml";

const reason = z.string().min(1).describe("Why, for whoever reads the file");

const composeAllowanceSchema = z.strictObject({
  binds: z.array(z.strictObject({ path: z.string().min(1), reason })).default([]).describe("Folders and files of this machine that containers may write to; relative to this file"),
  volumes: z.array(z.strictObject({ name: z.string().min(1), reason })).default([]).describe("External volumes that containers may use; nothing is ever destroyed on them"),
  networks: z.array(z.strictObject({ name: z.string().min(1), reason })).default([]).describe("External networks that may be left out: a fresh one takes the place, without the strangers in it"),
  engines: z
    .array(z.strictObject({ host: z.string().min(1).max(253).describe("As DOCKER_HOST names it"), port: z.int().min(1).max(65_535), reason }))
    .default([])
    .describe("Container engines on other machines; the ports that a run publishes there are open to whoever reaches that machine"),
  egress: z
    .array(
      z.strictObject({
        host: z.string().min(1).max(253).describe("The name by which services call it; `host.docker.internal` is the machine of the engine"),
        port: z.int().min(1).max(65_535),
        services: z.array(nameSchema).min(1).optional().describe("Those that may call it; all when left out"),
        reason,
      }),
    )
    .default([])
    .describe("Places outside of the stack that its services may call; all others are out of their reach"),
  machine: z
    .strictObject({ reason })
    .optional()
    .describe("On an engine that cannot close networks to its machine, such as Podman: that services may reach whatever listens on that machine"),
});

export type ComposeAllowance = z.infer<typeof composeAllowanceSchema>;

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
  compose: composeAllowanceSchema.prefault({}),
});

export type AllowFile = z.infer<typeof allowFileSchema>;
