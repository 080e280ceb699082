import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ended, newWorld, onlyRun, readJson, rewrite, start, untilSaid, type World } from "./command.fixture.ts";

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

/** A run that does not come to its end by itself while the machine is slow to interrupt it: an order that never counts as done is waited for, and the store is late with its list. */
function withoutEnd(world: World, line: string): void {
  // Every stage is long enough to be interrupted in, and none longer: all but one are only on the way.
  rewrite(join(world.tiny, "cut.yaml"), /^phases: .*$/m, "phases: { warmUp: 500ms, baseline: 1s, recovery: 1s, after: 1s }");
  rewrite(join(world.tiny, "cut.yaml"), "hold: 1500ms", "hold: 1s");
  const target = join(world.tiny, "target.yaml");
  if (line === "· reading back") {
    rewrite(join(world.tiny, "store.mts"), "createServer((ask, answer) => {\n", 'createServer((ask, answer) => {\n  if (ask.url === "/late") return void setTimeout(() => answer.end("{}"), 4000);\n');
    rewrite(target, "store: [{ via: http, node: store, path: /orders,", "store: [{ via: http, node: store, path: /late,");
  } else {
    rewrite(target, 'query: { via: http, node: store, path: /orders, pick: "items[].id" }', "query: { via: http, node: store, path: /orders, pick: count }");
    rewrite(join(world.tiny, "cut.yaml"), "quiesceWithin: 10s", "quiesceWithin: 5min");
  }
}

test.each(stages)("R4: Ctrl-C during %s heals, takes everything down, and still reports", { timeout: 60_000 }, async (_stage, line) => {
  using world = newWorld();
  withoutEnd(world, line);
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
  withoutEnd(world, "fault cut injected");
  const child = start(world, ["suite", join(world.tiny, "gate.yaml"), "--target", world.tiny, "--out", world.runs]);
  const end = ended(child);
  await untilSaid(child, "fault cut injected");
  child.kill(signal);
  expect((await end).code).toBe(130);
  expect(world.leftovers()).toEqual([]);
});
