/**
 * A program that Go can build: what a variable of the environment names, else the machine's own, else one that Go builds once from this
 * repository's go.mod and that is kept in the cache. Nobody needs one for the default run.
 */

import { accessSync, chmodSync, constants, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { packageRoot } from "../../../base/entry.ts";
import { RoadworthyError, messageOf, type ErrorCode } from "../../../base/error.ts";
import { freshToken } from "../../../base/random.ts";
import { startSupervisor } from "../../supervisor/connect.ts";
import { watchChildren } from "../embedded/child-watch.ts";
import { minimalEnvironment, type BootContext } from "../embedded/context.ts";
import { runToEnd } from "../embedded/run-to-end.ts";
import { cacheFolder } from "./cache-folder.ts";
import { moveIntoPlace } from "./postgres-binaries.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface GoTool {
  /** What people call it: "Toxiproxy". */
  readonly title: string;
  /** Name of the program, on the path and in the cache. */
  readonly program: string;
  /** Variable of the environment that names it. */
  readonly variable: string;
  readonly module: string;
  /** The package in the module that is the program; the module itself when empty. */
  readonly package: string;
  /** Where the machine keeps it when that is not the path. */
  readonly folders?: (environment: Environment) => readonly string[];
  /** Settings of the linker that make the program know its version. */
  readonly linkerFlags: (version: string) => readonly string[];
  readonly failsAs: ErrorCode;
  /** What to do when there is none, beside installing or naming one. */
  readonly orElse: string;
}

export interface ToolBinary {
  readonly path: string;
  readonly from: "environment" | "machine" | "cache";
}

/** A cold build compiles some hundred packages. */
const buildLimitMs = 600_000;

/** What is there without building anything; null when there is nothing. Throws the tool's error when the user names what cannot be run. */
export function findTool(tool: GoTool, environment: Environment = process.env): ToolBinary | null {
  const chosen = environment[tool.variable];
  if (chosen !== undefined && chosen !== "") {
    if (isProgram(chosen)) return { path: chosen, from: "environment" };
    throw new RoadworthyError(tool.failsAs, `${tool.variable} names ${chosen}, which cannot be run`, { where: chosen, hint: `name the program ${tool.program} in ${tool.variable}, or unset it` });
  }
  const onMachine = onPath(tool.program, tool.folders === undefined ? environment : { PATH: tool.folders(environment).join(delimiter) });
  if (onMachine !== null) return { path: onMachine, from: "machine" };
  const version = pinnedVersion(tool);
  if (version === null || !existsSync(cachedPath(tool, version))) return null;
  return { path: cachedPath(tool, version), from: "cache" };
}

/** Release of the tool that go.mod pins ("2.5.0"); null where there is no go.mod. */
export function pinnedVersion(tool: GoTool, folder = packageRoot): string | null {
  try {
    const line = readFileSync(join(folder, "go.mod"), "utf8").split("\n").find((text) => text.trim().startsWith(`${tool.module} v`));
    return line?.trim().split(/\s+/)[1]?.slice(1) ?? null;
  } catch {
    return null;
  }
}

export type BuildContext = Pick<BootContext, "supervisor" | "watch" | "signal" | "onProgress">;

/** Sees to it that there is one, apart from any run: `doctor --install`, and the tests that need it. */
export async function provideTool(tool: GoTool, onProgress: (note: string) => void): Promise<ToolBinary> {
  const found = findTool(tool);
  if (found !== null) return found;
  return await apartFromRuns(onProgress, async (context) => await prepareTool(tool, context));
}

/** Builds under a supervisor of its own, which ends with it. */
export async function apartFromRuns<T>(onProgress: (note: string) => void, make: (context: BuildContext) => Promise<T>): Promise<T> {
  await using supervisor = await startSupervisor({ run: `install-${freshToken(8)}` });
  using watch = watchChildren(supervisor);
  return await make({ supervisor, watch, onProgress, signal: new AbortController().signal });
}

/** Builds one when nothing else is there. Throws the tool's error with what helps. */
export async function prepareTool(tool: GoTool, context: BuildContext): Promise<ToolBinary> {
  const found = findTool(tool);
  if (found !== null) return found;
  const version = pinnedVersion(tool);
  const go = onPath("go", process.env);
  if (version === null) throw missingTool(tool, "there is no go.mod to build it from");
  if (go === null) throw missingTool(tool, `there is no ${tool.program} on the path, and no Go to build one`);
  context.onProgress(`building ${tool.title} ${version} from go.mod, a minute or two the first time`);
  try {
    return await build(tool, context, { go, version });
  } catch (error) {
    context.signal.throwIfAborted();
    throw missingTool(tool, messageOf(error), error);
  }
}

export function missingTool(tool: GoTool, why: string, cause?: unknown): RoadworthyError {
  return new RoadworthyError(tool.failsAs, `there is no ${tool.title} to be had: ${why}`, {
    where: tool.program,
    hint: `install Go and run \`roadworthy doctor --install\`, or install ${tool.program}, or name it in ${tool.variable}; or ${tool.orElse}`,
    cause,
  });
}

/** Without a line of C, a program runs wherever its processor is: in a container that holds nothing else as well. None of ours needs one. */
const ofGoAlone = { CGO_ENABLED: "0" };

async function build(tool: GoTool, context: BuildContext, { go, version }: { go: string; version: string }): Promise<ToolBinary> {
  const args = ["-ldflags", tool.linkerFlags(version).join(" "), tool.package === "" ? tool.module : `${tool.module}/${tool.package}`];
  await compile(context, { go, args, folder: packageRoot, program: tool.program, env: ofGoAlone, failsAs: tool.failsAs, path: cachedPath(tool, version) });
  return { path: cachedPath(tool, version), from: "cache" };
}

export interface Compilation {
  readonly go: string;
  /** Of `go build`, beside where it writes. */
  readonly args: readonly string[];
  /** Where it is run: the go.mod that counts is there. */
  readonly folder: string;
  readonly program: string;
  /** Beside the user's own settings of Go. */
  readonly env?: Readonly<Record<string, string>>;
  readonly failsAs: ErrorCode;
  /** Where it is to be, in the cache; it is there whole or not at all. */
  readonly path: string;
}

export async function compile(context: BuildContext, { go, args, folder, program, env, failsAs, path }: Compilation): Promise<void> {
  const making = join(cacheFolder(), `making-${freshToken(10)}`);
  await context.supervisor.folder(making);
  chmodSync(making, 0o755);
  const made = join(making, program);
  const errand = { workingFolder: folder, env: { ...goEnvironment(), ...env }, runAs: null, failsAs } as const;
  await runToEnd(context, { ...errand, id: `build-${program}`, command: [go, "build", "-trimpath", "-o", made, ...args], withinMs: buildLimitMs });
  chmodSync(made, 0o755);
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  moveIntoPlace(made, path);
}

/** The user's own settings of Go and of proxies apply, as they do to their other builds. */
function goEnvironment(): Record<string, string> {
  const passed = Object.entries(process.env).filter(([name]) => /^(GO[A-Z0-9]*|XDG_CACHE_HOME|TMPDIR|SSL_CERT\w*|https?_proxy|no_proxy)$/i.test(name));
  return { ...minimalEnvironment(), ...Object.fromEntries(passed.map(([name, value]) => [name, value ?? ""])) };
}

function cachedPath(tool: GoTool, version: string): string {
  return join(cacheFolder(), tool.title.toLowerCase(), `${tool.program}-${version}-${process.platform}-${process.arch}`);
}

export function onPath(program: string, environment: Environment = process.env): string | null {
  const folders = (environment["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, program)).find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
