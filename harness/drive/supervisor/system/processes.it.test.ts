/** Signals reach the very process that is meant, or none (R37). */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { requestSchema, undoSchema, type ProcessIdentity } from "../protocol.ts";
import { identityOf, isAlive, sessionMembers, signalProcess } from "./processes.ts";
import { carryOut } from "./undo.ts";

interface Sleeper extends AsyncDisposable {
  identity: ProcessIdentity;
  /** The same number, as it would be had the process that was meant ended and this one got its pid. */
  recycled: ProcessIdentity;
}

async function sleeper(): Promise<Sleeper> {
  const child: ChildProcess = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
  await once(child, "spawn");
  const identity = identityOf(child.pid ?? 0);
  if (identity === null) throw new Error("it has no identity");
  const ended = once(child, "exit");
  return {
    identity,
    recycled: { pid: identity.pid, startTicks: identity.startTicks - 1 },
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

test("R37: a recycled pid gets no signal", async () => {
  await using process = await sleeper();
  expect([isAlive(process.recycled), signalProcess(process.recycled, "SIGKILL"), isAlive(process.identity)]).toEqual([false, false, true]);
  expect(signalProcess(process.identity, "SIGCONT")).toBe(true);
});

test("R37: an undo whose process is gone leaves the one alone that has its pid now", async () => {
  await using process = await sleeper();
  expect(await carryOut({ do: "signal", process: process.recycled, signal: "SIGKILL" }, { attempts: 2, withinMs: 500 })).toBe(null);
  expect(isAlive(process.identity)).toBe(true);
});

test("R37: a session whose number belongs to somebody else by now has no members", async () => {
  await using process = await sleeper();
  expect(sessionMembers(process.identity).map(({ pid }) => pid)).toEqual([process.identity.pid]);
  expect(sessionMembers(process.recycled)).toEqual([]);
});

test("R37: pid 1 gets no signal, nor do groups of processes", () => {
  const first = identityOf(1);
  if (first === null) throw new Error("there is no first process");
  // One that does no harm, should it arrive.
  expect([first, { pid: 0, startTicks: 0 }, { pid: -1, startTicks: 0 }, { pid: -process.pid, startTicks: 0 }].map((identity) => signalProcess(identity, "SIGCONT"))).toEqual([false, false, false, false]);
});

test.each([1, 0, -1, -4711, 1.5, Number.NaN])("R37: a request or an undo about pid %s is not understood", (pid) => {
  const about = { pid, startTicks: 1 };
  expect(requestSchema.safeParse({ ask: "signal", process: about, signal: "SIGKILL" }).success).toBe(false);
  expect(undoSchema.safeParse({ do: "signal", process: about, signal: "SIGKILL" }).success).toBe(false);
  expect(requestSchema.safeParse({ ask: "signal", process: { ...about, pid: 4711 }, signal: "SIGKILL" }).success).toBe(true);
});
