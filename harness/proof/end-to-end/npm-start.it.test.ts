import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../base/entry.ts";
import { sharedMemoryLeft, sharedMemoryNames } from "../crash/leaks.ts";
import { ended, newWorld, onlyRun, readJson, untilSaid } from "./command.fixture.ts";

test.each([
  ["boot", "starting postgres", "SIGTERM"],
  ["the load", "· baseline", "SIGINT"],
] as const)("npm start during %s, at \"%s\", takes %s: the whole stack goes, and a report stays", { timeout: 120_000 }, async (_stage, line, signal) => {
  using world = newWorld();
  const before = new Set(sharedMemoryNames());
  const child = spawn("npm", ["start", "--", "--out", world.runs], { cwd: packageRoot, env: world.environment, stdio: ["ignore", "pipe", "pipe"] });
  const end = ended(child);
  await untilSaid(child, line);
  child.kill(signal);
  const { code, stdout } = await end;
  expect(stdout).toContain("exit 130");
  expect(code).toBe(130);
  expect(world.leftovers()).toEqual([]);
  // Of PostgreSQL's kind; others on the machine have some of other kinds.
  expect(sharedMemoryLeft(before).filter((name) => name.startsWith("PostgreSQL"))).toEqual([]);
  expect(readJson(join(onlyRun(world), "suite.json"))["incomplete"]).not.toBeNull();
});
