/**
 * Who runs on this machine, from /proc. A process is known by its pid together with its start time in kernel ticks, because a pid alone
 * may have been given to a stranger meanwhile (R37). Zombies do not count: they hold nothing, and an init may reap them late.
 */

import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import type { ProcessIdentity, SessionProcess } from "../protocol.ts";

export interface ProcessFacts extends ProcessIdentity {
  readonly parent: number;
  readonly session: number;
  /** Whether a signal has stopped it. */
  readonly stopped: boolean;
  /** Processor time that it has used, in kernel ticks. */
  readonly usedTicks: number;
}

/** What marks the processes of a run: in the environment they were started with, their working folder or their command line. */
export interface RunMarks {
  readonly run: string;
  /** Only of this child; all children when left out. */
  readonly child?: string;
  readonly scratchFolder: string | null;
}

/** Environment variables that every child gets, and hands on to what it starts. */
export const runVariable = "ROADWORTHY_RUN";
export const childVariable = "ROADWORTHY_CHILD";

/** null when there is no such process any more. */
export function processFacts(pid: number): ProcessFacts | null {
  const stat = readProc(pid, "stat");
  // The name in parentheses may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state = "", parent, , session] = fields;
  if (state === "" || state === "Z" || state === "X") return null;
  return { pid, startTicks: Number(fields[19]), parent: Number(parent), session: Number(session), stopped: state === "T", usedTicks: Number(fields[11]) + Number(fields[12]) };
}

export function identityOf(pid: number): ProcessIdentity | null {
  const facts = processFacts(pid);
  return facts === null ? null : { pid, startTicks: facts.startTicks };
}

export function isAlive({ pid, startTicks }: ProcessIdentity): boolean {
  return processFacts(pid)?.startTicks === startTicks;
}

/** Whether this very process is there and stopped. */
export function isStopped({ pid, startTicks }: ProcessIdentity): boolean {
  const facts = processFacts(pid);
  return facts?.startTicks === startTicks && facts.stopped;
}

/** What the processes have started, and what that has started: also in sessions of their own, as PostgreSQL's server processes make them. */
export function descendantsOf(ancestors: readonly ProcessIdentity[]): ProcessFacts[] {
  const roots = new Map(ancestors.map((ancestor) => [ancestor.pid, ancestor]));
  return [...treesOf(roots).values()].flat().filter(({ pid }) => !roots.has(pid));
}

/** Each root that is there, with its descendants; a root that another one started has its own tree. */
export function treesOf<Name>(roots: ReadonlyMap<Name, ProcessIdentity>): Map<Name, ProcessFacts[]> {
  const all = allProcesses();
  const children = Map.groupBy(all, ({ parent }) => parent);
  const isRoot = ({ pid, startTicks }: ProcessFacts): boolean => [...roots.values()].some((root) => root.pid === pid && root.startTicks === startTicks);
  const treeFrom = (process: ProcessFacts): ProcessFacts[] => {
    // What began before its parent is the child of an earlier process of that pid. Of one tick, neither comes before the other by its pid: pids begin anew.
    const own = (children.get(process.pid) ?? []).filter((child) => child.startTicks >= process.startTicks && !isRoot(child));
    return [process, ...own.flatMap(treeFrom)];
  };
  return new Map([...roots].map(([name, { pid, startTicks }]) => [name, all.filter((facts) => facts.pid === pid && facts.startTicks === startTicks).flatMap(treeFrom)]));
}

/** The living members of the session that `leader` made, the leader first. Empty when the number of the session belongs to a stranger by now. */
export function sessionMembers(leader: ProcessIdentity): ProcessFacts[] {
  const members = allProcesses().filter((facts) => facts.session === leader.pid && facts.startTicks >= leader.startTicks);
  const stranger = members.some((facts) => facts.pid === leader.pid && facts.startTicks !== leader.startTicks);
  return stranger ? [] : members.toSorted((a, b) => Number(b.pid === leader.pid) - Number(a.pid === leader.pid) || a.pid - b.pid);
}

/** Processes that carry a run's marks, also those that left their session. Never this process. */
export function markedProcesses(marks: RunMarks): ProcessFacts[] {
  return allProcesses().filter((facts) => facts.pid !== process.pid && isMarked(facts.pid, marks));
}

function isMarked(pid: number, { run, child, scratchFolder }: RunMarks): boolean {
  const environment = readProc(pid, "environ").split("\0");
  if (environment.includes(`${runVariable}=${run}`)) return child === undefined || environment.includes(`${childVariable}=${child}`);
  // redis-server and PostgreSQL write over their environment; they live in the scratch folder.
  if (child !== undefined || scratchFolder === null) return false;
  const folder = workingFolder(pid);
  return folder === scratchFolder || folder.startsWith(`${scratchFolder}/`) || readProc(pid, "cmdline").includes(scratchFolder);
}

const containerIdLength = 64;

/** Those of this machine that the kernel's control groups show in a container. None when it has ended, is elsewhere, or cannot be seen from here. */
export function processesOfContainer(container: string): ProcessIdentity[] {
  if (container.length !== containerIdLength || process.platform !== "linux") return [];
  // "…/docker/<id>", "…/docker-<id>.scope", "…/libpod-<id>.scope".
  return allProcesses().flatMap(({ pid, startTicks }) => (readProc(pid, "cgroup").includes(container) ? [{ pid, startTicks }] : []));
}

export function describe({ pid, startTicks }: ProcessIdentity): SessionProcess {
  const command = readProc(pid, "cmdline").replaceAll("\0", " ").trim();
  // One number for each namespace that it is in, its own last: "NSpid:\t41207\t1".
  const inside = Number(/^NSpid:.*\t(\d+)$/m.exec(readProc(pid, "status"))?.[1] ?? pid);
  return inside === pid ? { pid, startTicks, command } : { pid, startTicks, command, insidePid: inside };
}

/** Sends a signal to exactly this process. Answers false when it is gone, and for the first process of the machine. Throws when it may not. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  // 0 and negative numbers would mean whole groups, 1 the machine or the container itself.
  if (identity.pid <= 1 || !isAlive(identity)) return false;
  try {
    return process.kill(identity.pid, signal);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}

/** Differs after every boot of the machine; empty where it is not known. */
export function bootIdentity(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}

function allProcesses(): ProcessFacts[] {
  const found: ProcessFacts[] = [];
  for (const name of readdirSync("/proc")) {
    const facts = /^\d+$/.test(name) ? processFacts(Number(name)) : null;
    if (facts !== null) found.push(facts);
  }
  return found;
}

/** Empty when the process is gone or belongs to somebody else. */
function readProc(pid: number, file: "stat" | "cmdline" | "environ" | "cgroup" | "status"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

function workingFolder(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return "";
  }
}
