/** Whatever ends the harness, nothing is left, and there is a report or a log that makes one which is marked incomplete (R4). */

import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { entryPath } from "../../base/entry.ts";
import { nowUs, poll } from "../../base/time.ts";
import { command, ended, newWorld, onlyRun, readJson, untilSaid, type World } from "./command.fixture.ts";

/** A limit for what hangs. How soon it is gone is a matter of the machine as well, and belongs to `npm run test:crash`. */
const goneWithinMs = 50_000;

/** A run to which an accident can happen. Few open files and little memory, so that both are soon used up. */
function startFragile(world: World, accident: string): ChildProcess {
  const options = [`--import=${entryPath("harness/proof/end-to-end/accident.fixture")}`, "--max-old-space-size=192"];
  const args = [entryPath("harness/cli/main"), "suite", join(world.tiny, "gate.yaml"), "--target", world.tiny, "--out", world.runs];
  const environment = { ...world.environment, NODE_OPTIONS: options.join(" "), ROADWORTHY_ACCIDENT: accident };
  return spawn("prlimit", ["--nofile=512:512", process.execPath, ...args], { cwd: world.folder, env: environment, stdio: ["ignore", "pipe", "pipe"] });
}

async function nothingIsLeft(world: World): Promise<boolean> {
  const found = await poll(async () => (world.leftovers().length === 0 ? true : undefined), { intervalMs: 50, deadlineUs: nowUs() + goneWithinMs * 1000 });
  return found === true;
}

/** Out of memory, Node aborts: then it is the supervisor alone that cleans, and the log from which the report is made. */
const accidents = [["exception", 70], ["rejection", 70], ["descriptors", 70], ["memory", null]] as const;

test.each(accidents)("R4: %s: everything is healed and gone, and the report says that the run is incomplete", { timeout: 120_000 }, async (accident, exitCode) => {
  using world = newWorld();
  const child = startFragile(world, accident);
  const end = ended(child);
  await untilSaid(child, "fault cut injected");
  child.kill("SIGUSR2");
  const { code } = await end;
  expect(code).toBe(exitCode);
  expect(await nothingIsLeft(world), world.leftovers().join("\n")).toBe(true);
  expect((await command(world, "report", onlyRun(world))).code).toBe(0);
  const suite = readJson(join(onlyRun(world), "suite.json"));
  expect(suite["incomplete"]).not.toBeNull();
  expect(suite["outcome"]).not.toBe("pass");
});

test("R4: a terminal that is closed ends the run as Ctrl-C does", { timeout: 120_000 }, async () => {
  using world = newWorld();
  const child = startFragile(world, "none");
  const exited = Promise.withResolvers<number | null>();
  child.once("exit", exited.resolve);
  await untilSaid(child, "fault cut injected");
  // From now on whatever it prints fails with EPIPE.
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.kill("SIGHUP");
  expect(await exited.promise).toBe(130);
  expect(world.leftovers()).toEqual([]);
  expect(readJson(join(onlyRun(world), "suite.json"))["incomplete"]).not.toBeNull();
});

test("R4: a second interrupt leaves at once, and the supervisor goes on cleaning", { timeout: 120_000 }, async () => {
  using world = newWorld();
  const child = startFragile(world, "none");
  const end = ended(child);
  await untilSaid(child, "fault cut injected");
  // Two of the same kind could arrive as one.
  child.kill("SIGINT");
  child.kill("SIGTERM");
  expect((await end).code).toBe(130);
  // It did not stay to judge what there was, as after one interrupt.
  expect(existsSync(join(onlyRun(world), "suite.json"))).toBe(false);
  expect(await nothingIsLeft(world), world.leftovers().join("\n")).toBe(true);
  expect((await command(world, "report", onlyRun(world))).code).toBe(0);
  expect(readJson(join(onlyRun(world), "suite.json"))["incomplete"]).not.toBeNull();
});
