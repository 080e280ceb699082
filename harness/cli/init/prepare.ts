/** From files, flags and answers to what is known of the system and the files that it gives. Reads, and writes nothing. */

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { RoadworthyError } from "../../base/error.ts";
import { readDataFile, readText } from "../input/data-file.ts";
import { answersSchema, type Answers } from "./answers.ts";
import { asked, type Ask } from "./ask.ts";
import { readCompose, type ComposeProject } from "./compose/read-compose.ts";
import { draftsOf, type Draft } from "./draft/drafts.ts";
import { knownOf, type Known } from "./draft/known.ts";
import { answersOfFlags, composeFiles, named, openapiFile, pathFrom, type InitFlags } from "./flags.ts";
import { manifestName, manifestSchema, type Manifest } from "./manifest.ts";
import { suggestionsOf } from "./openapi.ts";
import { systemOf, type System } from "./recognise/system.ts";

export interface Prepared {
  readonly known: Known;
  /** The OpenAPI document that was read. */
  readonly document: string | null;
  readonly project: ComposeProject;
  readonly drafts: readonly Draft[];
  readonly manifest: Manifest | null;
  /** Of the definitions, from the root. */
  readonly folder: string;
}

export interface Place {
  /** Where `init` was called. */
  readonly root: string;
  readonly version: string;
  /** null where nobody can be asked. */
  readonly ask: Ask | null;
}

/** Throws `not-found` or `usage`. */
export async function prepare(flags: InitFlags, { root, version, ask }: Place): Promise<Prepared> {
  const folder = (flags.out ?? "chaos").replaceAll("\\", "/").replace(/\/+$/, "");
  const manifest = readManifest(join(root, folder, manifestName));
  const said = answersOfFlags(flags);
  const first = systemAt(flags, manifest, { root, folder, said });
  const document = openapiFile(flags, root);
  const told = document === null ? {} : suggestionsOf(await readDataFile(resolve(root, document)));
  const whole = answersSchema.parse({ format: formatFor(flags, root), ...told, ...answered(manifest), ...said, ...first.places });
  const answers = ask === null ? whole : { ...whole, ...(await asked(whole, ask, first.system.parts.some(({ role }) => role === "redis" || role === "worker"))) };
  const known = knownOf(first.system, answers);
  if (known.door === null && known.straight.length === 0) {
    throw new RoadworthyError("usage", "nothing here speaks HTTP or is PostgreSQL, so there is nothing to load", { hint: "say what a service is: roadworthy init --service <name>=http:<port>", where: first.files[0] ?? "" });
  }
  const surroundings = { project: first.project, root, folder, version: hasOwnLock(root) ? null : version, withWorkflows: flags.ci !== false, target: known.system.name, format: answers.format };
  return { known, document, project: first.project, drafts: draftsOf(known, surroundings), manifest, folder };
}

interface Found {
  readonly project: ComposeProject;
  readonly system: System;
  readonly files: readonly string[];
  /** The answers that are paths, as the target's file has them. */
  readonly places: Pick<Answers, "compose" | "envFiles">;
}

/** The name decides where the target's file lies, and so how its paths are written. */
function systemAt(flags: InitFlags, manifest: Manifest | null, { root, folder, said }: { root: string; folder: string; said: Partial<Answers> }): Found {
  const before = manifest?.answers;
  const fromBefore = (paths: readonly string[]): string[] => paths.map((path) => resolve(root, folder, "any", path));
  const files = flags.compose === undefined && before !== undefined ? fromBefore(before.compose) : composeFiles(flags, root).map((path) => resolve(root, path));
  const envFiles = flags.envFile === undefined && before !== undefined ? fromBefore(before.envFiles) : (flags.envFile ?? []).map((path) => resolve(root, path));
  const project = readCompose({ files, envFiles, profiles: said.profiles ?? before?.profiles ?? [], environment: environmentOf(), readFile: (path) => (existsSync(path) ? readText(path) : null) });
  const name = said.name ?? before?.name ?? project.name;
  const told = { ...before?.services, ...said.services };
  for (const service of project.services) named(service.name, "service");
  for (const service of Object.keys(told)) assertService(service, project, "--service");
  const door = said.entry ?? before?.entry;
  if (door !== undefined) assertService(door, project, "--entry");
  const system = systemOf(project, { name: named(taken.has(name) ? `${name}-system` : name, "--name"), told, door });
  const targetFolder = join(root, folder, system.name);
  return { project, system, files, places: { compose: files.map((path) => pathFrom(targetFolder, path)), envFiles: envFiles.map((path) => pathFrom(targetFolder, path)) } };
}

/** What was said before; an empty list says nothing. */
function answered(manifest: Manifest | null): Partial<Answers> {
  return Object.fromEntries(Object.entries(manifest?.answers ?? {}).filter(([, value]) => !Array.isArray(value) || value.length > 0));
}

/** Folders of the definitions that are no target's. */
const taken = new Set(["scenarios", "suites", "targets", "ci"]);

function assertService(name: string, { services }: ComposeProject, flag: string): void {
  if (services.some((service) => service.name === name)) return;
  throw new RoadworthyError("usage", `${flag}: there is no service "${name}"`, { hint: `known: ${services.map((service) => service.name).join(", ")}` });
}

function environmentOf(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

function readManifest(path: string): Manifest | null {
  if (!existsSync(path)) return null;
  const checked = manifestSchema.safeParse(JSON.parse(readText(path)));
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw new RoadworthyError("usage", `${path} is not what init wrote: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`, { hint: "restore it, or delete it: what is there then counts as yours", where: path });
}

/** TypeScript where there is a package that has Roadworthy to import from, else YAML. */
function formatFor({ format }: InitFlags, root: string): Answers["format"] {
  const path = join(root, "package.json");
  const text = existsSync(path) ? readFileSync(path, "utf8") : "{}";
  const code = /"type"\s*:\s*"module"/.test(text) ? "ts" : "mts";
  if (format !== undefined) return format === "ts" ? code : "yaml";
  return existsSync(join(root, "node_modules", "roadworthy", "package.json")) && existsSync(path) ? code : "yaml";
}

function hasOwnLock(root: string): boolean {
  const path = join(root, "package-lock.json");
  return existsSync(path) && readFileSync(path, "utf8").includes("node_modules/roadworthy");
}
