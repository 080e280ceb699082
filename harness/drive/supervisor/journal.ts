/**
 * The record of what has to be taken back, on disk before it is done: one line per entry, `<crc32 as 8 hex digits> <json>`. A reader stops
 * at the first line that is not whole: what was being written when the power went had not been done yet.
 *
 *   <state folder>/runs/<run>/journal
 */

import { closeSync, existsSync, fdatasyncSync, fsyncSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import { z } from "zod";
import { systemErrorCode } from "../../base/error.ts";
import { wallClockMs } from "../../base/time.ts";
import { processIdentitySchema, projectSchema, undoSchema, type ProcessIdentity } from "./protocol.ts";

const headerSchema = z.strictObject({
  entry: z.literal("run"),
  run: z.string(),
  /** Pids mean nothing after a reboot. */
  boot: z.string(),
  supervisor: processIdentitySchema,
  harness: processIdentitySchema,
  scratchFolder: z.string(),
});

const entrySchema = z.discriminatedUnion("entry", [
  headerSchema,
  z.strictObject({ entry: z.literal("spawning"), child: z.string() }),
  z.strictObject({ entry: z.literal("started"), child: z.string(), process: processIdentitySchema }),
  z.strictObject({ entry: z.literal("ended"), child: z.string(), pid: z.int() }),
  z.strictObject({ entry: z.literal("lease"), lease: z.string(), undo: undoSchema }),
  z.strictObject({ entry: z.literal("undone"), lease: z.string() }),
  z.strictObject({ entry: z.literal("folder"), path: z.string() }),
  z.strictObject({ entry: z.literal("project"), project: projectSchema }),
]);

export type JournalHeader = z.infer<typeof headerSchema>;
export type JournalLine = z.infer<typeof entrySchema>;

const endedSuffix = ".ended";

export interface Journal {
  /** On disk when it returns. Throws the system's error when it cannot be written. */
  append(entry: JournalLine): void;
  /** The run left nothing behind: the journal goes as well. */
  remove(): void;
}

/** Where journals of this user live. */
export function defaultStateFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return join(environment["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state"), "roadworthy");
}

export function journalFolder(stateFolder: string, run: string): string {
  return join(stateFolder, "runs", run);
}

export function openJournal(stateFolder: string, header: JournalHeader): Journal {
  const folder = journalFolder(stateFolder, header.run);
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  mkdirSync(folder, { mode: 0o700 });
  // Under a name of its own until its first entry is whole: else nobody could tell one that is being begun from one that never was.
  const beginning = join(folder, beginningName(header.supervisor));
  const file = openSync(beginning, "ax", 0o600);
  const append = (entry: JournalLine): void => {
    writeSync(file, encodeEntry(entry));
    fdatasyncSync(file);
  };
  append(header);
  renameSync(beginning, join(folder, "journal"));
  syncFolder(folder);
  return {
    append,
    remove: () => {
      closeSync(file);
      removeJournal(folder);
    },
  };
}

/** At once gone for every reader: one that dies in the middle of this leaves nothing that looks like a run that is just starting. */
export function removeJournal(folder: string): void {
  const ended = `${folder}${endedSuffix}`;
  try {
    renameSync(folder, ended);
  } catch (error) {
    // The next command and the run's own warden may both have finished its work.
    if (systemErrorCode(error) !== "ENOENT") throw error;
  }
  rmSync(ended, { recursive: true, force: true });
}

/** Names who begins it, so that the beginning of a dead one can be taken away. */
function beginningName({ pid, startTicks }: ProcessIdentity): string {
  return `beginning-${pid}-${startTicks}`;
}

function begunBy(folder: string): ProcessIdentity | null {
  const name = readdirSync(folder).find((entry) => entry.startsWith("beginning-"));
  const [, pid, startTicks] = name?.split("-") ?? [];
  return pid === undefined || startTicks === undefined ? null : { pid: Number(pid), startTicks: Number(startTicks) };
}

/** A new file survives a crash of the machine only once its folder is on disk as well. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  fsyncSync(handle);
  closeSync(handle);
}

export function encodeEntry(entry: JournalLine): string {
  const json = JSON.stringify(entry);
  return `${checksum(json)} ${json}\n`;
}

/** The whole entries of a journal, up to the first that is damaged. */
export function decodeJournal(text: string): JournalLine[] {
  const entries: JournalLine[] = [];
  for (const line of text.split("\n").slice(0, -1)) {
    const json = line.slice(9);
    if (line.slice(0, 9) !== `${checksum(json)} `) break;
    const parsed = entrySchema.safeParse(JSON.parse(json));
    if (!parsed.success) break;
    entries.push(parsed.data);
  }
  return entries;
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, "0");
}

export interface JournalOnDisk {
  readonly run: string;
  readonly folder: string;
  /** null when not even its first entry is whole: then nothing was done under it. */
  readonly header: JournalHeader | null;
  readonly entries: readonly JournalLine[];
  /** Who was about to write the first entry, as far as it came. */
  readonly begunBy: ProcessIdentity | null;
  /** Time since anything was made in its folder. */
  readonly ageMs: number;
}

/** All journals of a user, of live runs and of interrupted ones. Finishes the removal of those that are over. */
export function readJournals(stateFolder: string): JournalOnDisk[] {
  const runs = join(stateFolder, "runs");
  if (!existsSync(runs)) return [];
  return readdirSync(runs).flatMap((run) => {
    try {
      if (run.endsWith(endedSuffix)) {
        rmSync(join(runs, run), { recursive: true, force: true });
        return [];
      }
      return [readJournal(runs, run)];
    } catch {
      // A run that ended meanwhile has taken its journal away.
      return [];
    }
  });
}

function readJournal(runs: string, run: string): JournalOnDisk {
  const folder = join(runs, run);
  const path = join(folder, "journal");
  const entries = existsSync(path) ? decodeJournal(readFileSync(path, "utf8")) : [];
  const [first] = entries;
  return { run, folder, header: first?.entry === "run" ? first : null, entries, begunBy: begunBy(folder), ageMs: wallClockMs() - statSync(folder).mtimeMs };
}
