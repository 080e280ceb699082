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
import { carryOut, hurriedUndo, patientUndo } from "./undo.ts";

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
}

/** Ends what still carries the run's marks, and removes its shared memory and folders. Says what could not be taken away. */
export async function clean({ marks, pids, folders, projects, undos }: Remains): Promise<CleanupResult> {
  const left = await endProcesses(() => markedProcesses(marks));
  // Whoever made containers has ended: no more can come.
  for (const { endpoint } of projects) permitEngine(endpoint);
  left.push(...(await Promise.all(projects.map((project) => removeProject(project)))).flat());
  // The proxies have ended: an undo that failed while they lived has nothing left to undo, unless it was about something else.
  // Newest first, one after the other: what was done last is undone first.
  for (const [lease, undo] of [...undos].toReversed()) if (!isRemovedWith(undo, projects)) left.push(...(await undoFinally([lease, undo])));
  left.push(...(await removeSharedMemory(pids)));
  left.push(...(await Promise.all(folders.map(removeFolder))).flat());
  return { complete: left.length === 0, left };
}

async function undoFinally([lease, undo]: readonly [string, Undo]): Promise<Leftover[]> {
  // Its child has ended for good by now.
  if (childOfUndo(undo) !== null) return [];
  // Nobody knows how long a command of the user's own takes, and nobody else will carry it out.
  const problem = await carryOut(undo, undo.do === "command" ? patientUndo : hurriedUndo);
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
