/** The supervisor with real processes: starting, ending, killing, restarting, and what it refuses. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { freshToken } from "../../base/random.ts";
import { nowUs, poll } from "../../base/time.ts";
import type { Supervisor } from "./client.ts";
import { startSupervisor } from "./connect.ts";
import { readJournals } from "./journal.ts";
import type { ChildSpec, SupervisorNotice } from "./protocol.ts";
import { identityOf, isAlive } from "./system/processes.ts";

const stateFolder = mkdtempSync(join(tmpdir(), "roadworthy-state-"));
afterAll(() => rmSync(stateFolder, { recursive: true, force: true }));

function start(onLost?: (why: string) => void): Promise<Supervisor> {
  return startSupervisor({ run: `it-${freshToken(8)}`, stateFolder, ...(onLost === undefined ? {} : { onLost }) });
}

function script(id: string, code: string, changes: Partial<ChildSpec> = {}): ChildSpec {
  const stop = { signal: "SIGTERM", withinMs: 300 } as const;
  return { id, command: [process.execPath, "-e", code], workingFolder: tmpdir(), env: { PATH: process.env["PATH"] ?? "" }, restart: { policy: "never", delayMs: 0 }, stop, runAs: null, input: false, ...changes };
}

/** The first notice that fits, also of those that came before. */
async function noticed<Kind extends SupervisorNotice["notice"]>(supervisor: Supervisor, kind: Kind, fits: (notice: Extract<SupervisorNotice, { notice: Kind }>) => boolean = () => true): Promise<Extract<SupervisorNotice, { notice: Kind }>> {
  const { promise, resolve } = Promise.withResolvers<Extract<SupervisorNotice, { notice: Kind }>>();
  const isKind = (notice: SupervisorNotice): notice is Extract<SupervisorNotice, { notice: Kind }> => notice.notice === kind;
  using _listening = supervisor.onNotice((notice) => {
    if (isKind(notice) && fits(notice)) resolve(notice);
  });
  return await promise;
}

const forever = "setInterval(() => {}, 1000)";

test("an empty run leaves nothing behind", async () => {
  const supervisor = await start();
  expect(existsSync(supervisor.scratchFolder)).toBe(true);
  expect(readJournals(stateFolder)).toHaveLength(1);
  writeFileSync(join(supervisor.scratchFolder, "data"), "x");
  expect(await supervisor.close()).toEqual({ complete: true, left: [] });
  expect(existsSync(supervisor.scratchFolder)).toBe(false);
  expect(readJournals(stateFolder)).toEqual([]);
});

test("what a child prints is told before its end, and a late listener hears it too", async () => {
  await using supervisor = await start();
  await supervisor.spawn(script("talker", 'console.log("one"); console.error("two"); process.exitCode = 3'));
  expect((await noticed(supervisor, "exited")).ended).toBe("3");
  const told: string[] = [];
  using _listening = supervisor.onNotice((notice) => told.push(notice.notice === "output" ? notice.line : notice.notice));
  expect(told.toSorted()).toEqual(["exited", "one", "started", "two"]);
  expect(told.at(-1)).toBe("exited");
});

test("a flood of lines is cut, and counted", async () => {
  await using supervisor = await start();
  await supervisor.spawn(script("flood", 'for (let n = 0; n < 5000; n += 1) console.log("x".repeat(10))'));
  await noticed(supervisor, "exited");
  const lines: string[] = [];
  using _listening = supervisor.onNotice((notice) => notice.notice === "output" && lines.push(notice.line));
  // Of each second the first ones are kept; how many seconds a flood takes is the machine's, as is whether its last lines are told before its end.
  const leftOut = (): number[] => lines.flatMap((line) => /^\[(\d+) lines left out\]$/.exec(line)?.[1] ?? []).map(Number);
  const told = (): number => lines.length - leftOut().length + leftOut().reduce((sum, count) => sum + count, 0);
  await poll(async () => await Promise.resolve(told() >= 5000 ? true : undefined), { intervalMs: 20, deadlineUs: nowUs() + 10_000_000 });
  expect(told()).toBe(5000);
  expect(leftOut().length).toBeGreaterThan(0);
});

test("lines are written to a child that reads them", async () => {
  await using supervisor = await start();
  await supervisor.spawn(script("echo", 'process.stdin.on("data", (text) => process.stdout.write("got " + text))', { input: true }));
  await supervisor.write("echo", "hello");
  expect((await noticed(supervisor, "output")).line).toBe("got hello");
  await supervisor.spawn(script("deaf", forever));
  await expect(supervisor.write("deaf", "hello")).rejects.toMatchObject({ code: "process-died" });
});

test("R3: one that ignores the signal is killed, with all that it started", async () => {
  await using supervisor = await start();
  const code = `process.on("SIGTERM", () => {}); const { spawn } = require("node:child_process"); spawn("sleep", ["600"]); spawn("sleep", ["600"], { detached: true }); ${forever}; console.log("up")`;
  await supervisor.spawn(script("stubborn", code));
  await noticed(supervisor, "output");
  const processes = await supervisor.processes("stubborn");
  expect(processes.map(({ command }) => command).slice(1)).toEqual(["sleep 600", "sleep 600"]);
  await supervisor.stop("stubborn");
  expect(processes.filter(isAlive)).toEqual([]);
  expect(await noticed(supervisor, "exited")).toMatchObject({ ended: "SIGKILL", expected: true });
});

test("one that is killed is restarted by its policy, and not while it is stopped", async () => {
  await using supervisor = await start();
  const first = await supervisor.spawn(script("api", forever, { restart: { policy: "always", delayMs: 10 } }));
  await supervisor.kill("api");
  const second = (await noticed(supervisor, "started", ({ process: started }) => started.pid !== first.pid)).process;
  expect([isAlive(first), isAlive(second)]).toEqual([false, true]);
  await supervisor.stop("api");
  expect(await supervisor.processes("api")).toEqual([]);
  const third = await supervisor.start("api");
  expect(isAlive(third)).toBe(true);
});

test("one that has just died is started anew, before its exit is told", async () => {
  await using supervisor = await start();
  // Its end is told a moment later than it comes: what it started holds its output open.
  const first = await supervisor.spawn(script("victim", `require("node:child_process").spawn("sleep", ["600"], { stdio: "inherit" }); console.log("up"); ${forever}`));
  await noticed(supervisor, "output", ({ line }) => line === "up");
  process.kill(first.pid, "SIGKILL");
  await poll(async () => !isAlive(first) || undefined, { intervalMs: 1, deadlineUs: nowUs() + 5_000_000 });
  const second = await supervisor.start("victim");
  expect(second.pid).not.toBe(first.pid);
  expect(isAlive(second)).toBe(true);
});

test("a paused child can be stopped all the same", async () => {
  await using supervisor = await start();
  const child = await supervisor.spawn(script("paused", forever));
  await supervisor.signal(child, "SIGSTOP");
  await supervisor.stop("paused");
  expect(isAlive(child)).toBe(false);
});

test("R37: a signal to a process that is not of this run, or to a recycled pid, is refused", async () => {
  await using supervisor = await start();
  await supervisor.spawn(script("api", forever));
  const stranger = spawn("sleep", ["600"]);
  const identity = identityOf(stranger.pid ?? 0);
  if (identity === null) throw new Error("the stranger has no identity");
  await expect(supervisor.signal(identity, "SIGKILL")).rejects.toMatchObject({ code: "not-allowed" });
  const [api] = await supervisor.processes("api");
  if (api === undefined) throw new Error("the api does not run");
  await expect(supervisor.signal({ pid: api.pid, startTicks: api.startTicks + 1 }, "SIGKILL")).rejects.toMatchObject({ code: "process-died" });
  expect(isAlive(identity)).toBe(true);
  stranger.kill("SIGKILL");
});

test("a program that is not there is named", async () => {
  await using supervisor = await start();
  await expect(supervisor.spawn({ ...script("x", ""), command: ["no-such-program"] })).rejects.toMatchObject({ code: "tool-missing", message: 'there is no program "no-such-program"' });
  await expect(supervisor.spawn(script("y", "", { workingFolder: "/no/such/folder" }))).rejects.toMatchObject({ code: "stack-unavailable" });
});

test("R3: a journal that cannot be written is an error before anything is started", async () => {
  const file = join(stateFolder, "a-file");
  writeFileSync(file, "");
  await expect(startSupervisor({ run: "unwritable", stateFolder: file })).rejects.toMatchObject({ code: "cannot-write" });
});

test("a supervisor that is killed is told of, and its work is finished from the journal", async () => {
  const lost = Promise.withResolvers<string>();
  const supervisor = await start(lost.resolve);
  const child = await supervisor.spawn(script("api", forever));
  const [journal] = readJournals(stateFolder);
  process.kill(journal?.header?.supervisor.pid ?? 0, "SIGKILL");
  expect(await lost.promise).toMatch(/SIGKILL/);
  await expect(supervisor.stop("api")).rejects.toMatchObject({ code: "supervisor-lost" });
  expect(await supervisor.close()).toEqual({ complete: true, left: [] });
  expect([isAlive(child), existsSync(supervisor.scratchFolder)]).toEqual([false, false]);
});

test("R5: no lease is granted for longer than the longest fault of the run, and it can be raised", async () => {
  const undo = { do: "nothing" } as const;
  await using supervisor = await start();
  await expect(supervisor.lease(undo, 3_600_000)).rejects.toMatchObject({ code: "not-allowed" });
  await using patient = await startSupervisor({ run: `it-${freshToken(8)}`, stateFolder, longestFaultMs: 3_600_000 });
  await (await patient.lease(undo, 3_600_000)).release();
});

test("R5: a lease is renewed while it is held, within the longest fault, and not once it has run out", async () => {
  await using supervisor = await start();
  const held = await supervisor.lease({ do: "nothing" }, 60_000);
  await held.renew(120_000);
  await expect(held.renew(3_600_000)).rejects.toMatchObject({ code: "not-allowed" });
  const short = await supervisor.lease({ do: "nothing" }, 1);
  await noticed(supervisor, "lease-expired");
  await expect(short.renew(60_000)).rejects.toMatchObject({ code: "not-found" });
});

test("R6: an undo that is never done is tried five times within its time, refused with the command for it, and named at the end", async () => {
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.writeHead(500).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/toxic`;
  const supervisor = await start();
  const lease = await supervisor.lease({ do: "http", method: "DELETE", url, body: null, done: [204], verify: null }, 60_000);
  await expect(lease.release()).rejects.toMatchObject({ code: "cleanup-incomplete", hint: `curl -X DELETE ${url}` });
  expect(asked).toBe(5);
  const { complete, left } = await supervisor.close();
  expect(complete).toBe(false);
  expect(left).toMatchObject([{ kind: "undo", command: `curl -X DELETE ${url}` }]);
  server.close();
});

test("closing ends children that are about to be restarted", async () => {
  const supervisor = await start();
  await supervisor.spawn(script("crashing", "", { restart: { policy: "always", delayMs: 60_000 } }));
  await noticed(supervisor, "restarting");
  expect(await supervisor.close()).toEqual({ complete: true, left: [] });
});
