/**
 * The real Toxiproxy: what ROADWORTHY_TOXIPROXY names, else the machine's `toxiproxy-server`, else one that Go builds once from this
 * repository's go.mod and that is kept in the cache. Nobody needs it for the default run: the embedded proxy speaks the same interface.
 */

import { accessSync, chmodSync, constants, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { packageRoot } from "../../../base/entry.ts";
import { RoadworthyError, messageOf } from "../../../base/error.ts";
import { freshToken } from "../../../base/random.ts";
import { startSupervisor } from "../../supervisor/connect.ts";
import { watchChildren } from "../embedded/child-watch.ts";
import { minimalEnvironment, type BootContext } from "../embedded/context.ts";
import { runToEnd } from "../embedded/run-to-end.ts";
import { cacheFolder } from "./cache-folder.ts";
import { moveIntoPlace } from "./postgres-binaries.ts";

export interface ToxiproxyBinary {
  readonly path: string;
  readonly from: "environment" | "machine" | "cache";
}

const named = "ROADWORTHY_TOXIPROXY";
const goModule = "github.com/Shopify/toxiproxy/v2";
/** A cold build compiles some hundred packages. */
const buildLimitMs = 300_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** What is there without building anything; null when there is nothing. `proxy-unavailable` when the user names what cannot be run. */
export function findToxiproxy(environment: Environment = process.env): ToxiproxyBinary | null {
  const chosen = environment[named];
  if (chosen !== undefined && chosen !== "") {
    if (isProgram(chosen)) return { path: chosen, from: "environment" };
    throw new RoadworthyError("proxy-unavailable", `${named} names ${chosen}, which cannot be run`, { where: chosen, hint: `name the program toxiproxy-server in ${named}, or unset it` });
  }
  const onMachine = onPath("toxiproxy-server", environment);
  if (onMachine !== null) return { path: onMachine, from: "machine" };
  const version = pinnedVersion();
  if (version === null || !existsSync(cachedPath(version))) return null;
  return { path: cachedPath(version), from: "cache" };
}

/** Release of the Toxiproxy that go.mod pins ("2.5.0"); null where there is no go.mod, as in the published package. */
export function pinnedVersion(folder = packageRoot): string | null {
  try {
    const line = readFileSync(join(folder, "go.mod"), "utf8").split("\n").find((text) => text.trim().startsWith(`${goModule} v`));
    return line?.trim().split(/\s+/)[1]?.slice(1) ?? null;
  } catch {
    return null;
  }
}

type BuildContext = Pick<BootContext, "supervisor" | "watch" | "signal" | "onProgress">;

/** Sees to it that there is one, apart from any run: `doctor --install`, and the tests that need it. */
export async function provideToxiproxy(onProgress: (note: string) => void): Promise<ToxiproxyBinary> {
  const found = findToxiproxy();
  if (found !== null) return found;
  await using supervisor = await startSupervisor({ run: `install-${freshToken(8)}` });
  using watch = watchChildren(supervisor);
  return await prepareToxiproxy({ supervisor, watch, onProgress, signal: new AbortController().signal });
}

/** Builds one when nothing else is there. Errors: `proxy-unavailable` with what helps. */
export async function prepareToxiproxy(context: BuildContext): Promise<ToxiproxyBinary> {
  const found = findToxiproxy();
  if (found !== null) return found;
  const version = pinnedVersion();
  const go = onPath("go", process.env);
  if (version === null) throw missingToxiproxy("there is no go.mod to build it from");
  if (go === null) throw missingToxiproxy("there is no toxiproxy-server on the path, and no Go to build one");
  context.onProgress(`building Toxiproxy ${version} from go.mod, about a minute the first time`);
  try {
    return await build(context, { go, version });
  } catch (error) {
    context.signal.throwIfAborted();
    throw missingToxiproxy(messageOf(error), error);
  }
}

export function missingToxiproxy(why: string, cause?: unknown): RoadworthyError {
  return new RoadworthyError("proxy-unavailable", `there is no Toxiproxy to be had: ${why}`, {
    where: "toxiproxy-server",
    hint: `install Go and run \`roadworthy doctor --install\` in a checkout, or install toxiproxy-server, or name it in ${named}; or leave out --proxy`,
    cause,
  });
}

async function build(context: BuildContext, { go, version }: { go: string; version: string }): Promise<ToxiproxyBinary> {
  const making = join(cacheFolder(), `making-${freshToken(10)}`);
  await context.supervisor.folder(making);
  chmodSync(making, 0o755);
  const made = join(making, "toxiproxy-server");
  // Without its release every build calls itself "git".
  const command = [go, "build", "-trimpath", "-ldflags", `-X ${goModule}.Version=${version}`, "-o", made, `${goModule}/cmd/server`];
  const errand = { workingFolder: packageRoot, env: goEnvironment(), runAs: null, failsAs: "proxy-unavailable" } as const;
  await runToEnd(context, { ...errand, id: "build-toxiproxy", command, withinMs: buildLimitMs });
  chmodSync(made, 0o755);
  mkdirSync(join(cacheFolder(), "toxiproxy"), { recursive: true, mode: 0o755 });
  moveIntoPlace(made, cachedPath(version));
  return { path: cachedPath(version), from: "cache" };
}

/** The user's own settings of Go and of proxies apply, as they do to their other builds. */
function goEnvironment(): Record<string, string> {
  const passed = Object.entries(process.env).filter(([name]) => /^(GO[A-Z0-9]*|XDG_CACHE_HOME|TMPDIR|SSL_CERT\w*|https?_proxy|no_proxy)$/i.test(name));
  return { ...minimalEnvironment(), ...Object.fromEntries(passed.map(([name, value]) => [name, value ?? ""])) };
}

function cachedPath(version: string): string {
  return join(cacheFolder(), "toxiproxy", `toxiproxy-server-${version}-${process.platform}-${process.arch}`);
}

function onPath(program: string, environment: Environment): string | null {
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
