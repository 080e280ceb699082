/** The flags of `init` as answers. */

import { existsSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { RoadworthyError } from "../../base/error.ts";
import { nameSchema } from "../../scenario/words.ts";
import { writeSchema, type Answers } from "./answers.ts";
import { roles } from "./recognise/parts.ts";

export interface InitFlags {
  readonly compose?: string[];
  readonly profile?: string[];
  readonly envFile?: string[];
  readonly openapi?: string;
  readonly name?: string;
  readonly service?: string[];
  readonly entry?: string;
  readonly health?: string;
  readonly deepCheck?: string;
  readonly read?: string[];
  readonly write?: string;
  readonly body?: string;
  readonly status?: string;
  readonly readBack?: string;
  readonly finished?: string;
  readonly queue?: string;
  readonly format?: "yaml" | "ts";
  readonly out?: string;
  /** False with --no-ci. */
  readonly ci?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** What was said; the rest is undefined. Throws `usage`. */
export function answersOfFlags(flags: InitFlags): Partial<Answers> {
  const said = {
    name: flags.name === undefined ? undefined : named(flags.name, "--name"),
    profiles: flags.profile,
    services: flags.service === undefined ? undefined : Object.fromEntries(flags.service.map(serviceOf)),
    entry: flags.entry,
    health: pathOf(flags.health, "--health"),
    deepCheck: pathOf(flags.deepCheck, "--deep-check"),
    reads: flags.read?.map((path) => pathOf(path.replace(/^GET\s+/, ""), "--read") ?? ""),
    write: flags.write === undefined ? undefined : writeOf(flags.write, flags),
    readBack: flags.readBack,
    finished: flags.finished,
    queue: flags.queue,
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

/** Compose files by the names that Compose itself looks for. Throws `not-found`. */
export function composeFiles(flags: InitFlags, folder: string): string[] {
  if (flags.compose !== undefined) return flags.compose;
  const bases = ["compose", "docker-compose"];
  const found = bases.flatMap((base) => ["yaml", "yml"].map((extension) => `${base}.${extension}`)).find((file) => existsSync(join(folder, file)));
  if (found === undefined) throw new RoadworthyError("not-found", "there is no compose file in this folder", { hint: "name it: roadworthy init --compose path/to/docker-compose.yml", where: folder });
  const over = bases.flatMap((base) => ["yaml", "yml"].map((extension) => `${base}.override.${extension}`)).find((file) => existsSync(join(folder, file)));
  return over === undefined ? [found] : [found, over];
}

/** The document that is named, else one that lies beside the compose files under its usual name; null when there is none. */
export function openapiFile({ openapi }: InitFlags, folder: string): string | null {
  if (openapi !== undefined) return openapi;
  const usual = ["openapi", "swagger"].flatMap((base) => ["yaml", "yml", "json"].map((extension) => `${base}.${extension}`));
  return usual.find((file) => existsSync(join(folder, file))) ?? null;
}

/** A path as it is written into a definition that lies in `from`. */
export function pathFrom(from: string, path: string): string {
  return relative(from, resolve(path)).split(sep).join("/");
}

export function named(name: string, flag: string): string {
  if (nameSchema.safeParse(name).success) return name;
  throw new RoadworthyError("usage", `${flag} "${name}" is no name`, { hint: "letters, digits, '_', '.' and '-', the first a letter or a digit" });
}

function serviceOf(text: string): [string, { role: (typeof roles)[number]; port: number | null }] {
  const [, name = "", kind = "", port] = /^([\w.-]+)=(\w+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const role = roles.find((each) => each === kind);
  if (role === undefined) throw new RoadworthyError("usage", `--service "${text}" cannot be understood`, { hint: `write name=kind or name=kind:port; kinds are ${roles.join(", ")}` });
  return [name, { role, port: port === undefined ? null : Number(port) }];
}

function pathOf(text: string | undefined, flag: string): string | undefined {
  if (text === undefined || text.startsWith("/")) return text;
  throw new RoadworthyError("usage", `${flag} "${text}" is no path`, { hint: 'write one such as "/health"' });
}

/** "POST /orders" with its body. Throws `usage`. */
export function writeOf(text: string, { body, status }: Pick<InitFlags, "body" | "status">): NonNullable<Answers["write"]> {
  const [, method, path] = /^(?:(\w+)\s+)?(\/\S*)$/.exec(text.trim()) ?? [];
  const said = { method: method ?? "POST", path, body: body ?? null, status: status === undefined ? [200, 201, 202] : status.split(",").map(Number) };
  const checked = writeSchema.safeParse(said);
  if (!checked.success) throw new RoadworthyError("usage", `--write "${text}" cannot be understood`, { hint: 'write --write "POST /orders" --body \'{"reference":"{{id}}"}\' --status 201' });
  if (`${checked.data.path} ${checked.data.body ?? ""}`.includes("{{id}}")) return checked.data;
  throw new RoadworthyError("usage", `--write "${text}" says nowhere what the id of a write is`, { hint: 'put {{id}} where the system keeps it: --body \'{"reference":"{{id}}"}\'' });
}
