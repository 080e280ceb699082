/**
 * What `docker compose config --format json` answers: several files, profiles, anchors, `extends`, `env_file` and variables are one model by
 * then, with absolute paths and long forms throughout. Only what is decided on is named here; everything else goes through untouched.
 */

import { z } from "zod";
import { RoadworthyError } from "../../../base/error.ts";

const textListSchema = z.union([z.string().transform((text) => [text]), z.array(z.string())]).nullish();

const mountSchema = z.looseObject({
  type: z.string(),
  source: z.string().optional(),
  target: z.string().optional(),
  read_only: z.boolean().optional(),
});

const hooksSchema = z.array(z.looseObject({ privileged: z.boolean().nullish() })).nullish();

const portSchema = z.looseObject({ target: z.int(), protocol: z.string().optional() });

export const composeServiceSchema = z.looseObject({
  image: z.string().optional(),
  build: z.unknown().optional(),
  pull_policy: z.string().optional(),
  container_name: z.string().optional(),
  command: textListSchema,
  entrypoint: textListSchema,
  environment: z.record(z.string(), z.string().nullable()).nullish(),
  expose: z.array(z.union([z.string(), z.number()]).transform(String)).nullish(),
  ports: z.array(portSchema).nullish(),
  networks: z.record(z.string(), z.looseObject({ aliases: z.array(z.string()).nullish() }).nullable()).nullish(),
  network_mode: z.string().optional(),
  depends_on: z.record(z.string(), z.looseObject({ condition: z.string().optional() })).nullish(),
  links: z.array(z.string()).nullish(),
  external_links: z.array(z.string()).nullish(),
  volumes: z.array(mountSchema).nullish(),
  secrets: z.array(z.looseObject({ source: z.string(), target: z.string().optional() })).nullish(),
  volumes_from: z.array(z.string()).nullish(),
  provider: z.unknown().optional(),
  privileged: z.boolean().optional(),
  pid: z.string().optional(),
  ipc: z.string().optional(),
  userns_mode: z.string().optional(),
  cap_add: z.array(z.string()).nullish(),
  sysctls: z.record(z.string(), z.unknown()).nullish(),
  devices: z.array(z.unknown()).nullish(),
  device_cgroup_rules: z.array(z.unknown()).nullish(),
  use_api_socket: z.boolean().nullish(),
  post_start: hooksSchema,
  pre_stop: hooksSchema,
  labels: z.record(z.string(), z.string()).nullish(),
});

const volumeSchema = z.looseObject({ name: z.string().optional(), external: z.boolean().optional(), driver: z.string().optional(), driver_opts: z.record(z.string(), z.unknown()).nullish() });
const networkSchema = z.looseObject({ name: z.string().optional(), external: z.boolean().optional() });
const fileSchema = z.looseObject({ file: z.string().optional(), environment: z.string().optional(), name: z.string().optional(), external: z.boolean().optional() });

export const composeModelSchema = z.looseObject({
  name: z.string().optional(),
  services: z.record(z.string(), composeServiceSchema),
  networks: z.record(z.string(), networkSchema.nullable()).nullish(),
  volumes: z.record(z.string(), volumeSchema.nullable()).nullish(),
  secrets: z.record(z.string(), fileSchema.nullable()).nullish(),
  configs: z.record(z.string(), fileSchema.nullable()).nullish(),
});

export type ComposeService = z.infer<typeof composeServiceSchema>;
export type ComposeModel = z.infer<typeof composeModelSchema>;

/** Throws `target-invalid` for what compose would not have answered. */
export function readComposeModel(text: string): ComposeModel {
  const parsed = composeModelSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new RoadworthyError("target-invalid", `the compose files' model is not understood: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`, { hint: "see it with `docker compose config --format json`" });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RoadworthyError("target-invalid", `compose did not answer with JSON: ${text.slice(0, 120)}`, { hint: "`docker compose version` must say 2.0 or newer", cause: error });
  }
}
