/**
 * Finishes what interrupted runs have left, from their journals on disk: their processes, undos, shared memory and folders.
 * A live run is never touched (R10): its supervisor or its harness is there, known by pid and start time.
 */

import { nowUs, poll } from "../../base/time.ts";
import { childOfUndo, isRemovedWith } from "./core/leases.ts";
import { withProject } from "./core/reducer.ts";
import { defaultStateFolder, readJournals, removeJournal, type JournalHeader, type JournalLine, type JournalOnDisk } from "./journal.ts";
import type { CleanupResult, ProcessIdentity, Project, Undo } from "./protocol.ts";
import { bootIdentity, isAlive, sessionMembers, signalProcess } from "./system/processes.ts";
import { clean, endProcesses } from "./system/sweep.ts";

export interface HealOptions {
  /** The user's when left out. */
  stateFolder?: string;
  /** Ask live runs to end (SIGTERM to their harness), and wait for them. Without it they are left alone. */
  stopLive?: boolean;
}

export interface HealedRun extends CleanupResult {
  run: string;
  /** `live`: it is running and was left alone, or did not end in time. */
  was: "interrupted" | "live";
}

/** A supervisor without a harness is cleaning up already: this long it may take, with commands of the user's own that heal. */
const supervisorWithinMs = 40_000;
const stopLiveWithinMs = 60_000;
/** A folder without a journal, and without anyone's beginning of one, belongs to a run that is just starting, or never did. */
const startingMs = 60_000;

export async function healInterrupted({ stateFolder = defaultStateFolder(), stopLive = false }: HealOptions = {}): Promise<HealedRun[]> {
  const healed: HealedRun[] = [];
  for (const journal of readJournals(stateFolder)) {
    // One after the other: they are few, and their messages stay in order.
    const result = await healOne(journal, stateFolder, stopLive);
    if (result !== null) healed.push(result);
  }
  return healed;
}

/** Finishes one run whose supervisor is known to be lost. */
export async function healRun(stateFolder: string, run: string): Promise<CleanupResult> {
  const journal = readJournals(stateFolder).find((candidate) => candidate.run === run);
  if (journal === undefined || journal.header === null) return { complete: true, left: [] };
  return await finish(journal.folder, journal.header, journal.entries);
}

async function healOne({ run, folder, header, entries, begunBy, ageMs }: JournalOnDisk, stateFolder: string, stopLive: boolean): Promise<HealedRun | null> {
  if (header === null) {
    // Nothing is done before the first entry is whole.
    const isOver = begunBy === null ? ageMs > startingMs : !isAlive(begunBy);
    if (isOver) removeJournal(folder);
    return null;
  }
  if (header.boot === bootIdentity()) {
    const { harness, supervisor } = header;
    if (isAlive(harness) && !stopLive) return { run, was: "live", complete: true, left: [] };
    if (isAlive(harness)) signalProcess(harness, "SIGTERM");
    await gone(supervisor, isAlive(harness) ? stopLiveWithinMs : supervisorWithinMs);
    if (isAlive(supervisor)) return { run, was: "live", complete: false, left: [{ kind: "run", id: run, command: `kill ${supervisor.pid}` }] };
    // Its supervisor has done everything meanwhile.
    if (!readJournals(stateFolder).some((journal) => journal.run === run)) return { run, was: "interrupted", complete: true, left: [] };
  }
  return { run, was: "interrupted", ...(await finish(folder, header, entries)) };
}

async function gone(identity: ProcessIdentity, withinMs: number): Promise<void> {
  await poll(async () => (isAlive(identity) ? undefined : true), { intervalMs: 50, deadlineUs: nowUs() + withinMs * 1000 });
}

async function finish(folder: string, header: JournalHeader, entries: readonly JournalLine[]): Promise<CleanupResult> {
  const { processes, undos, folders, projects } = outstanding(entries);
  const sameBoot = header.boot === bootIdentity();
  const open = new Map([...undos].filter(([, undo]) => isOpen(undo, projects, sameBoot)));
  // Processes first: an undo may take its time, and most have nothing left to undo once the proxy is gone.
  const left = sameBoot ? (await Promise.all([...processes].toReversed().map((leader) => endProcesses(() => sessionMembers(leader))))).flat() : [];
  const pids = new Set(sameBoot ? processes.map((leader) => leader.pid) : []);
  const rest = await clean({ marks: { run: header.run, scratchFolder: header.scratchFolder }, pids, folders: [...folders, header.scratchFolder], projects, undos: open, forgiving: true });
  const result = { complete: left.length === 0 && rest.complete, left: [...left, ...rest.left] };
  if (result.complete) removeJournal(folder);
  return result;
}

/** Children die with their supervisor, and with them what lived in them. Containers outlive it, and a reboot as well; so does what others run. */
function isOpen(undo: Undo, projects: readonly Project[], sameBoot: boolean): boolean {
  if (undo.do === "engine") return !isRemovedWith(undo, projects);
  const outlivesReboot = undo.do === "command" || (undo.do === "http" && undo.livesElsewhere === true);
  return (sameBoot || outlivesReboot) && childOfUndo(undo) === null;
}

/** What the entries leave to be done. Sessions that ended are kept for their shared memory: their members are gone, which is looked up. */
function outstanding(entries: readonly JournalLine[]): { processes: ProcessIdentity[]; undos: ReadonlyMap<string, Undo>; folders: string[]; projects: Project[] } {
  const processes: ProcessIdentity[] = [];
  const undos = new Map<string, Undo>();
  const folders: string[] = [];
  let projects: Project[] = [];
  for (const line of entries) {
    if (line.entry === "started") processes.push(line.process);
    else if (line.entry === "lease") undos.set(line.lease, line.undo);
    else if (line.entry === "undone") undos.delete(line.lease);
    else if (line.entry === "folder") folders.push(line.path);
    else if (line.entry === "project") projects = withProject(projects, line.project);
  }
  return { processes, undos, folders, projects };
}

