import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { decodeJournal, encodeEntry, journalFolder, openJournal, readJournals, removeJournal, type JournalHeader, type JournalLine } from "./journal.ts";

const identity = { pid: 4_000, startTicks: 77 };
const header: JournalHeader = { entry: "run", run: "r1", boot: "b", supervisor: identity, harness: identity, scratchFolder: "/tmp/roadworthy-r1" };
const lines: JournalLine[] = [
  { entry: "spawning", child: "api" },
  { entry: "started", child: "api", process: identity },
  { entry: "lease", lease: "l", undo: { do: "start", child: "api" } },
  { entry: "undone", lease: "l" },
];

let stateFolder: string;
beforeEach(() => (stateFolder = mkdtempSync(join(tmpdir(), "roadworthy-state-"))));
afterEach(() => rmSync(stateFolder, { recursive: true, force: true }));

test("what was appended is read back", () => {
  const journal = openJournal(stateFolder, header);
  for (const line of lines) journal.append(line);
  expect(readJournals(stateFolder)).toMatchObject([{ run: "r1", header, entries: [header, ...lines] }]);
  journal.remove();
  expect(readJournals(stateFolder)).toEqual([]);
});

test("cut at any byte, it gives the whole entries before the cut", () => {
  const text = lines.map(encodeEntry).join("");
  const ends = lines.map((_, index) => lines.slice(0, index + 1).map(encodeEntry).join("").length);
  for (let length = 0; length <= text.length; length += 1) {
    expect(decodeJournal(text.slice(0, length))).toEqual(lines.slice(0, ends.filter((end) => end <= length).length));
  }
});

test("a damaged entry ends what is read", () => {
  const text = lines.map(encodeEntry).join("").replace("started", "sTarted");
  expect(decodeJournal(text)).toEqual(lines.slice(0, 1));
});

test("an entry that was changed into another whole one is found out by its checksum", () => {
  const text = lines.map(encodeEntry).join("").replace("4000", "4001");
  expect(decodeJournal(text)).toEqual(lines.slice(0, 1));
});

test("a journal without a whole first entry has no header", () => {
  const journal = openJournal(stateFolder, header);
  const path = join(stateFolder, "runs", "r1", "journal");
  truncateSync(path, 20);
  appendFileSync(path, "");
  expect(readFileSync(path)).toHaveLength(20);
  expect(readJournals(stateFolder)).toMatchObject([{ run: "r1", header: null, entries: [] }]);
  journal.remove();
});

test("a run has one journal", () => {
  const journal = openJournal(stateFolder, header);
  expect(() => openJournal(stateFolder, header)).toThrow(/EEXIST/);
  journal.remove();
});

test("a removal that was cut short is finished by the next reader, and is nobody's journal until then", () => {
  const journal = openJournal(stateFolder, { ...header, run: "over" });
  journal.remove();
  const ended = `${journalFolder(stateFolder, "over")}.ended`;
  mkdirSync(ended);
  expect(readJournals(stateFolder).filter(({ run }) => run.startsWith("over"))).toEqual([]);
  expect(existsSync(ended)).toBe(false);
});

test("a journal that somebody else has removed meanwhile is no error", () => {
  openJournal(stateFolder, { ...header, run: "twice" });
  removeJournal(journalFolder(stateFolder, "twice"));
  expect(() => removeJournal(journalFolder(stateFolder, "twice"))).not.toThrow();
});
