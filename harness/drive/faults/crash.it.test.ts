/** What is left of faults whose harness is killed in the middle of them, and of those whose supervisor is killed as well: nothing (R1, R2). */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { entryPath } from "../../base/entry.ts";
import { freshToken } from "../../base/random.ts";
import { nowUs, poll } from "../../base/time.ts";
import { healInterrupted } from "../supervisor/heal.ts";
import { readJournals } from "../supervisor/journal.ts";
import { processFacts } from "../supervisor/system/processes.ts";

interface StandIn {
  process: ChildProcess;
  supervisorPid: number;
  /** Of the stores, their server processes and disks, the proxy, and the holders of faults. */
  pids: number[];
  scratchFolder: string;
}

let stateFolder: string;
let standIn: StandIn;

beforeEach(async () => {
  stateFolder = mkdtempSync(join(tmpdir(), "roadworthy-state-"));
  const run = `crash-${freshToken(8)}`;
  const child = spawn(process.execPath, [entryPath("harness/drive/faults/crash.fixture"), JSON.stringify({ run, stateFolder })], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(child.stdout.setEncoding("utf8"), "data");
  const header = readJournals(stateFolder).find((journal) => journal.run === run)?.header;
  standIn = { process: child, supervisorPid: header?.supervisor.pid ?? 0, ...JSON.parse(String(line)) };
});

afterEach(async () => {
  standIn.process.kill("SIGKILL");
  await healInterrupted({ stateFolder });
  rmSync(stateFolder, { recursive: true, force: true });
});

/** How soon is a matter of the machine as well, and belongs to `npm run test:crash`. */
const goneWithinMs = 50_000;

/** Those that are never gone. */
async function gone(pids: readonly number[]): Promise<number[]> {
  const living = (): number[] => pids.filter((pid) => processFacts(pid) !== null);
  await poll(async () => (living().length === 0 ? true : undefined), { intervalMs: 20, deadlineUs: nowUs() + goneWithinMs * 1000 });
  return living();
}

test("the harness is killed: no process, paused or not, no disk and no folder is left", async () => {
  // PostgreSQL with its own processes, Redis, the proxy, a lock's holder and a hog; with disks, where they can be had, three more.
  expect(standIn.pids.length).toBeGreaterThanOrEqual(10);
  standIn.process.kill("SIGKILL");
  expect(await gone([...standIn.pids, standIn.supervisorPid])).toEqual([]);
  expect(existsSync(standIn.scratchFolder)).toBe(false);
  expect(readFileSync("/proc/self/mounts", "utf8")).not.toContain(standIn.scratchFolder);
  expect(readJournals(stateFolder)).toEqual([]);
});

test("harness and supervisor are killed at once: what does not die with them is removed by the next command", async () => {
  process.kill(standIn.supervisorPid, "SIGKILL");
  const exit = once(standIn.process, "exit");
  standIn.process.kill("SIGKILL");
  await exit;
  expect(await healInterrupted({ stateFolder })).toMatchObject([{ was: "interrupted", complete: true, left: [] }]);
  expect(await gone(standIn.pids)).toEqual([]);
  expect(existsSync(standIn.scratchFolder)).toBe(false);
});
