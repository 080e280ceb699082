/**
 * The life of a child.
 *
 *             start                 stop, close: signal sent          exited, or out of time
 *   ended ──────────► starting ──► running ─────────────────► ending ─────────────────┐
 *     ▲                   ▲           │ exited by itself, or is being killed          ▼
 *     │                   │ due       └──────────────────────────────────────────► sweeping: the rest of its session is killed
 *     │                waiting ◄── wanted, and its policy is to restart ──────────────┤
 *     └──────────── not wanted, not to be restarted, or restarted too often ──────────┘
 */

import type { ChildSpec, ProcessIdentity, StopSignal, SupervisorNotice } from "../protocol.ts";
import { limits, unwritable, type ChildStage, type ChildState, type Failure, type SupervisorEvent, type Waiter } from "./state.ts";
import { nextOrder, refuse, reply, setChild, update, type Turn } from "./turn.ts";

/** A known child that is looked up; requests about unknown ones are refused. */
export function childOr(turn: Turn, id: string, request: number): ChildState | null {
  const child = turn.state.children.get(id);
  if (child === undefined) refuse(turn, request, { code: "not-found", message: `there is no child "${id}"`, hint: "spawn it first" });
  return child ?? null;
}

export function spawnNew(turn: Turn, spec: ChildSpec, request: number): void {
  if (turn.state.children.has(spec.id)) {
    refuse(turn, request, { code: "internal", message: `there is a child "${spec.id}" already`, hint: "forget it first" });
    return;
  }
  setChild(turn, spec.id, { spec, order: 0, stage: { is: "ended" }, wanted: true, ran: false, restartsAtUs: [], waiters: [] });
  startChild(turn, spec.id, { for: "running", request });
}

/** Starts it unless it runs; the waiter is told once it does. A child that is just ending is started when it has ended. */
export function startChild(turn: Turn, id: string, waiter: Waiter | null): void {
  const child = turn.state.children.get(id);
  if (child === undefined) return;
  const waiters = waiter === null ? child.waiters : [...child.waiters, waiter];
  setChild(turn, id, { ...child, wanted: true, waiters });
  switch (child.stage.is) {
    case "ended":
    case "waiting":
      begin(turn, id);
      break;
    case "running":
      // One that is about to end is no answer to who wants it to run: it gets the time that it has for an orderly end, and then a new one starts.
      if (child.stage.condemned) setChild(turn, id, { ...child, wanted: true, waiters, stage: endingOf(turn, child, child.stage.process) });
      else turn.effects.push({ effect: "look", child: id, process: child.stage.process });
      break;
    case "starting":
    case "ending":
    case "sweeping":
      break;
  }
}

function begin(turn: Turn, id: string): void {
  const child = turn.state.children.get(id);
  if (child === undefined) return;
  setChild(turn, id, { ...child, order: nextOrder(turn), stage: { is: "starting", deadlineUs: turn.atUs + limits.startingUs } });
  turn.effects.push(
    { effect: "journal", entry: { entry: "spawning", child: id }, orElse: { event: "spawn-failed", child: id, failure: unwritable, atUs: turn.atUs } },
    { effect: "spawn", child: id, spec: child.spec },
  );
}

export function spawned(turn: Turn, id: string, process: ProcessIdentity): void {
  const known = turn.state.processes.some(({ pid, startTicks }) => pid === process.pid && startTicks === process.startTicks);
  if (known) return;
  update(turn, { processes: [...turn.state.processes, process] });
  // The process exists whether or not this can be written; the marker in its environment stands for it then.
  turn.effects.push({ effect: "journal", entry: { entry: "started", child: id, process }, orElse: null });
  const child = turn.state.children.get(id);
  if (child?.stage.is !== "starting") {
    // It comes after it was given up: nothing may run that nobody knows.
    if (child !== undefined && processOf(child.stage) === null) setChild(turn, id, { ...child, stage: sweeping(turn, process) });
    turn.effects.push({ effect: "sweep", child: id, process });
    return;
  }
  setChild(turn, id, { ...child, ran: true, stage: { is: "running", process, condemned: false } });
  tell(turn, { notice: "started", child: id, process, atUs: turn.atUs });
  settle(turn, id, process);
  // It was to be stopped while it started.
  if (!child.wanted) stopChild(turn, id, null);
}

/** Tells all who waited for it to run. */
function settle(turn: Turn, id: string, process: ProcessIdentity): void {
  const child = turn.state.children.get(id);
  if (child === undefined) return;
  setChild(turn, id, { ...child, waiters: child.waiters.filter((waiter) => waiter.for !== "running") });
  for (const waiter of child.waiters) {
    if (waiter.for !== "running") continue;
    if ("request" in waiter) reply(turn, waiter.request, process);
    else leaseSettled(turn, waiter.lease, null);
  }
}

export function spawnFailed(turn: Turn, id: string, failure: Failure): void {
  const child = turn.state.children.get(id);
  if (child?.stage.is !== "starting") return;
  setChild(turn, id, { ...child, stage: { is: "ended" }, wanted: false });
  tell(turn, { notice: "gave-up", child: id, why: failure.message, atUs: turn.atUs });
  disappoint(turn, id, failure);
  afterEnd(turn, id);
  if (!child.ran) remove(turn, id);
}

/** Tells all who waited for it to run that it will not. */
function disappoint(turn: Turn, id: string, failure: Failure): void {
  const child = turn.state.children.get(id);
  if (child === undefined) return;
  setChild(turn, id, { ...child, waiters: child.waiters.filter((waiter) => waiter.for !== "running") });
  for (const waiter of child.waiters) {
    if (waiter.for !== "running") continue;
    if ("request" in waiter) refuse(turn, waiter.request, failure);
    else leaseSettled(turn, waiter.lease, failure.message);
  }
}

/** A `start` undo has done its work; told to the leases' half by an event of its own so that the two halves need not know one another. */
function leaseSettled(turn: Turn, lease: string, problem: string | null): void {
  turn.followUps.push({ event: "undone", lease, problem, atUs: turn.atUs });
}

/** Asks for an orderly end, by the child's own signal unless another one is named. `forget`: it is not known any more afterwards. */
export function stopChild(turn: Turn, id: string, waiter: Waiter | null, signal: StopSignal | null = null): void {
  const child = turn.state.children.get(id);
  if (child === undefined) return;
  const waiters = waiter === null ? child.waiters : [...child.waiters, waiter];
  const stopping: ChildState = { ...child, wanted: false, waiters };
  setChild(turn, id, stopping);
  if (child.stage.is === "running") {
    const { process } = child.stage;
    setChild(turn, id, { ...stopping, stage: endingOf(turn, child, process) });
    turn.effects.push({ effect: "signal-leader", child: id, process, signal: signal ?? child.spec.stop.signal });
  } else if (child.stage.is === "waiting" || child.stage.is === "ended") {
    ended(turn, id);
  }
}

function endingOf(turn: Turn, { spec }: ChildState, process: ProcessIdentity): ChildStage {
  const withinUs = Math.min(spec.stop.withinMs * 1000, turn.state.hurried ? limits.hurriedEndingUs : Number.POSITIVE_INFINITY);
  return { is: "ending", process, deadlineUs: turn.atUs + withinUs };
}

/** A signal that ends whoever does not handle it goes to this process. */
export function condemn(turn: Turn, pid: number, signal: NodeJS.Signals): void {
  if (signal === "SIGSTOP" || signal === "SIGCONT") return;
  for (const [id, child] of turn.state.children) {
    if (child.stage.is === "running" && child.stage.process.pid === pid) setChild(turn, id, { ...child, stage: { ...child.stage, condemned: true } });
  }
}

/** The exit of one that is gone already is on its way, and with it a new start. */
export function looked(turn: Turn, { child: id, pid, alive }: Extract<SupervisorEvent, { event: "looked" }>): void {
  const stage = turn.state.children.get(id)?.stage;
  if (stage?.is !== "running" || stage.process.pid !== pid) return;
  if (alive) settle(turn, id, stage.process);
  else sweep(turn, id);
}

export function killChild(turn: Turn, id: string, request: number): void {
  const child = childOr(turn, id, request);
  if (child === null) return;
  const process = processOf(child.stage);
  if (process === null) {
    refuse(turn, request, { code: "process-died", message: `"${id}" is not running`, hint: "start it first" });
    return;
  }
  turn.effects.push({ effect: "kill-session", child: id, process });
  // It does not count as running until its exit is told: who starts it now means a new one.
  if (child.stage.is !== "sweeping") sweep(turn, id);
  reply(turn, request);
}

export function exited(turn: Turn, event: Extract<SupervisorEvent, { event: "exited" }>): void {
  const child = turn.state.children.get(event.child);
  if (child === undefined) return;
  const own = processOf(child.stage)?.pid === event.pid;
  const expected = !own || child.stage.is === "ending" || !child.wanted;
  tell(turn, { notice: "exited", child: event.child, pid: event.pid, ended: event.ended, expected, atUs: turn.atUs });
  if (own && (child.stage.is === "running" || child.stage.is === "ending")) sweep(turn, event.child);
}

/** Ends what is left of a child's session: what it started must not outlive it, and must not hold its port when it is started again. */
export function sweep(turn: Turn, id: string): void {
  const child = turn.state.children.get(id);
  const process = child === undefined ? null : processOf(child.stage);
  if (child === undefined || process === null) return;
  setChild(turn, id, { ...child, stage: sweeping(turn, process) });
  turn.effects.push({ effect: "sweep", child: id, process });
}

function sweeping(turn: Turn, process: ProcessIdentity): ChildStage {
  return { is: "sweeping", process, deadlineUs: turn.atUs + limits.sweepingUs };
}

export function swept(turn: Turn, event: Extract<SupervisorEvent, { event: "swept" }>): void {
  const gone = event.left.length === 0;
  // It was given up, and has come to its end all the same.
  if (gone) update(turn, { left: turn.state.left.filter(({ id }) => id !== String(event.pid)) });
  const child = turn.state.children.get(event.child);
  if (child === undefined || child.stage.is !== "sweeping" || child.stage.process.pid !== event.pid) return;
  update(turn, { left: [...turn.state.left, ...event.left] });
  if (gone) turn.effects.push({ effect: "journal", entry: { entry: "ended", child: event.child, pid: event.pid }, orElse: null });
  const restarts = child.spec.restart.policy === "always" && child.wanted && turn.state.stage === "serving";
  const asked = child.waiters.some((waiter) => waiter.for === "running") && turn.state.stage === "serving";
  if (asked) begin(turn, event.child);
  else if (restarts) restart(turn, event.child, child);
  else ended(turn, event.child);
}

function restart(turn: Turn, id: string, child: ChildState): void {
  const recent = child.restartsAtUs.filter((atUs) => atUs > turn.atUs - limits.restartWindowUs);
  if (recent.length >= limits.restartsInWindow) {
    const seconds = limits.restartWindowUs / 1_000_000;
    tell(turn, { notice: "gave-up", child: id, why: `restarted ${recent.length} times within ${seconds} s`, atUs: turn.atUs });
    ended(turn, id);
    return;
  }
  const { delayMs } = child.spec.restart;
  setChild(turn, id, { ...child, restartsAtUs: [...recent, turn.atUs], stage: { is: "waiting", dueUs: turn.atUs + delayMs * 1000 } });
  tell(turn, { notice: "restarting", child: id, afterMs: delayMs, atUs: turn.atUs });
}

function ended(turn: Turn, id: string): void {
  const child = turn.state.children.get(id);
  if (child === undefined) return;
  setChild(turn, id, { ...child, stage: { is: "ended" } });
  if (turn.state.stage !== "serving") disappoint(turn, id, { code: "interrupted", message: `"${id}" was ended with everything else`, hint: "nothing: the run is over" });
  afterEnd(turn, id);
}

/** Answers all who wait for the end, and forgets the child when one of them asked for that. */
function afterEnd(turn: Turn, id: string): void {
  const child = turn.state.children.get(id);
  if (child === undefined) return;
  setChild(turn, id, { ...child, waiters: child.waiters.filter((waiter) => waiter.for !== "ended") });
  for (const waiter of child.waiters) {
    if (waiter.for !== "ended") continue;
    reply(turn, waiter.request);
    if (waiter.forget) remove(turn, id);
  }
}

function remove(turn: Turn, id: string): void {
  update(turn, { children: new Map([...turn.state.children].filter(([other]) => other !== id)) });
}

/** Starts the children whose restart is due, ends those that are out of time, and gives up what does not answer. */
export function tickChildren(turn: Turn): void {
  for (const [id, child] of turn.state.children) {
    if (child.stage.is === "waiting" && child.stage.dueUs <= turn.atUs && turn.state.stage === "serving") begin(turn, id);
    if (child.stage.is === "ending" && child.stage.deadlineUs <= turn.atUs) sweep(turn, id);
    if (child.stage.is === "starting" && child.stage.deadlineUs <= turn.atUs) {
      spawnFailed(turn, id, { code: "stack-unavailable", message: `"${id}" was not started within ${limits.startingUs / 1_000_000} s`, hint: "see what the machine is busy with" });
    }
    if (child.stage.is === "sweeping" && child.stage.deadlineUs <= turn.atUs) {
      const { pid } = child.stage.process;
      swept(turn, { event: "swept", child: id, pid, left: [{ kind: "process", id: String(pid), command: `kill -9 ${pid}` }], atUs: turn.atUs });
    }
  }
}

export function processOf(stage: ChildStage): ProcessIdentity | null {
  return stage.is === "running" || stage.is === "ending" || stage.is === "sweeping" ? stage.process : null;
}

export function tell(turn: Turn, notice: SupervisorNotice): void {
  turn.effects.push({ effect: "notice", notice });
}
