/** R3: what is to be taken back is on disk before it is done, whatever the effect after it. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Effect, SupervisorEvent } from "./core/state.ts";
import { createPerformer, type World } from "./effects.ts";
import { openJournal, readJournals, type Journal, type JournalHeader } from "./journal.ts";

const identity = { pid: 4_000, startTicks: 77 };
const header: JournalHeader = { entry: "run", run: "r1", boot: "b", supervisor: identity, harness: identity, scratchFolder: "/tmp/roadworthy-r1" };

let stateFolder: string;
let journal: Journal;
beforeEach(() => {
  stateFolder = mkdtempSync(join(tmpdir(), "roadworthy-state-"));
  journal = openJournal(stateFolder, header);
});
afterEach(() => rmSync(stateFolder, { recursive: true, force: true }));

/** The last entries on disk at each reply, and what was told instead of one. */
function perform(orElse: Extract<Effect, { effect: "journal" }>["orElse"]): { onDisk: unknown[][]; told: SupervisorEvent[] } {
  const onDisk: unknown[][] = [];
  const told: SupervisorEvent[] = [];
  const nothing = (): void => undefined;
  const world: World = {
    run: "r1",
    scratchFolder: "/tmp/roadworthy-r1",
    journal,
    dispatch: (event) => void told.push(event),
    reply: () => void onDisk.push(readJournals(stateFolder).map(({ entries }) => entries.at(-1))),
    refuse: nothing,
    notice: nothing,
    finish: nothing,
  };
  createPerformer(world)([{ effect: "journal", entry: { entry: "spawning", child: "api" }, orElse }, { effect: "reply", id: 1, value: null }]);
  return { onDisk, told };
}

test("R3: the entry is on disk when the next effect is carried out", () => {
  expect(perform(null)).toEqual({ onDisk: [[{ entry: "spawning", child: "api" }]], told: [] });
});

test("R3: an entry that cannot be written keeps the next effect from being carried out", () => {
  journal.remove();
  const failure = { code: "cannot-write", message: "the journal cannot be written", hint: "free some space" } as const;
  const { onDisk, told } = perform({ event: "spawn-failed", child: "api", failure, atUs: 7 });
  expect(onDisk).toEqual([]);
  expect(told).toMatchObject([{ event: "spawn-failed", child: "api", failure: { code: "cannot-write" } }]);
});
