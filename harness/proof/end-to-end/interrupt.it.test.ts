import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ended, newWorld, onlyRun, readJson, start, untilSaid } from "./command.fixture.ts";

/** A line of progress that is printed when each stage begins. */
const stages = [
  ["boot", "starting front"],
  ["the start of the load", "· starting load"],
  ["warm-up", "· warm-up"],
  ["baseline", "· baseline"],
  ["the fault", "fault cut injected"],
  ["recovery", "· recovery"],
  ["after", "· after"],
  ["the wait for open items", "· waiting for open items"],
  ["reading back", "· reading back"],
] as const;

test.each(stages)("R4: Ctrl-C during %s heals, takes everything down, and still reports", { timeout: 60_000 }, async (_stage, line) => {
  using world = newWorld();
  const child = start(world, ["suite", join(world.tiny, "gate.yaml"), "--target", world.tiny, "--out", world.runs]);
  const end = ended(child);
  await untilSaid(child, line);
  child.kill("SIGINT");
  const { code, stdout } = await end;
  expect(code).toBe(130);
  expect(world.leftovers()).toEqual([]);
  const suite = readJson(join(onlyRun(world), "suite.json"));
  expect(suite["outcome"]).not.toBe("pass");
  expect(suite["incomplete"]).not.toBeNull();
  expect(suite["cleanup"]).toMatchObject({ complete: true });
  expect(stdout).toContain("exit 130");
  expect(existsSync(join(onlyRun(world), "report.html"))).toBe(true);
});

test.each(["SIGTERM", "SIGHUP"] as const)("R4: %s ends as Ctrl-C does", { timeout: 60_000 }, async (signal) => {
  using world = newWorld();
  const child = start(world, ["suite", join(world.tiny, "gate.yaml"), "--target", world.tiny, "--out", world.runs]);
  const end = ended(child);
  await untilSaid(child, "fault cut injected");
  child.kill(signal);
  expect((await end).code).toBe(130);
  expect(world.leftovers()).toEqual([]);
});
