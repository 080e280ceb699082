/** `roadworthy ack` beside runs that are live as far as anybody can tell: their journals say that this process is their harness. */

import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { entryPath } from "../../base/entry.ts";
import { nowUs } from "../../base/time.ts";
import { openQuestions, publish, type Asked } from "../../drive/run/drill/confirmation.ts";
import { journalFolder, openJournal } from "../../drive/supervisor/journal.ts";
import { bootIdentity, identityOf } from "../../drive/supervisor/system/processes.ts";
import { RoadworthyError } from "../../base/error.ts";
import { ack } from "./ack.ts";

let folder: string;
const before = process.env["XDG_STATE_HOME"];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "roadworthy-ack-"));
  process.env["XDG_STATE_HOME"] = folder;
});

afterEach(() => {
  if (before === undefined) delete process.env["XDG_STATE_HOME"];
  else process.env["XDG_STATE_HOME"] = before;
  rmSync(folder, { recursive: true, force: true });
});

const stateFolder = (): string => join(folder, "roadworthy");

/** Its folder, where it asks. */
function liveRun(run: string, harness = identityOf(process.pid) ?? expect.unreachable()): string {
  openJournal(stateFolder(), { entry: "run", run, boot: bootIdentity(), supervisor: harness, harness, scratchFolder: folder });
  return journalFolder(stateFolder(), run);
}

function asks(at: string, step: string): Asked {
  return publish(at, { step, part: "act", owner: "on call", text: `Do ${step}`, untilUs: nowUs() + 60_000_000 });
}

async function refused(run?: string, step?: string): Promise<string> {
  try {
    await ack(run, step, {});
  } catch (error) {
    if (error instanceof RoadworthyError) return `${error.exitCode}: ${error.message}`;
    throw error;
  }
  return "it was confirmed";
}

test("no run, a run that is over, several, one that asks for nothing", async () => {
  expect(await refused()).toBe("64: no run of yours is under way");
  liveRun("over", { pid: process.pid, startTicks: 1 });
  expect(await refused()).toBe("64: no run of yours is under way");
  liveRun("one");
  expect(await refused()).toBe("64: run one asks for nothing at the moment");
  expect(await refused("one", "cut:1")).toBe("64: run one asks for nothing at the moment");
  liveRun("two");
  expect(await refused()).toBe("64: 2 runs are under way: one, two");
  expect(await refused("three")).toBe('64: there is no live run, nor a step that is waited for, called "three"');
});

test("a step that is not asked for, one of several, and one that is", async () => {
  const at = liveRun("one");
  using first = asks(at, "cut:1");
  expect(await refused("one", "cut:2")).toBe('64: run one does not ask for step "cut:2" at the moment');
  using second = asks(at, "kill:1");
  expect(await refused("one")).toContain("64: run one asks for 2 things: cut:1 (on call: Do cut:1); kill:1");
  expect(first.taken()).toBe(false);
  const telling = ack("kill:1", undefined, {});
  await taken(second);
  expect(await telling).toBe("one: kill:1 is confirmed: Do kill:1");
  expect([first.taken(), second.taken(), openQuestions(at).map(({ step }) => step)]).toEqual([false, false, ["cut:1"]]);
});

/** Turns of the event loop until the answer is there; then the run takes its question back. */
async function taken(asked: Asked): Promise<void> {
  while (!asked.taken()) await new Promise((resolve) => setImmediate(resolve));
  asked[Symbol.dispose]();
}

test("what comes too late, or is never taken, is not confirmed, and leaves nothing for the next question", async () => {
  const at = liveRun("one");
  const late = asks(at, "cut:1");
  const telling = refused("one", "cut:1");
  late[Symbol.dispose]();
  expect(await telling).toBe("64: cut:1 is not waited for any more");
  expect(late.taken()).toBe(false);
  using hanging = asks(at, "cut:1");
  expect(await refused()).toBe("69: the run did not take the confirmation of cut:1 within 3 s");
  expect(hanging.taken()).toBe(false);
});

test("another user's run is not confirmed, not even where its journal can be read", async () => {
  const at = liveRun("one");
  using asked = asks(at, "cut:1");
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) chmodSync(join(folder, path), statSync(join(folder, path)).isDirectory() ? 0o755 : 0o644);
  chmodSync(folder, 0o755);
  chmodSync(at, 0o555);
  const { stdout, stderr } = spawnSync(process.execPath, [entryPath("harness/cli/verbs/ack-stranger.fixture")], { encoding: "utf8" });
  chmodSync(at, 0o755);
  expect([stdout, stderr]).toEqual([`64: ${at} is another user's`, ""]);
  expect(asked.taken()).toBe(false);
});
