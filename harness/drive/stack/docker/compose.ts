/** Docker Compose as a program: what it makes of the user's files, and the run's own model brought up by it. */

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { messageOf, RoadworthyError } from "../../../base/error.ts";
import type { ComposeSpec } from "../../../scenario/target/compose.ts";
import { readEnvFile } from "../../../scenario/target/env-file.ts";
import { runToEnd } from "../embedded/run-to-end.ts";
import type { BootContext } from "../embedded/context.ts";
import { composePlugin } from "../tools/compose-plugin.ts";
import { findTool } from "../tools/go-tool.ts";
import { explainFailure } from "./compose-failure.ts";
import { readComposeModel, type ComposeModel } from "./model.ts";

const readWithinMs = 30_000;
const longestModelBytes = 16 * 1024 * 1024;

type Environment = Readonly<Record<string, string>>;

/** Path of the program. Throws `tool-missing` with what helps. */
export function findCompose(environment: Environment, find: typeof findTool = findTool): string {
  const found = find(composePlugin, environment);
  if (found !== null) return found.path;
  throw new RoadworthyError("tool-missing", "there is no Docker Compose 2, neither as a plugin of Docker nor in the cache", {
    where: composePlugin.program,
    hint: `install the package docker-compose-plugin, or run \`roadworthy doctor --install\` where there is Go, or name the program in ${composePlugin.variable}`,
  });
}

export interface ComposeSource {
  readonly spec: ComposeSpec;
  /** Folder of the target's file. */
  readonly targetFolder: string;
  /** Of the user, with what the command line adds: what `${…}` in the files is taken from. */
  readonly environment: Environment;
}

/** Errors: `target-invalid` with compose's own words. Nothing is started. */
export async function readCompose(program: string, { spec, targetFolder, environment }: ComposeSource): Promise<ComposeModel> {
  const place = placeIn(targetFolder);
  const folder = spec.projectFolder === undefined ? [] : ["--project-directory", place(spec.projectFolder)];
  const files = [...spec.envFiles.flatMap((file) => ["--env-file", place(file)]), ...spec.files.flatMap((file) => ["-f", place(file)]), ...spec.profiles.flatMap((profile) => ["--profile", profile])];
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  // What these name is in the arguments; a setting of the user's shell must not add to it.
  const { COMPOSE_FILE: _file, COMPOSE_PROJECT_NAME: _name, COMPOSE_PROFILES: _profiles, ...env } = environment;
  execFile(program, ["--ansi", "never", ...folder, ...files, "config", "--format", "json"], { env, timeout: readWithinMs, maxBuffer: longestModelBytes }, (error, said, complaint) => {
    if (error === null) resolve(said);
    else reject(unreadable(complaint.trim() || messageOf(error), spec));
  });
  return readComposeModel(await promise);
}

function placeIn(targetFolder: string): (path: string) => string {
  return (path) => (isAbsolute(path) ? path : join(targetFolder, path));
}

/** All that compose takes variables of the files from: the env files, or `.env` of the project's folder, and over them the environment. */
export function variablesOf({ spec, targetFolder, environment }: ComposeSource): Environment {
  const place = placeIn(targetFolder);
  const folder = spec.projectFolder === undefined ? dirname(place(spec.files[0] ?? "")) : place(spec.projectFolder);
  const found: Record<string, string> = {};
  for (const path of spec.envFiles.length === 0 ? [join(folder, ".env")] : spec.envFiles.map(place)) Object.assign(found, readEnvFile(textOf(path), { ...found, ...environment }));
  return { ...found, ...environment };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Nobody needs to have a `.env`; of one that is named and missing, compose has said so.
    return "";
  }
}

function unreadable(why: string, { files }: ComposeSpec): RoadworthyError {
  return new RoadworthyError("target-invalid", `compose cannot read ${files.join(", ")}: ${why.split("\n").at(-1)}`, { where: files[0] ?? "compose", hint: "see `docker compose config` with the same files" });
}

export interface ComposeRun {
  readonly program: string;
  /** The run's own model, as a file. */
  readonly file: string;
  readonly project: string;
  readonly endpoint: string;
  /** Id of the run, whose things are removed at its end. */
  readonly run: string;
  /** Variables that become secrets or configurations: their values are not in the model. */
  readonly environment: Environment;
}

/** What of the files' variables the model refers to by name only. */
export function referredTo({ secrets, configs }: ComposeModel, environment: Environment): Environment {
  const names = [...Object.values(secrets ?? {}), ...Object.values(configs ?? {})].flatMap((entry) => (typeof entry?.["environment"] === "string" ? [entry["environment"]] : []));
  return Object.fromEntries(names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])));
}

/** Runs it to its end as a child of the supervisor, so that it dies with the run. Errors: as `explainFailure` tells them. */
export async function compose(context: Pick<BootContext, "supervisor" | "watch" | "signal">, run: ComposeRun, errand: { readonly what: string; readonly args: readonly string[]; readonly withinMs: number; readonly images?: readonly string[] }): Promise<void> {
  const { supervisor } = context;
  const command = [run.program, "--ansi", "never", "-f", run.file, "-p", run.project, ...errand.args];
  const inMaking = (is: boolean): Promise<void> => supervisor.project({ endpoint: run.endpoint, run: run.run, inMaking: is });
  await inMaking(true);
  try {
    await runToEnd(context, { id: `compose-${errand.what}`, command, workingFolder: supervisor.scratchFolder, env: { ...run.environment, ...clientEnvironment(run.endpoint) }, withinMs: errand.withinMs, runAs: null, failsAs: "stack-unavailable" });
    await inMaking(false);
  } catch (error) {
    context.signal.throwIfAborted();
    throw explainFailure(error, errand.images);
  }
}

/** The user's own settings of the client and of proxies apply; those of compose itself do not. */
function clientEnvironment(endpoint: string): Record<string, string> {
  const passed = Object.entries(process.env).filter(([name]) => /^(PATH|HOME|XDG_\w+|TMPDIR|DOCKER_\w+|BUILDX_\w+|BUILDKIT_\w+|SSL_CERT\w*|https?_proxy|no_proxy)$/i.test(name));
  return { ...Object.fromEntries(passed.map(([name, value]) => [name, value ?? ""])), DOCKER_HOST: endpoint };
}
