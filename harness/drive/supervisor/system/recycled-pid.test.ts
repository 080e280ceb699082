/** R37: a pid that was given to a stranger meanwhile is not touched. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { identityOf, isAlive, sessionMembers, signalProcess } from "./processes.ts";

const self = identityOf(process.pid) ?? { pid: process.pid, startTicks: 0 };
const earlier = { ...self, startTicks: self.startTicks - 1 };

test("R37: a process is the one that was meant only with its start time", () => {
  expect(isAlive(self)).toBe(true);
  expect(isAlive(earlier)).toBe(false);
});

test("R37: no signal goes to the stranger that has the pid by now", () => {
  let arrived = 0;
  const count = (): number => (arrived += 1);
  process.on("SIGWINCH", count);
  expect(signalProcess(earlier, "SIGWINCH")).toBe(false);
  process.off("SIGWINCH", count);
  expect(arrived).toBe(0);
});

test("R37: a session whose number belongs to a stranger by now has no members", async () => {
  const child = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
  await once(child, "spawn");
  const exited = once(child, "exit");
  const leader = identityOf(child.pid ?? 0) ?? self;
  const members = sessionMembers(leader).map(({ pid }) => pid);
  const ofStranger = sessionMembers({ ...leader, startTicks: leader.startTicks - 1 });
  child.kill("SIGKILL");
  await exited;
  expect(members).toEqual([child.pid]);
  expect(ofStranger).toEqual([]);
});
