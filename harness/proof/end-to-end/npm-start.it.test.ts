import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { packageRoot } from "../../base/entry.ts";
import { ended, newWorld, onlyRun, readJson, untilSaid } from "./command.fixture.ts";
import { join } from "node:path";

/** POSIX shared memory of PostgreSQL's kind; others on the machine have some of other kinds. */
function sharedMemory(): string[] {
  return readdirSync("/dev/shm").filter((name) => name.startsWith("PostgreSQL")).toSorted();
}

test.each([
  ["boot", "starting postgres", "SIGTERM"],
  ["the load", "· baseline", "SIGINT"],
] as const)("npm start during %s, at \"%s\", takes %s: the whole stack goes, and a report stays", { timeout: 120_000 }, async (_stage, line, signal) => {
  using world = newWorld();
  const before = sharedMemory();
  const child = spawn("npm", ["start", "--", "--out", world.runs], { cwd: packageRoot, env: world.environment, stdio: ["ignore", "pipe", "pipe"] });
  const end = ended(child);
  await untilSaid(child, line);
  child.kill(signal);
  const { code, stdout } = await end;
  expect(stdout).toContain("exit 130");
  expect(code).toBe(130);
  expect(world.leftovers()).toEqual([]);
  expect(sharedMemory()).toEqual(before);
  expect(readJson(join(onlyRun(world), "suite.json"))["incomplete"]).not.toBeNull();
});
