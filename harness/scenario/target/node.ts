/** Nodes and links: what a stack is made of. */

import { z } from "zod";
import { durationSchema, lineSchema, nameSchema, templateSchema, variableSchema } from "../words.ts";
import { composeNameSchema } from "./compose.ts";

/** When a node counts as ready. */
export const readySchema = z.discriminatedUnion("by", [
  z.strictObject({
    by: z.literal("http"),
    path: z.string().startsWith("/"),
    port: nameSchema.default("main"),
    status: z.array(z.int()).default([200]),
    within: durationSchema.default("30s"),
  }),
  z.strictObject({ by: z.literal("tcp"), port: nameSchema.default("main"), within: durationSchema.default("30s") }),
  z.strictObject({ by: z.literal("log"), line: z.string().min(1).describe("Regular expression that a line of output matches"), within: durationSchema.default("30s") }),
]);

export type Ready = z.infer<typeof readySchema>;

export const restartSchema = z.strictObject({
  policy: z.enum(["never", "always"]).default("never").describe("always: the supervisor starts it again when it dies, as a service manager would"),
  delay: durationSchema.default("500ms"),
});

/** Run to its end before the node starts (`before` of a process) or once it is ready (`after` of a store): migrations, seed data. */
const commandStepSchema = z.strictObject({
  command: z.array(templateSchema).min(1),
  env: z.record(variableSchema, templateSchema).default({}),
  within: durationSchema.default("60s"),
});

/** They become arguments of the server. */
const settingSchema = z.string().regex(/^[a-zA-Z][a-zA-Z0-9_.-]{0,127}$/, "must start with a letter and hold only letters, digits, '_', '.', '-'");

/** What would lead a throw-away server to other data, other hosts or other listeners than those of its run (R38). */
const ownOfPostgres = ["data_directory", "config_file", "hba_file", "ident_file", "external_pid_file", "listen_addresses", "port", "unix_socket_directories", "primary_conninfo", "log_directory"];
const ownOfRedis = ["dir", "port", "bind", "tls-port", "include", "aclfile", "logfile", "pidfile", "unixsocket", "loadmodule", "replicaof", "slaveof", "daemonize", "sentinel"];

function settingOf(own: readonly string[]): z.ZodString {
  return settingSchema.refine((name) => !own.includes(name.toLowerCase()), "is set by Roadworthy: the server keeps to its own data, address and files");
}

const shared = {
  needs: z.array(nameSchema).default([]).describe("Nodes that must be ready first"),
  restart: restartSchema.prefault({}),
  service: composeNameSchema.optional().describe("The service of the target's compose files that it is, with `--stack docker`; the one of its own name when left out"),
};

/** Where something listens inside its container. */
const containerPortSchema = z.int().min(1).max(65_535);
const containerPortsSchema = z.record(nameSchema, containerPortSchema);

const diskMiB = z
  .int()
  .min(8)
  .max(4096)
  .optional()
  .describe("Gives its data a disk of its own of this size, in memory, so that `disk-full` can fill it; needs root on Linux, without which it has the machine's");

export const nodeSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("postgres"),
    ...shared,
    database: nameSchema.default("app"),
    user: nameSchema.default("app"),
    password: z.string().default("app").describe("Of a throw-away server on loopback"),
    settings: z.record(settingOf(ownOfPostgres), lineSchema).default({}).describe("Server settings, as in postgresql.conf"),
    replicaOf: nameSchema.optional().describe("It is a copy that follows this node and can be promoted. Embedded it is made so, with the user and the database of that node; in containers the compose files do"),
    diskMiB,
    containerPort: containerPortSchema.optional().describe("Where it listens inside its container; 5432 when left out"),
  }),
  z.strictObject({
    kind: z.literal("redis"),
    ...shared,
    settings: z.record(settingOf(ownOfRedis), lineSchema.refine((value) => !value.startsWith("--"), "must not begin with --, where Redis reads the next setting")).default({}).describe("Server settings, as in redis.conf"),
    diskMiB,
    containerPort: containerPortSchema.optional().describe("Where it listens inside its container; 6379 when left out"),
  }),
  z.strictObject({
    kind: z.literal("process"),
    ...shared,
    command: z.array(templateSchema).min(1).describe("Argument list, never a shell line; a relative path is taken from `workingFolder`"),
    workingFolder: z.string().optional().describe("Relative to the target's file"),
    env: z.record(variableSchema, templateSchema).default({}).describe("Environment; {{port}}, {{link:name}}, {{node:name}} are filled in"),
    ports: z.array(nameSchema).min(1).default(["main"]).describe("Free ports that are chosen for it, by name"),
    replicas: z.int().min(1).max(64).default(1),
    ready: readySchema.prefault({ by: "tcp" }),
    before: z.array(commandStepSchema).default([]),
    container: z.strictObject({ ports: containerPortsSchema.default({}) }).optional().describe("Where it listens inside its container, with `--stack docker`"),
  }),
  z.strictObject({
    kind: z.literal("container"),
    ...shared,
    ports: containerPortsSchema.default({}).describe("Where it listens inside its container, by name; nothing for one that serves nobody, such as a worker"),
    ready: readySchema.optional().describe("When it is running, and healthy if it has a health check, when left out"),
  }),
]);

export type NodeSpec = z.infer<typeof nodeSchema>;
export type NodeKind = NodeSpec["kind"];

/** One proxy per client → server pair: cutting it hits that pair only. */
export const linkSchema = z.strictObject({
  from: nameSchema.describe("The node that is the client"),
  to: nameSchema.describe("The node that is the server"),
  port: nameSchema.default("main"),
  http: z.boolean().default(false).describe("HTTP/1 is spoken over it, and faults may strike single requests"),
});

export type LinkSpec = z.infer<typeof linkSchema>;
