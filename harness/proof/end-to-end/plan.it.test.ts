/**
 * R12: `plan` opens no socket and sends no signal. Node's permission model denies it network and child processes, and tells a
 * diagnostics channel of each attempt, also of one whose refusal is caught. A thread it may have,
 * as it parses YAML in one that has a time limit; the wires do not reach into it. Signals are not in that model: they are met below
 * `process.kill`, where every signal that JavaScript sends passes. Any attempt ends the process; each wire is shown to trip.
 */

import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { entryPath, packageRoot } from "../../base/entry.ts";
import { ended, newWorld, type Ended, type World } from "./command.fixture.ts";

const tripwires = `
  import { subscribe } from "node:diagnostics_channel";
  import { writeSync } from "node:fs";
  const trip = (what) => {
    writeSync(2, "attempted: " + what + "\\n");
    process.reallyExit(99);
  };
  for (const kind of ["net", "child"]) subscribe("node:permission-model:" + kind, () => trip(kind));
  process._kill = () => trip("signal");
`;

const confined = ["--permission", "--allow-worker", "--disable-warning=PERM0006", "--allow-fs-read=*", "--import", `data:text/javascript,${encodeURIComponent(tripwires)}`];

function confinedNode(world: World, args: readonly string[]): Promise<Ended> {
  return ended(spawn(process.execPath, [...confined, ...args], { cwd: packageRoot, env: world.environment, stdio: ["ignore", "pipe", "pipe"] }));
}

test.each([["gate"], ["nightly"], ["harness/proof/tiny/storm.yaml", "--target", "harness/proof/tiny"]])("R12: plan %s attempts nothing", { timeout: 60_000 }, async (...args) => {
  using world = newWorld();
  const planned = await confinedNode(world, [entryPath("harness/cli/main"), "plan", ...args]);
  expect(planned.stderr).toBe("");
  expect(planned.code).toBe(0);
  expect(planned.stdout).toContain("fault for");
});

test.each([
  ["a connection", "require('node:net').connect(9, '127.0.0.1').on('error', () => {})", "net"],
  ["a server", "require('node:net').createServer().on('error', () => {}).listen(0)", "net"],
  ["a datagram", "require('node:dgram').createSocket('udp4').on('error', () => {}).send('x', 9, '127.0.0.1')", "net"],
  ["a name look-up", "require('node:dns').lookup('localhost', () => {})", "net"],
  ["a process, whose refusal is caught", "try { require('node:child_process').spawnSync('true') } catch {}", "child"],
  ["a signal", "process.kill(process.pid, 0)", "signal"],
])("%s would be noticed", { timeout: 60_000 }, async (_what, script, kind) => {
  using world = newWorld();
  const tripped = await confinedNode(world, ["-e", script]);
  expect(tripped.stderr).toContain(`attempted: ${kind}`);
  expect(tripped.code).toBe(99);
});

/** It may write its folder, so that it gets as far as its first process. */
test("a run would be noticed", { timeout: 60_000 }, async () => {
  using world = newWorld();
  const ran = await confinedNode(world, ["--allow-fs-write=*", entryPath("harness/cli/main"), "run", "harness/proof/tiny/calm.yaml", "--target", "harness/proof/tiny", "--out", world.runs]);
  expect(ran.stderr).toContain("attempted: child");
  expect(ran.code).toBe(99);
});
