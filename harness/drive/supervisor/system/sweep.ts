/** Ends processes for good, and takes away what a run has left on the machine. Used by the supervisor, and by `heal` in its place. */

import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { messageOf } from "../../../base/error.ts";
import { nowUs, poll } from "../../../base/time.ts";
import { childOfUndo, commandOfUndo, isRemovedWith } from "../core/leases.ts";
import type { CleanupResult, Leftover, Project, Undo } from "../protocol.ts";
import { removeProject } from "./engine-project.ts";
import { permitEngine } from "./engine.ts";
import { describe, markedProcesses, signalProcess, type ProcessFacts, type RunMarks } from "./processes.ts";
import { removeSharedMemory } from "./shared-memory.ts";
import { carryOut, hurriedUndo, patientUndo, type UndoLimits } from "./undo.ts";

const killWithinMs = 2_000;
const lookEveryMs = 10;

/** SIGKILL to all that `find` finds, again and again until it finds none: what is being killed may be starting others. */
export async function endProcesses(find: () => ProcessFacts[]): Promise<Leftover[]> {
  const limits = { intervalMs: lookEveryMs, deadlineUs: nowUs() + killWithinMs * 1000 };
  let found: ProcessFacts[] = [];
  await poll(async () => {
    found = find();
    for (const facts of found) kill(facts);
    return found.length === 0 ? true : undefined;
  }, limits);
  return found.map((facts) => ({ kind: "process", id: `${facts.pid} ${describe(facts).command}`, command: `kill -9 ${facts.pid}` }));
}

function kill(facts: ProcessFacts): void {
  try {
    signalProcess(facts, "SIGKILL");
  } catch {
    // Another user's: it stays, and is named in the result.
  }
}

export interface Remains {
  readonly marks: RunMarks;
  /** Every pid that was a child of the run. */
  readonly pids: ReadonlySet<number>;
  readonly folders: readonly string[];
  readonly projects: readonly Project[];
  /** Undos whose effect has not been seen, by lease, oldest first. */
  readonly undos: ReadonlyMap<string, Undo>;
  /** The run was cut off: its own stack could end before everything in it was healed, and what is gone needs no healing (R7). */
  readonly forgiving: boolean;
}

/** Ends what still carries the run's marks, and removes its shared memory and folders. Says what could not be taken away. */
export async function clean({ marks, pids, folders, projects, undos, forgiving }: Remains): Promise<CleanupResult> {
  const left = await endProcesses(() => markedProcesses(marks));
  // Whoever made containers has ended: no more can come.
  for (const { endpoint } of projects) permitEngine(endpoint);
  // Newest first, one after the other: what was done last is undone first.
  const open = [...undos].toReversed().filter(([, undo]) => !isRemovedWith(undo, projects));
  // A command of the user's own may need the containers.
  for (const [lease, undo] of open) if (undo.do === "command") left.push(...(await undoByCommand([lease, undo], { forgiving, isGone: projects.length === 0 })));
  left.push(...(await Promise.all(projects.map((project) => removeProject(project)))).flat());
  // The proxies have ended: an undo that failed while they lived has nothing left to undo, unless it was about something else.
  for (const [lease, undo] of open) if (undo.do !== "command") left.push(...(await undoFinally([lease, undo], hurriedUndo)));
  left.push(...(await removeSharedMemory(pids)));
  left.push(...(await Promise.all(folders.map(removeFolder))).flat());
  return { complete: left.length === 0, left };
}

/** Nobody knows how long it takes, and nobody else will carry it out. `isGone`: the run's own stack has ended, or ended with its supervisor. */
async function undoByCommand([lease, undo]: readonly [string, Extract<Undo, { do: "command" }>], { forgiving, isGone }: { forgiving: boolean; isGone: boolean }): Promise<Leftover[]> {
  if (!forgiving || undo.ownStack !== true) return await undoFinally([lease, undo], patientUndo);
  // It is tried all the same: it may be about more than the stack. Containers that cannot be removed keep the journal, and the next `heal` tries this again.
  await undoFinally([lease, undo], isGone ? { ...patientUndo, attempts: 1 } : patientUndo);
  return [];
}

async function undoFinally([lease, undo]: readonly [string, Undo], limits: UndoLimits): Promise<Leftover[]> {
  // Its child has ended for good by now.
  if (childOfUndo(undo) !== null) return [];
  const problem = await carryOut(undo, limits);
  return problem === null ? [] : [{ kind: "undo", id: `${lease}: ${problem}`, command: commandOfUndo(undo) }];
}

async function removeFolder(path: string): Promise<Leftover[]> {
  try {
    await rm(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
    return [];
  } catch (error) {
    // Two may be at it at once, and one of them finds what the other has just taken away.
    if (!existsSync(path)) return [];
    return [{ kind: "folder", id: `${path}: ${messageOf(error)}`, command: `rm -rf -- '${path}'` }];
  }
}
