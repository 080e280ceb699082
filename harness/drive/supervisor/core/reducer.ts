/**
 * The supervisor's mind: (state, event) → (state, effects). Pure, so that a simulator can drive it in virtual time.
 *
 *              close asked, harness lost        no undo under way,      no child left,
 *              or told to end                   or out of time          or out of time
 *   serving ──────────────────────► undoing ──────────────► ending ──────────────► cleaning ──► closed
 *      │ ▲                          newest first            newest first:          containers, folders, shared memory
 *      ▼ │ a beat                                           stop, then SIGKILL
 *   no beat for 2 s: all undos are carried out, processes stay
 *
 * The lives of a child and of a lease are drawn in `children.ts` and `leases.ts`.
 */

import type { InstantUs } from "../../../base/time.ts";
import type { Leftover, Project, SupervisorRequest } from "../protocol.ts";
import { childOr, condemn, exited, killChild, looked, processOf, spawned, spawnFailed, spawnNew, startChild, stopChild, sweep, swept, tickChildren } from "./children.ts";
import { drop, giveUp, grant, inStage, release, renew, tickLeases, undone } from "./leases.ts";
import { limits, unwritable, type Effect, type SupervisorEvent, type SupervisorState, type Unwritten } from "./state.ts";
import { refuse, reply, update, type Turn } from "./turn.ts";

export function reduce(state: SupervisorState, event: SupervisorEvent): { state: SupervisorState; effects: readonly Effect[] } {
  const turn: Turn = { state, effects: [], followUps: [event], atUs: event.atUs };
  // An event leads to a few others at most: each follow-up settles one lease.
  while (turn.followUps.length > 0) {
    for (const next of turn.followUps.splice(0)) apply(turn, next);
    tickLeases(turn);
    tickChildren(turn);
    advance(turn);
  }
  return { state: turn.state, effects: turn.effects };
}

/** When the next tick is due; null when nothing is. */
export function nextDeadlineUs(state: SupervisorState): InstantUs | null {
  if (state.stage === "closed") return null;
  const deadlines: number[] = [state.stageDeadlineUs];
  if (state.stage === "serving" && !state.undoAll) deadlines.push(state.lastBeatUs + limits.beatsWithinUs);
  for (const lease of state.leases.values()) if (lease.stage === "held" || lease.stage === "undoing") deadlines.push(lease.deadlineUs);
  for (const { stage } of state.children.values()) {
    if (stage.is === "waiting" && state.stage === "serving") deadlines.push(stage.dueUs);
    if (stage.is === "starting" || stage.is === "ending" || stage.is === "sweeping") deadlines.push(stage.deadlineUs);
  }
  const next = Math.min(...deadlines);
  return Number.isFinite(next) ? next : null;
}

function apply(turn: Turn, event: SupervisorEvent): void {
  switch (event.event) {
    case "asked":
      ask(turn, event.id, event.request);
      break;
    case "spawned":
      spawned(turn, event.child, event.process);
      break;
    case "spawn-failed":
      spawnFailed(turn, event.child, event.failure);
      break;
    case "exited":
      exited(turn, event);
      break;
    case "looked":
      looked(turn, event);
      break;
    case "swept":
      swept(turn, event);
      break;
    case "undone":
      undone(turn, event.lease, event.problem, event.attempt);
      break;
    case "lease-refused":
      drop(turn, event);
      break;
    case "making-refused":
      refuse(turn, event.request, event.failure);
      break;
    case "cleaned":
      if (turn.state.stage === "cleaning") finish(turn, event.left);
      break;
    case "lost":
      hurry(turn);
      break;
    case "tick":
      if (turn.state.stage === "serving" && turn.state.lastBeatUs + limits.beatsWithinUs <= turn.atUs) update(turn, { undoAll: true });
      break;
  }
}

function ask(turn: Turn, id: number, request: SupervisorRequest): void {
  if (turn.state.stage !== "serving" && ["spawn", "start", "lease", "folder", "project"].includes(request.ask)) {
    refuse(turn, id, { code: "interrupted", message: `${request.ask} was asked for while everything is being ended`, hint: "nothing: the run is over" });
    return;
  }
  switch (request.ask) {
    case "spawn":
      spawnNew(turn, request.spec, id);
      break;
    case "start":
      if (childOr(turn, request.child, id) !== null) startChild(turn, request.child, { for: "running", request: id });
      break;
    case "stop":
      if (childOr(turn, request.child, id) !== null) stopChild(turn, request.child, { for: "ended", request: id, forget: false }, request.signal ?? null);
      break;
    case "forget":
      if (childOr(turn, request.child, id) !== null) stopChild(turn, request.child, { for: "ended", request: id, forget: true });
      break;
    case "kill":
      killChild(turn, request.child, id);
      break;
    case "lease":
      grant(turn, request, id);
      break;
    case "renew":
      renew(turn, request, id);
      break;
    case "release":
      release(turn, request.lease, id);
      break;
    case "beat":
      if (turn.state.stage === "serving") update(turn, { lastBeatUs: turn.atUs, undoAll: false });
      break;
    case "close":
      update(turn, { closers: [...turn.state.closers, id] });
      if (turn.state.stage === "serving") enter(turn, "undoing", limits.undoingUs);
      break;
    case "signal":
    case "write":
    case "processes":
    case "folder":
    case "project":
      pass(turn, id, request);
      break;
  }
}

type PassedRequest = Extract<SupervisorRequest, { ask: "signal" | "write" | "processes" | "folder" | "project" }>;

/** Requests that are looked up and handed on. */
function pass(turn: Turn, id: number, request: PassedRequest): void {
  switch (request.ask) {
    case "signal":
      condemn(turn, request.process.pid, request.signal);
      turn.effects.push({ effect: "signal", id, process: request.process, signal: request.signal, children: processes(turn.state) });
      break;
    case "write":
      if (childOr(turn, request.child, id) !== null) turn.effects.push({ effect: "write", id, child: request.child, line: request.line });
      break;
    case "processes": {
      const child = childOr(turn, request.child, id);
      if (child === null) return;
      const process = processOf(child.stage);
      if (process === null) reply(turn, id, []);
      else turn.effects.push({ effect: "list", id, child: request.child, process });
      break;
    }
    case "folder":
      update(turn, { folders: [...turn.state.folders, request.path] });
      turn.effects.push(
        { effect: "journal", entry: { entry: "folder", path: request.path }, orElse: refusedTo(turn, id) },
        { effect: "make-folder", id, path: request.path },
      );
      break;
    case "project":
      update(turn, { projects: withProject(turn.state.projects, request.project) });
      turn.effects.push({ effect: "journal", entry: { entry: "project", project: request.project }, orElse: refusedTo(turn, id) });
      reply(turn, id);
      break;
  }
}

/** What is told later of the same one counts. */
export function withProject(projects: readonly Project[], project: Project): Project[] {
  return [...projects.filter(({ endpoint, run }) => endpoint !== project.endpoint || run !== project.run), project];
}

function refusedTo({ atUs }: Turn, request: number): Unwritten {
  return { event: "making-refused", request, failure: unwritable, atUs };
}

function processes(state: SupervisorState): ReadonlyMap<string, { pid: number; startTicks: number }> {
  const found = new Map<string, { pid: number; startTicks: number }>();
  for (const [id, child] of state.children) {
    const process = processOf(child.stage);
    if (process !== null) found.set(id, process);
  }
  return found;
}

/** Nobody waits for an orderly end any more: the deadlines of the present stage shrink. */
function hurry(turn: Turn): void {
  const { stage } = turn.state;
  // Told more than once: the deadline stays.
  if (turn.state.hurried) return;
  update(turn, { hurried: true });
  if (stage === "serving" || stage === "undoing") enter(turn, "undoing", limits.hurriedUndoingUs);
  if (stage !== "ending") return;
  enter(turn, "ending", limits.hurriedEndingUs);
  for (const [id, child] of turn.state.children) if (child.stage.is !== "ended") stopChild(turn, id, null);
}

function enter(turn: Turn, stage: SupervisorState["stage"], withinUs: number): void {
  update(turn, { stage, undoAll: true, stageDeadlineUs: turn.atUs + withinUs });
}

/** Goes on to the next stage of closing as soon as this one has nothing left to do, or is out of time. */
function advance(turn: Turn): void {
  const late = (): boolean => turn.state.stageDeadlineUs <= turn.atUs;
  if (turn.state.stage === "undoing") {
    tickLeases(turn);
    if (!late() && inStage(turn, "held", "undoing")) return;
    giveUp(turn, "undoing");
    enter(turn, "ending", turn.state.hurried ? limits.hurriedEndingUs : limits.endingUs);
  }
  if (turn.state.stage === "ending") {
    endChildren(turn, late());
    const alive = [...turn.state.children.values()].some((child) => child.stage.is !== "ended");
    if (alive) return;
    giveUp(turn, "held", "undoing");
    update(turn, { stage: "cleaning", stageDeadlineUs: turn.atUs + limits.cleaningUs });
    const open = [...turn.state.leases].filter(([, lease]) => lease.stage !== "done" || lease.early);
    const undos = new Map(open.map(([id, lease]) => [id, lease.undo]));
    const { folders, projects, hurried } = turn.state;
    turn.effects.push({ effect: "clean", folders, projects, pids: turn.state.processes.map(({ pid }) => pid), undos, forgiving: hurried });
  }
  if (turn.state.stage === "cleaning" && late()) {
    finish(turn, [{ kind: "run", id: `the last clean-up was not done within ${limits.cleaningUs / 1_000_000} s`, command: "roadworthy heal" }]);
  }
}

/** One after the other, newest first; all at once when nobody waits; with SIGKILL when they are out of time. */
function endChildren(turn: Turn, late: boolean): void {
  // Whatever still starts now is not waited for any more either.
  if (late) update(turn, { hurried: true, stageDeadlineUs: Number.POSITIVE_INFINITY });
  for (const id of living(turn)) {
    const child = turn.state.children.get(id);
    if (child === undefined) continue;
    if (child.stage.is === "running" || child.stage.is === "waiting") stopChild(turn, id, null);
    if (late && child.stage.is !== "sweeping") sweep(turn, id);
    // One that waited for its restart has ended with that, and the next one's turn has come.
    if (!turn.state.hurried && turn.state.children.get(id)?.stage.is !== "ended") return;
  }
}

function living(turn: Turn): string[] {
  const children = [...turn.state.children].filter(([, child]) => child.stage.is !== "ended");
  return children.toSorted(([, a], [, b]) => b.order - a.order).map(([id]) => id);
}

function finish(turn: Turn, left: readonly Leftover[]): void {
  const all = [...turn.state.left, ...left];
  const result = { complete: all.length === 0, left: all };
  update(turn, { stage: "closed", left: all });
  for (const id of turn.state.closers) reply(turn, id, result);
  turn.effects.push({ effect: "finish", result });
}
