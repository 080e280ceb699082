/** One kill: a run in a world of its own, the kill where it is aimed at, and what is left afterwards. */

import { spawn, type ChildProcess } from "node:child_process";
import { cpSync, watch } from "node:fs";
import { basename, dirname, join } from "node:path";
import { entryPath, packageRoot } from "../../base/entry.ts";
import { after, nowUs, poll, timeoutSignal, wait, type InstantUs } from "../../base/time.ts";
import { newWorld, type World } from "../end-to-end/command.fixture.ts";
import { countOf, describeLeaks, leaksOf, sharedMemoryNames, suspectIn, type Leaks, type Suspect } from "./leaks.ts";
import type { Calibration, Kill, System, Victim } from "./schedule.ts";
import { pidOf, pidsOf, portsOf, readTrace, runOf, windowsAt, type Window } from "./trace.ts";

/** The one that ends the others goes last, within the limit for everything. */
function isWarden(process: string): boolean {
  return process.includes("/drive/supervisor/warden.");
}

/** Copied into every world: one system uses programs of the other. */
const definitions = [
  "harness/proof/crash/busy/scenario.yaml",
  "harness/proof/crash/busy/target.yaml",
  "harness/proof/crash/busy/tree.ts",
  "harness/proof/crash/servers/scenario.yaml",
  "harness/proof/crash/servers/target.yaml",
];

/**
 * By when processes, and everything, must be gone without a further command. R1: all within 5 s. R2: processes within 1 s; the rest is waited
 * for, and then left to the next command. When the warden dies as well, so are the processes that children of ours have started.
 */
const limitsOf: Readonly<Record<Victim, { processesMs: number; aloneMs: number }>> = {
  harness: { processesMs: 5_000, aloneMs: 5_000 },
  both: { processesMs: 1_000, aloneMs: 5_000 },
  all: { processesMs: 0, aloneMs: 0 },
};
const runWithinMs = 90_000;
const healWithinMs = 30_000;
const lookEveryMs = 20;
/** Between two looks, a gap longer than this is a machine that stands still. */
const standstillUs = 250_000;
/** Also what comes too late is waited for, so that the table can say how late. */
const lookWithinMs = 10_000;

export interface KillResult {
  readonly kill: Kill;
  /** null when the run was over before the kill, or never came by the point. */
  readonly inside: readonly Window[] | null;
  /** From the kill until no process was left, and until nothing was left. */
  readonly processesGoneMs: number;
  readonly goneMs: number;
  /** Whether the next command had something to do. */
  readonly neededHeal: boolean;
  /** What was left in the end, and what was left or late; empty when nothing was. */
  readonly left: string;
  readonly leaked: string;
}

/** A whole run, undisturbed: how long it lives and what it comes by. */
export async function calibrate(system: System): Promise<Calibration> {
  using run = startRun(system, null);
  const beganUs = nowUs();
  await run.ended(runWithinMs);
  return { lifeMs: (nowUs() - beganUs) / 1000, trace: readTrace(run.trace) };
}

export async function carryOutKill(kill: Kill): Promise<KillResult> {
  const sharedMemoryBefore = new Set(sharedMemoryNames());
  using run = startRun(kill.system, kill);
  const killedUs = await strike(run, kill);
  await run.ended(runWithinMs);
  const trace = readTrace(run.trace);
  if (killedUs === null) return { kill, inside: null, processesGoneMs: 0, goneMs: 0, neededHeal: false, left: "", leaked: "" };
  // What the supervisor starts and makes while it is dying is looked for as well: the trace is read again at every look.
  const look = (): Leaks => leaksOf(suspectOf(run, killedUs, sharedMemoryBefore));
  const limits = limitsOf[kill.victim];
  const processes = await firstWhen(killedUs, limits.processesMs, () => look().processes.every(isWarden));
  const alone = await firstWhen(killedUs, limits.aloneMs, () => countOf(look()) === 0);
  if (alone.tookMs === null && kill.victim !== "harness") await heal(run.world);
  const leaks = look();
  const late = [processes.inTime ? "" : "processes late", alone.inTime || kill.victim !== "harness" ? "" : "late"];
  const left = countOf(leaks) > 0 ? `left: ${describeLeaks(leaks)}` : "";
  const leaked = [...late, left].filter((text) => text !== "").join("; ");
  for (const line of leaks.processes) process.kill(Number.parseInt(line, 10), "SIGKILL");
  const goneMs = alone.tookMs ?? (nowUs() - killedUs) / 1000;
  return { kill, inside: windowsAt(trace, killedUs), processesGoneMs: processes.tookMs ?? goneMs, goneMs, neededHeal: alone.tookMs === null, left, leaked };
}

export interface Run extends Disposable {
  readonly world: World;
  readonly trace: string;
  readonly child: ChildProcess;
  readonly startedUs: InstantUs;
  ended(withinMs: number): Promise<void>;
  /** Resolves with true once it came by the point for the nth time; with false when it ended before. */
  passed(place: Place): Promise<boolean>;
}

export function startRun(system: System, kill: Kill | null): Run {
  const world = newWorld();
  for (const file of definitions) cpSync(join(packageRoot, file), join(world.folder, basename(dirname(file)), basename(file)));
  const trace = join(world.folder, "trace");
  const at = kill?.aim.at === "point" ? { ROADWORTHY_STOP_AT: `${kill.victim} ${kill.aim.point} ${kill.aim.nth}` } : {};
  const environment = { ...world.environment, NODE_OPTIONS: `--import=${entryPath("harness/proof/crash/trace-points")}`, ROADWORTHY_TRACE: trace, ...at };
  const definition = join(world.folder, system);
  const args = ["run", join(definition, "scenario.yaml"), "--target", definition, "--out", world.runs];
  const startedUs = nowUs();
  const child = spawn(process.execPath, [entryPath("harness/cli/main"), ...args], { cwd: world.folder, env: environment, stdio: "ignore" });
  const end = Promise.withResolvers<void>();
  child.once("close", () => end.resolve());
  return {
    world,
    trace,
    child,
    startedUs,
    ended: async (withinMs) => {
      using _timer = after(withinMs, () => void child.kill("SIGKILL"));
      await end.promise;
    },
    passed: (place) => passed({ world, trace, child }, place),
    [Symbol.dispose]: () => {
      child.kill("SIGKILL");
      world[Symbol.dispose]();
    },
  };
}

/** Kills where it is aimed at; the instant of the kill, or null when there was nothing left to kill. */
async function strike(run: Run, { aim, victim }: Kill): Promise<InstantUs | null> {
  if (aim.at === "point") {
    await run.ended(runWithinMs);
    return readTrace(run.trace).find(({ point }) => point === "struck")?.atUs ?? null;
  }
  if (aim.at === "instant") await wait(aim.afterMs - (nowUs() - run.startedUs) / 1000);
  else if (await run.passed(aim)) await wait(aim.afterMs);
  if (run.child.exitCode !== null || run.child.signalCode !== null) return null;
  const trace = readTrace(run.trace);
  const others = othersOf[victim].flatMap((role) => pidOf(trace, role) ?? []);
  const killedUs = nowUs();
  run.child.kill("SIGKILL");
  for (const pid of others) process.kill(pid, "SIGKILL");
  return killedUs;
}

const othersOf: Readonly<Record<Victim, readonly string[]>> = { harness: [], both: ["supervisor"], all: ["supervisor", "warden"] };

interface Place {
  readonly who: string;
  readonly point: string;
  readonly nth: number;
}

async function passed({ world, trace, child }: Pick<Run, "world" | "trace" | "child">, place: Place): Promise<boolean> {
  const seen = Promise.withResolvers<boolean>();
  const look = (): void => {
    if (readTrace(trace).filter(({ who, point }) => who === place.who && point === place.point).length >= place.nth) seen.resolve(true);
  };
  const watching = watch(world.folder, { signal: timeoutSignal(runWithinMs) }, look);
  watching.on("error", () => seen.resolve(false));
  child.once("close", () => seen.resolve(false));
  const found = await seen.promise;
  watching.close();
  return found;
}

function suspectOf(run: Run, killedUs: InstantUs, sharedMemoryBefore: ReadonlySet<string>): Suspect {
  const trace = readTrace(run.trace);
  return { ...suspectIn(run.world.folder), run: runOf(trace), pids: pidsOf(trace), ports: portsOf(trace), killedUs, sharedMemoryBefore };
}

/**
 * How long it took from `sinceUs` until it was so; null when it was not at all. Whether that was in time: what this program, which does nothing
 * but look, was not given the processor for is the machine's time and does not count. A limit of 0 is none.
 */
async function firstWhen(sinceUs: InstantUs, withinMs: number, isSo: () => boolean): Promise<{ tookMs: number | null; inTime: boolean }> {
  if (withinMs === 0) return { tookMs: null, inTime: true };
  let [lastUs, stoodStillUs] = [nowUs(), 0];
  const found = await poll(
    async () => {
      const gapUs = nowUs() - lastUs;
      if (gapUs > standstillUs) stoodStillUs += gapUs;
      const so = isSo();
      lastUs = nowUs();
      return so ? (lastUs - sinceUs) / 1000 : undefined;
    },
    { intervalMs: lookEveryMs, deadlineUs: sinceUs + lookWithinMs * 1000 },
  );
  return { tookMs: found ?? null, inTime: found !== undefined && found <= withinMs + stoodStillUs / 1000 };
}

/** The next command, whatever it is, heals; this one does nothing else. */
async function heal(world: World): Promise<void> {
  const child = spawn(process.execPath, [entryPath("harness/cli/main"), "heal"], { cwd: world.folder, env: world.environment, stdio: "ignore" });
  const end = Promise.withResolvers<void>();
  child.once("close", () => end.resolve());
  using _timer = after(healWithinMs, () => void child.kill("SIGKILL"));
  await end.promise;
}
