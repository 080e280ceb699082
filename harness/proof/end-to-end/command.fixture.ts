/** Runs the command line as a user does, in a world of its own: own folders for runs, temporary data and journals. */

import { spawn, type ChildProcess } from "node:child_process";
import { appendFileSync, chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { entryPath, packageRoot } from "../../base/entry.ts";

/** What npm itself keeps among temporary data. */
const cacheOfNpm = "node-compile-cache";

const tinyFiles = [
  "harness/proof/tiny/target.yaml",
  "harness/proof/tiny/front.mts",
  "harness/proof/tiny/store.mts",
  "harness/proof/tiny/cut.yaml",
  "harness/proof/tiny/calm.yaml",
  "harness/proof/tiny/gate.yaml",
  "harness/proof/tiny/storm.yaml",
  "harness/proof/tiny/crowd.yaml",
  "harness/proof/tiny/night.csv",
];

/** Its scenarios that have faults. */
const disturbed = ["cut.yaml", "storm.yaml"];
/** How they are told here that the machine may stand still before a fault: what a test wants to see of the fault does not hang on it. */
const anyState = "steadyState: none\n";

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface World extends Disposable {
  folder: string;
  /** The tiny target, copied here so that its processes can be told from others. */
  tiny: string;
  runs: string;
  environment: Record<string, string>;
  /** What of a run is still there: processes, temporary data, journals. */
  leftovers(): string[];
}

export function newWorld(): World {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "roadworthy-world-")));
  // PostgreSQL runs as another user when the tests run as root.
  chmodSync(folder, 0o755);
  const tiny = join(folder, "tiny");
  for (const file of tinyFiles) cpSync(join(packageRoot, file), join(tiny, basename(file)));
  for (const file of disturbed) appendFileSync(join(tiny, file), anyState);
  const temporary = join(folder, "tmp");
  const state = join(folder, "state");
  for (const made of [temporary, state]) mkdirSync(made);
  return {
    folder,
    tiny,
    runs: join(folder, "runs"),
    environment: { ...environmentOfTests(), TMPDIR: temporary, XDG_STATE_HOME: state, NO_COLOR: "1" },
    leftovers: () => [...processesOf(folder), ...entries(temporary).filter((path) => !path.endsWith(cacheOfNpm)), ...entries(join(state, "roadworthy", "runs"))],
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function start(world: World, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [entryPath("harness/cli/main"), ...args], { cwd: world.folder, env: world.environment, stdio: ["ignore", "pipe", "pipe"] });
}

export async function ended(child: ChildProcess): Promise<Ended> {
  const output = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk: Buffer) => (output.stdout += chunk.toString("utf8")));
  child.stderr?.on("data", (chunk: Buffer) => (output.stderr += chunk.toString("utf8")));
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once("error", reject);
  child.once("close", resolve);
  return { code: await promise, ...output };
}

/** Resolves once stderr has had a line that contains `text`. Rejects when the command ends first. */
export async function untilSaid(child: ChildProcess, text: string): Promise<void> {
  if (child.stderr === null) throw new Error("stderr is not read");
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const lines = createInterface({ input: child.stderr });
  const heard: string[] = [];
  lines.on("line", (line) => {
    heard.push(line);
    if (line.includes(text)) resolve();
  });
  child.once("close", () => reject(new Error(`ended before it said "${text}":\n${heard.join("\n")}`)));
  await promise;
}

export function command(world: World, ...args: string[]): Promise<Ended> {
  return ended(start(world, args));
}

/** The only run in the world's store. */
export function onlyRun(world: World): string {
  const runs = readdirSync(world.runs);
  const [run] = runs;
  if (run === undefined || runs.length !== 1) throw new Error(`expected one run, found ${runs.length}`);
  return join(world.runs, run);
}

/** Changes a file of this world. Throws when it does not hold what is to be replaced. */
export function rewrite(path: string, from: string | RegExp, to: string): void {
  const text = readFileSync(path, "utf8");
  const after = text.replace(from, () => to);
  if (after === text) throw new Error(`${path} holds no ${String(from)}`);
  writeFileSync(path, after);
}

/** A front that waits for its store, and a probe that waits for the front, longer than a machine stands still: nothing is bad but by a fault. */
export function withPatientFront(world: World): void {
  rewrite(join(world.tiny, "front.mts"), "timeout: 1000", "timeout: 30_000");
  rewrite(join(world.tiny, "target.yaml"), "path: /health, every: 100ms }", "path: /health, every: 100ms, timeout: 30s }");
}

/** Where the load was late, requests that were due before the fault met it: the judge then believes no pass, also of what is no matter of time, and says so. */
export const dueBeforeTheFault = /there was no steady state before the fault: only \d/i;

/** What a run says whose only ruling is on loss: a pass, or that reason why it is none. */
export function passedOrLate({ code, stdout }: Ended): boolean {
  return code === 0 ? stdout.includes("PASS") : code === 2 && dueBeforeTheFault.test(stdout);
}

/** The scenario rules on one thing only, which is no matter of time: that no acknowledged order is lost. */
export function rulesOnLossOnly(world: World, scenario: string): void {
  rewrite(join(world.tiny, scenario), /^rules: .*$/m, "rules: [TINY-2]\nmayBeInconclusive: [TINY-2]");
}

export function readJson(path: string): Record<string, unknown> {
  const data: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (typeof data !== "object" || data === null) throw new Error(`${path} holds no object`);
  return { ...data };
}

function environmentOfTests(): Record<string, string> {
  const entriesOfEnvironment = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entriesOfEnvironment.filter(([name]) => !name.startsWith("VITEST")));
}

function entries(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

/** Processes whose command line or working folder lies in `folder`. */
function processesOf(folder: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const line = textOf(() => readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "));
      const at = textOf(() => readlinkSync(`/proc/${pid}/cwd`));
      // One without a command line has given back its memory already: it runs nothing any more, and is gone in a moment.
      return line !== "" && (line.includes(folder) || at.startsWith(folder)) ? [`process ${pid}: ${line}`] : [];
    });
}

/** A process may end while it is looked at. */
function textOf(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
