/**
 * The life of a lease.
 *
 *   ┌──┐ renewed
 *   held ── released · out of time · no beats · closing ──► undoing ──► done
 *                                                            ▲  │        ▲ it succeeds after all
 *                                             released again │  └────► failed: refused, out of time (tried once more at the end, and
 *                                                            └──────────┘      its command is in the result when that fails too)
 *
 * One that was undone before its harness has released it may have been undone before its act: then it is undone once more on release, or at the end.
 */

import { entryPath } from "../../../base/entry.ts";
import type { Project, Undo } from "../protocol.ts";
import { startChild, tell } from "./children.ts";
import { limits, unwritable, type Failure, type LeaseState, type SupervisorEvent } from "./state.ts";
import { nextOrder, refuse, reply, setLease, update, type Turn } from "./turn.ts";

export interface LeaseRequest {
  lease: string;
  undo: Undo;
  leaseMs: number;
}

export function grant(turn: Turn, { lease, undo, leaseMs }: LeaseRequest, request: number): void {
  if (turn.state.leases.has(lease) || turn.state.undoAll) {
    const message = turn.state.undoAll ? "everything is being undone" : `there is a lease "${lease}" already`;
    refuse(turn, request, { code: "internal", message, hint: "inject nothing after the heartbeats have stopped" });
    return;
  }
  if (leaseMs > turn.state.longestLeaseMs) {
    const message = `a fault is to be held for ${leaseMs / 1000} s with its margin, and ${turn.state.longestLeaseMs / 1000} s are allowed`;
    refuse(turn, request, { code: "not-allowed", message, hint: "hold it for less, or raise the limit for the longest fault" });
    return;
  }
  const [deadlineUs, latestUs] = [turn.atUs + leaseMs * 1000, turn.atUs + turn.state.longestLeaseMs * 1000];
  setLease(turn, lease, { undo, order: nextOrder(turn), latestUs, deadlineUs, stage: "held", problem: null, expired: false, early: false, attempt: 0, releases: [] });
  turn.effects.push({ effect: "journal", entry: { entry: "lease", lease, undo }, orElse: { event: "lease-refused", lease, request, failure: unwritable, atUs: turn.atUs } });
  reply(turn, request);
}

/** Its end moves away from now, and never comes nearer. Refused once it is being undone: what hung on it is not there any more. */
export function renew(turn: Turn, { lease: id, leaseMs }: Omit<LeaseRequest, "undo">, request: number): void {
  const lease = turn.state.leases.get(id);
  const deadlineUs = turn.atUs + leaseMs * 1000;
  if (lease === undefined) refuse(turn, request, unknown(id));
  else if (lease.stage !== "held" || turn.state.undoAll) refuse(turn, request, { code: "not-found", message: `lease "${id}" is not held any more`, hint: "nothing: it has been undone, or is being so" });
  else if (!(deadlineUs <= lease.latestUs)) refuse(turn, request, { code: "not-allowed", message: `a fault is held for ${turn.state.longestLeaseMs / 1000} s with its margin, and no longer`, hint: "end it earlier, or raise the limit for the longest fault" });
  else {
    setLease(turn, id, { ...lease, deadlineUs: Math.max(lease.deadlineUs, deadlineUs) });
    reply(turn, request);
  }
}

function unknown(id: string): Failure {
  return { code: "not-found", message: `there is no lease "${id}"`, hint: "a lease is released under the id it was given" };
}

export function release(turn: Turn, id: string, request: number): void {
  const lease = turn.state.leases.get(id);
  if (lease === undefined) {
    refuse(turn, request, unknown(id));
    return;
  }
  const isOver = lease.stage === "done" && !lease.early;
  if (!isOver && (turn.state.stage === "cleaning" || turn.state.stage === "closed")) {
    refuse(turn, request, { code: "interrupted", message: "the last clean-up is under way", hint: "its result says whether this was undone" });
    return;
  }
  if (isOver) {
    reply(turn, request);
    return;
  }
  // That it ran out has been told.
  setLease(turn, id, { ...lease, expired: lease.expired && lease.stage !== "done", releases: [...lease.releases, request] });
  if (lease.stage !== "undoing") beginUndo(turn, id, false);
}

function beginUndo(turn: Turn, id: string, expired: boolean): void {
  const lease = turn.state.leases.get(id);
  if (lease === undefined) return;
  setLease(turn, id, { ...lease, stage: "undoing", deadlineUs: turn.atUs + limits.undoUs, expired: lease.expired || expired, early: expired && turn.state.stage === "serving", attempt: lease.attempt + 1 });
  const { undo } = lease;
  const child = childOfUndo(undo);
  // Everything that runs is about to be ended, or the child is forgotten: there is nothing left to bring back or to put right.
  const pointless = child !== null && (turn.state.stage !== "serving" || !turn.state.children.has(child));
  const doomed = turn.state.stage !== "serving" && isRemovedWith(undo, turn.state.projects);
  if (pointless || doomed) undone(turn, id, null);
  // Nobody knows how long a command takes, and what disturbs may be running still: its turn comes when everything else has ended.
  else if (undo.do === "command" && turn.state.hurried) undone(turn, id, "it is left to the last clean-up");
  else if (undo.do === "start") startChild(turn, undo.child, { for: "running", lease: id });
  else turn.effects.push({ effect: "undo", lease: id, attempt: lease.attempt + 1, undo, hurried: turn.state.hurried });
}

/** The child that an undo is about, without which there is nothing to undo; null when it is about something else. */
export function childOfUndo(undo: Undo): string | null {
  if (undo.do === "start") return undo.child;
  return undo.do === "run" ? undo.livesIn : null;
}

/** Whether the container that the undo is about goes as a whole. */
export function isRemovedWith(undo: Undo, projects: readonly Project[]): boolean {
  return undo.do === "engine" && projects.some(({ endpoint, run }) => endpoint === undo.endpoint && run === undo.run);
}

export function undone(turn: Turn, id: string, problem: string | null, attempt?: number): void {
  const lease = turn.state.leases.get(id);
  // One that was given up may succeed after all; whatever else is told of one that is not under way has been told before.
  const late = lease?.stage === "failed" && problem === null;
  if (lease === undefined || (lease.stage !== "undoing" && !late) || (attempt ?? lease.attempt) !== lease.attempt) return;
  // Released while this was under way: the act may have come in between.
  const again = problem === null && lease.early && lease.releases.length > 0;
  setLease(turn, id, { ...lease, stage: problem === null ? "done" : "failed", problem, expired: lease.expired && !again, releases: again ? lease.releases : [] });
  if (problem === null && !lease.early) turn.effects.push({ effect: "journal", entry: { entry: "undone", lease: id }, orElse: null });
  for (const request of again ? [] : lease.releases) {
    if (problem === null) reply(turn, request);
    else refuse(turn, request, { code: "cleanup-incomplete", message: problem, hint: commandOfUndo(lease.undo) });
  }
  if (lease.expired) tell(turn, { notice: "lease-expired", lease: id, healed: problem === null, why: problem, atUs: turn.atUs });
  if (again) beginUndo(turn, id, false);
}

/** An undo that never reached the disk: its act does not happen. */
export function drop(turn: Turn, { lease, request, failure }: Extract<SupervisorEvent, { event: "lease-refused" }>): void {
  update(turn, { leases: new Map([...turn.state.leases].filter(([other]) => other !== lease)) });
  refuse(turn, request, failure);
}

/** Begins the undos that are due: those out of time, or, newest first and one after the other, all of them. */
export function tickLeases(turn: Turn): void {
  for (const [id, lease] of turn.state.leases) {
    if (lease.stage === "held" && lease.deadlineUs <= turn.atUs) beginUndo(turn, id, true);
    if (lease.stage === "undoing" && lease.deadlineUs <= turn.atUs) undone(turn, id, `it was not done within ${limits.undoUs / 1_000_000} s`);
  }
  // A `start` undo can be done at once, so the next one may be due in the same turn; each pass settles one lease.
  while (turn.state.undoAll && !inStage(turn, "undoing")) {
    const newest = [...turn.state.leases].filter(([, lease]) => lease.stage === "held").toSorted(([, a], [, b]) => b.order - a.order)[0];
    if (newest === undefined) return;
    beginUndo(turn, newest[0], true);
  }
}

/** Nobody waits any more for what is in these stages; it is tried once more when everything else has ended. */
export function giveUp(turn: Turn, ...stages: readonly LeaseState["stage"][]): void {
  for (const [id, lease] of turn.state.leases) {
    if (!stages.includes(lease.stage)) continue;
    setLease(turn, id, { ...lease, stage: "undoing" });
    undone(turn, id, "there was no time for it");
  }
}

export function inStage(turn: Turn, ...stages: readonly LeaseState["stage"][]): boolean {
  return [...turn.state.leases.values()].some((lease) => stages.includes(lease.stage));
}

/** What to type when an undo cannot be carried out. */
export function commandOfUndo(undo: Undo): string {
  switch (undo.do) {
    case "http": {
      const body = undo.body === null ? "" : ` -H 'content-type: application/json' -d '${undo.body}'`;
      return `curl -X ${undo.method}${body} ${undo.url}`;
    }
    case "signal":
      return `kill -${undo.signal.slice(3)} ${undo.process.pid}`;
    case "run":
      return `${process.execPath} ${entryPath(undo.module)} '${undo.input}'`;
    case "engine":
      return commandOfEngine(undo);
    case "command":
      return undo.command.map(quoted).join(" ");
    case "start":
    case "nothing":
      return "roadworthy heal";
  }
}

function commandOfEngine({ endpoint, container, to }: Extract<Undo, { do: "engine" }>): string {
  const docker = `docker -H ${endpoint}`;
  switch (to.be) {
    case "running":
      return `${docker} start ${container}`;
    case "going-on":
      return `${docker} unpause ${container}`;
    case "connected":
      return `${docker} network connect ${to.aliases.map((alias) => `--alias ${alias} `).join("")}${to.network} ${container}`;
    case "limited":
      return `${docker} update --memory ${to.memoryBytes} --memory-swap ${to.memorySwapBytes} --cpus ${to.nanoCpus / 1e9} ${container}`;
  }
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
