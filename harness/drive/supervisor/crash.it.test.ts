/** What is left when the harness, or the harness and the supervisor, are killed: nothing, or nothing after the next command (R1, R2, R5, R10). */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { entryPath } from "../../base/entry.ts";
import { freshToken } from "../../base/random.ts";
import { nowUs, poll } from "../../base/time.ts";
import { healInterrupted } from "./heal.ts";
import { readJournals } from "./journal.ts";
import { processFacts } from "./system/processes.ts";

interface StandIn {
  process: ChildProcess;
  run: string;
  supervisorPid: number;
  /** The tree's first process, its child, and a grandchild that left the session; then those of the stack. */
  pids: number[];
  port: number;
  scratchFolder: string;
}

let stateFolder: string;
let undos = 0;
let undoUrl: string;
const server = createServer((_, response) => {
  undos += 1;
  response.end();
});
const standIns: ChildProcess[] = [];

beforeEach(async () => {
  undos = 0;
  stateFolder = mkdtempSync(join(tmpdir(), "roadworthy-state-"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  undoUrl = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/undo`;
});

afterEach(async () => {
  await Promise.all(standIns.splice(0).map(killed));
  await healInterrupted({ stateFolder });
  server.close();
  rmSync(stateFolder, { recursive: true, force: true });
});

async function standIn({ stack = false } = {}): Promise<StandIn> {
  const run = `crash-${freshToken(8)}`;
  const wish = JSON.stringify({ run, stateFolder, undoUrl, stack });
  const child = spawn(process.execPath, [entryPath("harness/drive/supervisor/stand-in.fixture"), wish], { stdio: ["ignore", "pipe", "inherit"] });
  standIns.push(child);
  const [line] = await once(child.stdout.setEncoding("utf8"), "data");
  const header = readJournals(stateFolder).find((journal) => journal.run === run)?.header;
  return { process: child, run, supervisorPid: header?.supervisor.pid ?? 0, ...JSON.parse(String(line)) };
}

/** Resolves when it is gone for sure. */
async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

/** How soon is a matter of the machine as well, and belongs to `npm run test:crash`. */
const hangsAfterMs = 50_000;

/** Whether it becomes true at all. */
async function becomes(isSo: () => boolean): Promise<boolean> {
  return (await poll(async () => (isSo() ? true : undefined), { intervalMs: 20, deadlineUs: nowUs() + hangsAfterMs * 1000 })) ?? false;
}

function living(pids: readonly number[]): number[] {
  return pids.filter((pid) => processFacts(pid) !== null);
}

/** The process that outlives a supervisor which is killed. */
function wardenOf(run: string): number {
  const found = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).find((pid) => {
    const line = existsSync(`/proc/${pid}/cmdline`) ? readFileSync(`/proc/${pid}/cmdline`, "utf8") : "";
    return line.includes("supervisor/warden") && line.includes(run);
  });
  if (found === undefined) throw new Error(`run ${run} has no warden`);
  return Number(found);
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  const [answer] = await Promise.race([once(socket, "connect").then(() => [true]), once(socket, "error").then(() => [false])]).catch(() => [false]);
  socket.destroy();
  return answer ?? false;
}

/** Segments that one of these processes made. */
function sharedMemoryOf(pids: readonly number[]): string[] {
  const lines = readFileSync("/proc/sysvipc/shm", "utf8").trim().split("\n").slice(1);
  return lines.filter((line) => pids.includes(Number(line.trim().split(/\s+/)[4])));
}

test("R1: the harness is killed: everything is undone and gone", async () => {
  const { process: harness, pids, port, scratchFolder, supervisorPid } = await standIn({ stack: true });
  expect(living(pids)).toEqual(pids);
  expect(sharedMemoryOf(pids)).toHaveLength(1);
  harness.kill("SIGKILL");
  expect(await becomes(() => living([...pids, supervisorPid]).length === 0)).toBe(true);
  expect(undos).toBe(1);
  expect(existsSync(scratchFolder)).toBe(false);
  expect(await isListening(port)).toBe(false);
  expect(readJournals(stateFolder)).toEqual([]);
  expect(sharedMemoryOf(pids)).toEqual([]);
});

test("R2: harness and supervisor are killed at once: processes are gone, also those that children started, and the warden finishes the rest", async () => {
  const { process: harness, pids, scratchFolder, supervisorPid } = await standIn({ stack: true });
  process.kill(supervisorPid, "SIGKILL");
  await killed(harness);
  expect(await becomes(() => living(pids).length === 0)).toBe(true);
  expect(await becomes(() => readJournals(stateFolder).length === 0)).toBe(true);
  expect(undos).toBe(1);
  expect(existsSync(scratchFolder)).toBe(false);
  expect(sharedMemoryOf(pids)).toEqual([]);
});

test("R2: harness, supervisor and warden are killed at once: children die with them, the next command finishes the rest", async () => {
  const { process: harness, pids, scratchFolder, supervisorPid, run } = await standIn({ stack: true });
  const [leader = 0] = pids;
  process.kill(wardenOf(run), "SIGKILL");
  process.kill(supervisorPid, "SIGKILL");
  await killed(harness);
  expect(await becomes(() => processFacts(leader) === null)).toBe(true);
  expect(existsSync(scratchFolder)).toBe(true);
  expect(await healInterrupted({ stateFolder })).toEqual([{ run, was: "interrupted", complete: true, left: [] }]);
  expect(living(pids)).toEqual([]);
  expect(undos).toBe(1);
  expect(existsSync(scratchFolder)).toBe(false);
  expect(sharedMemoryOf(pids)).toEqual([]);
  expect(await healInterrupted({ stateFolder })).toEqual([]);
});

test("the supervisor is told to end: it undoes and ends everything first", async () => {
  const { pids, scratchFolder, supervisorPid } = await standIn();
  process.kill(supervisorPid, "SIGTERM");
  expect(await becomes(() => living([...pids, supervisorPid]).length === 0)).toBe(true);
  expect(undos).toBe(1);
  expect(existsSync(scratchFolder)).toBe(false);
});

test("R5: a harness that is stopped loses its faults, not its processes", async () => {
  const { process: harness, pids } = await standIn();
  harness.kill("SIGSTOP");
  expect(await becomes(() => undos === 1)).toBe(true);
  expect(living(pids)).toEqual(pids);
  harness.kill("SIGCONT");
  harness.kill("SIGKILL");
  expect(await becomes(() => living(pids).length === 0)).toBe(true);
});

test("R10: healing leaves a live run alone, and ends it when told to", async () => {
  const { pids, run } = await standIn();
  const interrupted = await standIn();
  process.kill(wardenOf(interrupted.run), "SIGKILL");
  process.kill(interrupted.supervisorPid, "SIGKILL");
  await killed(interrupted.process);
  const healed = await healInterrupted({ stateFolder });
  expect(healed.toSorted((a, b) => a.was.localeCompare(b.was))).toEqual([
    { run: interrupted.run, was: "interrupted", complete: true, left: [] },
    { run, was: "live", complete: true, left: [] },
  ]);
  expect(living(pids)).toEqual(pids);
  expect(await healInterrupted({ stateFolder, stopLive: true })).toEqual([{ run, was: "interrupted", complete: true, left: [] }]);
  expect(living(pids)).toEqual([]);
});
