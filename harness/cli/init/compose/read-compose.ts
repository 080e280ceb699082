/**
 * Reads a project's compose files as far as `init` needs them: several over one another, anchors, `extends`, `include`, `env_file`, profiles, variables. It needs
 * no engine and no plug-in; what the runtime takes is what Compose itself makes of the files.
 */

import { basename, dirname, join, resolve } from "node:path";
import { messageOf, RoadworthyError } from "../../../base/error.ts";
import { readEnvFile } from "../../../scenario/target/env-file.ts";
import { interpolated } from "./interpolate.ts";
import { isFields, merged, Tagged, untagged, type Fields } from "./merge.ts";
import { parseCompose } from "./parse-compose.ts";
import { pairsOf, serviceOf, type Service } from "./service.ts";
import { scalarText } from "./scalar.ts";

export interface ComposeProject {
  readonly name: string;
  /** Those of the chosen profiles, with what they need. */
  readonly services: readonly Service[];
  /** Services of profiles that were not chosen. */
  readonly leftOut: readonly string[];
  /** Volumes and networks that are not the project's own. */
  readonly external: { readonly volumes: readonly string[]; readonly networks: readonly string[] };
  /** Variables without a value and without a default. */
  readonly missing: readonly string[];
}

export interface ComposeSource {
  /** Paths, as they are given with `-f`: later ones over earlier ones. */
  readonly files: readonly string[];
  readonly profiles: readonly string[];
  /** As given with `--env-file`; `.env` beside the first file when there is none. */
  readonly envFiles: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** The text of a file; null when there is none. */
  readonly readFile: (path: string) => string | null;
}

interface Reading {
  readonly source: ComposeSource;
  readonly variables: Readonly<Record<string, string>>;
  readonly missing: Set<string>;
  /** Files that are being read, so that none includes or extends itself. */
  readonly open: readonly string[];
}

const deepest = 20;

/** Throws `usage` for a file that is not there or no compose file, with its path. */
export function readCompose(source: ComposeSource): ComposeProject {
  const [first = ""] = source.files;
  const folder = dirname(resolve(first));
  const missing = new Set<string>();
  const reading: Reading = { source, variables: { ...defaults(folder, source), ...source.environment }, missing, open: [] };
  // Whatever folder a further file lies in: its relative paths start where those of the first one do.
  const whole = source.files.map((file) => fileOf(resolve(file), folder, reading)).reduce((base, over) => recordOf(merged(base, over)), {});
  const all = Object.entries(recordOf(whole["services"])).map(([name, fields]) => parsed(name, recordOf(fields), first));
  const profiles = new Set(source.profiles.length > 0 ? source.profiles : (reading.variables["COMPOSE_PROFILES"] ?? "").split(",").filter((name) => name !== ""));
  const services = chosen(all, profiles);
  const external = { volumes: externals(whole["volumes"]), networks: externals(whole["networks"]) };
  const name = projectName(reading.variables["COMPOSE_PROJECT_NAME"] ?? whole["name"], folder);
  return { name, services, leftOut: all.filter((service) => !services.includes(service)).map((service) => service.name), external, missing: [...missing].toSorted() };
}

/** The variables of the project's env files. */
function defaults(folder: string, { envFiles, environment, readFile }: ComposeSource): Record<string, string> {
  const found: Record<string, string> = {};
  for (const path of envFiles.length === 0 ? [join(folder, ".env")] : envFiles) {
    const text = readFile(resolve(path));
    if (text !== null) Object.assign(found, readEnvFile(text, environment));
    else if (envFiles.length > 0) throw new RoadworthyError("usage", `there is no file ${path}`, { hint: "check --env-file", where: path });
  }
  return found;
}

/** One file with what it includes and extends, filled in, its spellings ready for merging. `folder`: where its relative paths start. */
function fileOf(path: string, folder: string, reading: Reading): Fields {
  if (reading.open.includes(path) || reading.open.length > deepest) throw new RoadworthyError("usage", `${path} includes itself`, { hint: "correct include or extends", where: path });
  const within = { ...reading, open: [...reading.open, path] };
  const { source, variables, missing } = reading;
  const written = recordOf(interpolated(withoutTemplates(parsedFile(path, source)), { variables, onMissing: (name) => missing.add(name) }));
  const services = recordOf(written["services"]);
  const ready = Object.keys(services).map((name): [string, unknown] => [name, extended(name, services, { path, folder, reading: within, chain: [] })]);
  const own = { ...written, services: Object.fromEntries(ready) };
  return includes(written["include"], folder, within).reduceRight((over, base) => recordOf(merged(base, over)), own);
}

/** `x-…` fields only carry anchors. */
function withoutTemplates(data: unknown): Fields {
  return Object.fromEntries(Object.entries(recordOf(data)).filter(([name]) => !name.startsWith("x-")));
}

function parsedFile(path: string, { readFile }: ComposeSource): unknown {
  const text = readFile(path);
  if (text === null) throw new RoadworthyError("usage", `there is no file ${path}`, { hint: "name the compose file with --compose", where: path });
  return parseCompose(text, path);
}

function includes(value: unknown, folder: string, reading: Reading): Fields[] {
  const entries = Array.isArray(value) ? value : [];
  return entries.map((entry: unknown) => {
    const paths = isFields(entry) ? listed(entry["path"]) : [scalarText(entry)];
    const home = dirname(resolve(folder, paths[0] ?? ""));
    return paths.map((each) => fileOf(resolve(folder, each), home, reading)).reduce((base, over) => recordOf(merged(base, over)), {});
  });
}

interface Extending {
  readonly path: string;
  readonly folder: string;
  readonly reading: Reading;
  readonly chain: readonly string[];
}

/** A service over the one that it extends, in this file or another. */
function extended(name: string, services: Fields, { path, folder, reading, chain }: Extending): unknown {
  const own = spelled(services[name], folder, reading);
  if (!isFields(own)) return own;
  const { extends: wish, ...rest } = own;
  if (wish === undefined || wish === null) return own;
  const from = isFields(wish) ? wish : { service: wish };
  const other = scalarText(from["service"] ?? name);
  const file = from["file"] === undefined ? path : resolve(folder, scalarText(from["file"]));
  if (chain.includes(`${file} ${other}`)) throw new RoadworthyError("usage", `service "${name}" extends itself`, { hint: "correct extends", where: path });
  const next = { path: file, folder: file === path ? folder : dirname(file), reading, chain: [...chain, `${file} ${other}`] };
  const base = file === path ? extended(other, services, next) : elsewhere(other, next);
  if (base === undefined) throw new RoadworthyError("usage", `service "${name}" extends "${other}", which ${file} does not have`, { hint: "correct extends", where: path });
  return merged(base, rest);
}

function elsewhere(name: string, next: Extending): unknown {
  const { variables, missing, source } = next.reading;
  const written = recordOf(interpolated(withoutTemplates(parsedFile(next.path, source)), { variables, onMissing: (variable) => missing.add(variable) }));
  const services = recordOf(written["services"]);
  return Object.hasOwn(services, name) ? extended(name, services, next) : undefined;
}

/** Lists that may be maps become maps, so that they can be merged; `env_file` is read. */
function spelled(value: unknown, folder: string, reading: Reading): unknown {
  if (!isFields(value)) return value;
  const environment = value["environment"] instanceof Tagged ? value["environment"] : { ...fromEnvFiles(value["env_file"], folder, reading), ...pairsOf(passedThrough(value["environment"], reading.variables)) };
  const needs = value["depends_on"];
  const networks = value["networks"];
  return {
    ...value,
    environment,
    ...(Array.isArray(needs) ? { depends_on: Object.fromEntries(needs.map((name) => [scalarText(name), { condition: "service_started" }])) } : {}),
    ...(Array.isArray(value["volumes"]) ? { volumes: value["volumes"].map((entry: unknown) => placed(entry, folder)) } : {}),
    ...(Array.isArray(networks) ? { networks: Object.fromEntries(networks.map((name) => [scalarText(name), {}])) } : {}),
  };
}

/** A mount with the whole path of what it mounts. */
function placed(entry: unknown, folder: string): unknown {
  if (isFields(entry)) return entry["type"] === "bind" ? { ...entry, source: resolve(folder, scalarText(entry["source"])) } : entry;
  const [source = "", ...rest] = scalarText(entry).split(":");
  return /^\.{0,2}\//.test(source) || source === "." || source === ".." ? [resolve(folder, source), ...rest].join(":") : entry;
}

/** A variable without a value is that of the environment. */
function passedThrough(value: unknown, variables: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(value)) return value.map((entry) => (scalarText(entry).includes("=") || variables[scalarText(entry)] === undefined ? entry : `${scalarText(entry)}=${variables[scalarText(entry)] ?? ""}`));
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, entry ?? variables[name]]));
}

function fromEnvFiles(value: unknown, folder: string, { source, variables }: Reading): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]) {
    const name = isFields(entry) ? scalarText(entry["path"]) : scalarText(entry);
    // Without it the service cannot start, but what it is can be told.
    const text = source.readFile(resolve(folder, name));
    if (text !== null) Object.assign(found, readEnvFile(text, variables));
  }
  return found;
}

function parsed(name: string, fields: Fields, file: string): Service {
  try {
    return serviceOf(name, recordOf(untagged(fields)));
  } catch (error) {
    throw new RoadworthyError("usage", `service "${name}" of ${file} cannot be understood: ${messageOf(error)}`, { hint: "`docker compose config` says what is wrong", where: file, cause: error });
  }
}

/** Without a profile always, else when one of its profiles is chosen or a chosen one needs it. */
function chosen(all: readonly Service[], profiles: ReadonlySet<string>): Service[] {
  const wanted = new Set(all.filter((service) => service.profiles.length === 0 || profiles.has("*") || service.profiles.some((profile) => profiles.has(profile))).map(({ name }) => name));
  return all.filter(({ name }) => wanted.has(name));
}

function externals(value: unknown): string[] {
  return Object.entries(recordOf(value)).flatMap(([name, fields]) => {
    if (!isFields(fields) || fields["external"] === undefined || fields["external"] === false) return [];
    const outer = isFields(fields["external"]) ? fields["external"]["name"] : fields["name"];
    return [outer === undefined ? name : scalarText(outer)];
  });
}

/** As Compose makes it of the folder: lower case, without what no name may hold. */
function projectName(written: unknown, folder: string): string {
  const name = typeof written === "string" && written !== "" ? written : basename(folder);
  return name.toLowerCase().replaceAll(/[^a-z0-9_-]/g, "").replace(/^[_-]+/, "") || "system";
}

function listed(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map(scalarText);
}

function recordOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}
