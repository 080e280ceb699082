/** Carries out what the reducer decides, and tells it what came of it. All judgement is in `core/`. */

import type { ChildProcess } from "node:child_process";
import { mkdirSync } from "node:fs";
import { asRoadworthyError, messageOf } from "../../base/error.ts";
import { after, nowUs } from "../../base/time.ts";
import type { Effect, Failure, SupervisorEvent } from "./core/state.ts";
import type { Journal } from "./journal.ts";
import type { CleanupResult, ProcessIdentity, SupervisorNotice } from "./protocol.ts";
import { permitEngine } from "./system/engine.ts";
import { createLineReader } from "./system/lines.ts";
import { descendantsOf, describe, identityOf, isAlive, markedProcesses, processFacts, sessionMembers, signalProcess, type ProcessFacts } from "./system/processes.ts";
import { createSpawner } from "./system/spawn.ts";
import { clean, endProcesses } from "./system/sweep.ts";
import { carryOut, hurriedUndo, patientUndo } from "./system/undo.ts";

export interface World {
  readonly run: string;
  readonly scratchFolder: string;
  readonly journal: Journal;
  dispatch(event: SupervisorEvent): void;
  reply(id: number, value: unknown): void;
  refuse(id: number, failure: Failure): void;
  notice(notice: SupervisorNotice): void;
  finish(result: CleanupResult): void;
}

interface Handle {
  readonly process: ChildProcess;
  readonly exited: Promise<void>;
}

/** How long the exit event of a process that is gone already may take to arrive. */
const exitEventWithinMs = 1_000;
const lastWordsWithinMs = 20;

export function createPerformer(world: World): (effects: readonly Effect[]) => void {
  const spawner = createSpawner(world.run);
  const [handles, undoing] = [new Map<string, Handle>(), new Map<string, Promise<void>>()];
  const perform = (effect: Effect): boolean => {
    switch (effect.effect) {
      case "journal":
        return writeDown(world, effect);
      case "spawn":
        spawnChild(world, { spawner, handles }, effect);
        break;
      case "signal-leader":
        askToEnd(effect);
        break;
      case "kill-session":
        for (const member of membersOf(world, effect)) signalProcess(member, "SIGKILL");
        break;
      case "look":
        world.dispatch({ event: "looked", child: effect.child, pid: effect.process.pid, alive: isAlive(effect.process), atUs: nowUs() });
        break;
      case "sweep":
        void sweep(world, effect, handles.get(effect.child));
        break;
      case "undo":
        undoing.set(effect.lease, undoAndTell(world, effect));
        break;
      case "clean":
        void cleanUp(world, effect, undoing);
        break;
      case "list":
        world.reply(effect.id, membersOf(world, effect).map(describe));
        break;
      case "signal":
        sendSignal(world, effect);
        break;
      case "write":
        write(world, effect, handles.get(effect.child));
        break;
      case "make-folder":
        makeFolder(world, effect);
        break;
      case "reply":
        world.reply(effect.id, effect.value);
        break;
      case "refuse":
        world.refuse(effect.id, effect.failure);
        break;
      case "notice":
        world.notice(effect.notice);
        break;
      case "finish":
        for (const handle of handles.values()) letGo(handle.process);
        world.finish(effect.result);
        break;
    }
    return true;
  };
  return (effects) => {
    for (const effect of effects) if (!perform(effect)) return;
  };
}

type Do<Kind extends Effect["effect"]> = Extract<Effect, { effect: Kind }>;

/** Answers whether the effects that follow may be carried out. */
function writeDown(world: World, { entry, orElse }: Do<"journal">): boolean {
  try {
    world.journal.append(entry);
    // The harness has asked for it, and whoever heals will know of it.
    if (entry.entry === "project") permitEngine(entry.project.endpoint);
    return true;
  } catch (error) {
    if (orElse === null) return true;
    const { message, hint } = orElse.failure;
    world.dispatch({ ...orElse, failure: { code: "cannot-write", message: `${message}: ${messageOf(error)}`, hint } });
    return false;
  }
}

function spawnChild(world: World, { spawner, handles }: { spawner: ReturnType<typeof createSpawner>; handles: Map<string, Handle> }, { child, spec }: Do<"spawn">): void {
  try {
    const process = spawner.spawn(spec);
    // Between its creation and its reaping the process is there, were it as a zombie: it has a start time.
    const identity = identityOf(process.pid) ?? { pid: process.pid, startTicks: 0 };
    const exited = Promise.withResolvers<void>();
    handles.set(child, { process, exited: exited.promise });
    listen(world, child, process);
    process.stdin?.on("error", () => {});
    process.once("exit", (code, signal) => {
      const atUs = nowUs();
      whenPrinted(process, () => {
        exited.resolve();
        world.dispatch({ event: "exited", child, pid: process.pid, ended: signal ?? String(code), atUs });
      });
    });
    world.dispatch({ event: "spawned", child, process: identity, atUs: nowUs() });
  } catch (error) {
    const { code, message, hint } = asRoadworthyError(error);
    world.dispatch({ event: "spawn-failed", child, failure: { code, message, hint: hint ?? "" }, atUs: nowUs() });
  }
}

async function undoAndTell(world: World, { lease, attempt, undo, hurried }: Do<"undo">): Promise<void> {
  const problem = await carryOut(undo, hurried ? hurriedUndo : patientUndo);
  world.dispatch({ event: "undone", lease, attempt, problem, atUs: nowUs() });
}

function askToEnd({ process, signal }: Do<"signal-leader">): void {
  signalProcess(process, signal);
  // A stopped process handles its signal only once it goes on.
  signalProcess(process, "SIGCONT");
}

/** Its last words are told before its end is. What it started may hold its pipes open: they are waited for briefly only. */
function whenPrinted(child: ChildProcess, then: () => void): void {
  let told = false;
  const tell = (): void => {
    if (!told) then();
    told = true;
  };
  const timer = after(lastWordsWithinMs, tell);
  child.once("close", () => {
    timer[Symbol.dispose]();
    tell();
  });
}

function listen(world: World, child: string, process: ChildProcess): void {
  const streams = [["out", process.stdout] as const, ["err", process.stderr] as const];
  for (const [stream, readable] of streams) {
    const reader = createLineReader((line, atUs) => world.notice({ notice: "output", child, stream, line, atUs }));
    readable?.setEncoding("utf8");
    readable?.on("data", (text: string) => reader.add(text, nowUs()));
    readable?.on("error", () => {});
    readable?.once("close", () => reader.end(nowUs()));
  }
}

/** The session of a child, and whatever of it moved into a session of its own: known by its parents, or by the marks it was started with. */
function membersOf(world: World, { child, process: leader }: { child: string; process: ProcessIdentity }): ProcessFacts[] {
  const members = sessionMembers(leader);
  const marked = markedProcesses({ run: world.run, child, scratchFolder: null });
  const found = new Map([...members, ...marked, ...descendantsOf([...members, ...marked])].map((facts) => [facts.pid, facts]));
  return [...found.values()];
}

async function sweep(world: World, effect: Do<"sweep">, handle: Handle | undefined): Promise<void> {
  const left = await endProcesses(() => membersOf(world, effect));
  // The exit is told before the end is: who waits for the end has seen the exit.
  if (left.length === 0 && handle?.process.pid === effect.process.pid) await exitSeen(handle);
  world.dispatch({ event: "swept", child: effect.child, pid: effect.process.pid, left, atUs: nowUs() });
}

async function exitSeen(handle: Handle): Promise<void> {
  const late = Promise.withResolvers<void>();
  using _timer = after(exitEventWithinMs, () => late.resolve());
  await Promise.race([handle.exited, late.promise]);
}

async function cleanUp(world: World, { folders, projects, pids, undos, forgiving }: Do<"clean">, undoing: ReadonlyMap<string, Promise<void>>): Promise<void> {
  // A command of the user's own that was given up still runs: never two of it at once.
  for (const [lease, undo] of undos) if (undo.do === "command") await undoing.get(lease);
  const marks = { run: world.run, scratchFolder: world.scratchFolder };
  const { left } = await clean({ marks, pids: new Set(pids), folders: [...folders, world.scratchFolder], projects, undos, forgiving });
  world.dispatch({ event: "cleaned", left, atUs: nowUs() });
}

/** Only to processes of this run's children, and only to the very one that was meant. */
function sendSignal(world: World, { id, process: wanted, signal, children }: Do<"signal">): void {
  const own = [...children].some(([child, process]) => membersOf(world, { child, process }).some((member) => member.pid === wanted.pid));
  // Looked at last: one that ends meanwhile is in no list any more, and is no stranger for that.
  const facts = processFacts(wanted.pid);
  if (facts === null || facts.startTicks !== wanted.startTicks) {
    world.refuse(id, { code: "process-died", message: `process ${wanted.pid} is gone`, hint: "list the processes again" });
    return;
  }
  if (!own) {
    world.refuse(id, { code: "not-allowed", message: `process ${wanted.pid} does not belong to this run`, hint: "name a process of one of the run's children" });
    return;
  }
  signalProcess(wanted, signal);
  world.reply(id, isAlive(wanted));
}

function write(world: World, { id, line }: Do<"write">, handle: Handle | undefined): void {
  const stdin = handle?.process.stdin;
  if (stdin === null || stdin === undefined || stdin.destroyed) {
    world.refuse(id, { code: "process-died", message: "nothing reads its standard input", hint: "spawn it with `input: true`" });
    return;
  }
  stdin.write(`${line}\n`);
  world.reply(id, null);
}

function makeFolder(world: World, { id, path }: Do<"make-folder">): void {
  try {
    mkdirSync(path, { mode: 0o700 });
    world.reply(id, null);
  } catch (error) {
    const { code, message, hint } = asRoadworthyError(error);
    world.refuse(id, { code, message, hint: hint ?? "" });
  }
}

/** What could not be ended must not keep the supervisor alive. */
function letGo(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
}
