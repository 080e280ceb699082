/** What of a run is still there: looked up on the machine, not asked of the tool. Zombies do not count: an init may reap late. */

import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { InstantUs } from "../../base/time.ts";
import { processFacts } from "../../drive/supervisor/system/processes.ts";

export interface Suspect {
  /** The world's folder: in it are its definitions, temporary data and journals. */
  readonly folder: string;
  readonly temporary: string;
  readonly journals: string;
  readonly run: string | null;
  readonly pids: readonly number[];
  readonly ports: readonly number[];
  readonly killedUs: InstantUs;
  /** Names in /dev/shm before the run. */
  readonly sharedMemoryBefore: ReadonlySet<string>;
}

export const leakKinds = ["processes", "ports", "folders", "shared memory", "journals"] as const;
export type LeakKind = (typeof leakKinds)[number];
export type Leaks = Readonly<Record<LeakKind, readonly string[]>>;

/** What npm and Node themselves keep among temporary data. */
const cacheOfNode = "node-compile-cache";
const ticksPerSecond = 100;
const sharedMemory = "/dev/shm";

export function leaksOf(suspect: Suspect): Leaks {
  return {
    processes: processesOf(suspect),
    ports: suspect.ports.filter((port) => isLeft(port, suspect.killedUs)).map(String),
    folders: entries(suspect.temporary).filter((name) => name !== cacheOfNode),
    "shared memory": [...segmentsOf(suspect.pids), ...sharedMemoryLeft(suspect.sharedMemoryBefore)],
    journals: entries(suspect.journals),
  };
}

export function countOf(leaks: Leaks): number {
  return leakKinds.reduce((sum, kind) => sum + leaks[kind].length, 0);
}

export function describeLeaks(leaks: Leaks): string {
  return leakKinds.filter((kind) => leaks[kind].length > 0).map((kind) => `${kind}: ${leaks[kind].join(", ")}`).join("; ");
}

/** Living processes whose pid, environment, command line or working folder is the run's. */
function processesOf({ folder, run, pids, killedUs }: Suspect): string[] {
  return allPids().flatMap((pid) => {
    const facts = processFacts(pid);
    if (facts === null || pid === process.pid) return [];
    const line = textOf(() => readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim());
    const at = textOf(() => readlinkSync(`/proc/${pid}/cwd`));
    const marked = run !== null && textOf(() => readFileSync(`/proc/${pid}/environ`, "utf8")).split("\0").includes(`ROADWORTHY_RUN=${run}`);
    // A pid that was given to somebody else meanwhile is no leak.
    const known = pids.includes(pid) && startedUs(pid) < killedUs;
    return marked || known || line.includes(folder) || at.startsWith(folder) ? [`${pid} ${line}`] : [];
  });
}

/** Somebody listens there who was there before the kill. */
function isLeft(port: number, killedUs: InstantUs): boolean {
  const hexPort = port.toString(16).toUpperCase().padStart(4, "0");
  const lines = readFileSync("/proc/net/tcp", "utf8").split("\n").slice(1).map((line) => line.trim().split(/\s+/));
  const listening = lines.find(([, local = "", , state]) => local.endsWith(`:${hexPort}`) && state === "0A");
  if (listening === undefined) return false;
  const owner = allPids().find((pid) => descriptors(pid).includes(`socket:[${listening[9]}]`));
  return owner === undefined || startedUs(owner) < killedUs;
}

function descriptors(pid: number): string[] {
  return entries(`/proc/${pid}/fd`).map((name) => textOf(() => readlinkSync(`/proc/${pid}/fd/${name}`)));
}

/** System V segments that one of these processes made. */
function segmentsOf(pids: readonly number[]): string[] {
  const lines = textOf(() => readFileSync("/proc/sysvipc/shm", "utf8")).trim().split("\n").slice(1);
  return lines.flatMap((line) => {
    const [, id = "", , , creator] = line.trim().split(/\s+/);
    return pids.includes(Number(creator)) ? [`segment ${id}`] : [];
  });
}

/** What browsers keep there begins with a dot. */
export function sharedMemoryNames(): string[] {
  return entries(sharedMemory).filter((name) => !name.startsWith("."));
}

/** What is in /dev/shm and was not before, and that no living process has in use: what one has is another's, or ends with a process that is a leak itself. */
export function sharedMemoryLeft(before: ReadonlySet<string>): string[] {
  const appeared = sharedMemoryNames().filter((name) => !before.has(name));
  if (appeared.length === 0) return [];
  const inUse = allPids().map((pid) => textOf(() => readFileSync(`/proc/${pid}/maps`, "utf8")));
  return appeared.filter((name) => existsSync(join(sharedMemory, name)) && !inUse.some((maps) => maps.includes(join(sharedMemory, name))));
}

function startedUs(pid: number): InstantUs {
  return ((processFacts(pid)?.startTicks ?? Number.POSITIVE_INFINITY) / ticksPerSecond) * 1_000_000;
}

function allPids(): number[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number);
}

function entries(folder: string): string[] {
  if (!existsSync(folder)) return [];
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A process may end while it is looked at. */
function textOf(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}

export function suspectIn(folder: string): Pick<Suspect, "folder" | "temporary" | "journals"> {
  return { folder, temporary: join(folder, "tmp"), journals: join(folder, "state", "roadworthy", "runs") };
}
