import { createServer } from "node:net";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { suiteVerdictSchema } from "../../judge/verdict/schema.ts";
import { command, newWorld, onlyRun, readJson, type World } from "./command.fixture.ts";

/** The tiny target, or a scenario of it, with one text replaced. */
function changed(world: World, file: string, from: string | RegExp, to: string): void {
  const path = join(world.tiny, file);
  const text = readFileSync(path, "utf8");
  const after = text.replace(from, to);
  expect(after).not.toBe(text);
  writeFileSync(path, after);
}

function runTiny(world: World): ReturnType<typeof command> {
  return command(world, "run", join(world.tiny, "cut.yaml"), "--target", world.tiny, "--out", world.runs);
}

test("an unknown field of a scenario is named by its path", async () => {
  using world = newWorld();
  changed(world, "cut.yaml", "hold: 1500ms", "hold: 1500ms, colour: red");
  const ran = await runTiny(world);
  expect(ran.code).toBe(64);
  expect(ran.stderr).toContain("steps[0].colour: there is no such field");
  expect(ran.stderr).toContain("cut.yaml");
});

test("an objective that does not exist is named", async () => {
  using world = newWorld();
  changed(world, "cut.yaml", "TINY-3]", "TINY-33]");
  const ran = await runTiny(world);
  expect(ran.code).toBe(64);
  expect(ran.stderr).toContain('rules[2]: there is no objective "TINY-33"');
});

test("an objective that can at best be inconclusive is refused with the field to change, and planned all the same when it is allowed", async () => {
  using world = newWorld();
  changed(world, "cut.yaml", "rate: 100", "rate: 2");
  const refused = 'scenario "cut": TINY-1 can at best be inconclusive: 6 requests in phase steady are planned, and a pass needs 59';
  const ran = await runTiny(world);
  expect(ran.code).toBe(64);
  expect(ran.stderr).toContain(refused);
  expect(ran.stderr).toContain("phases.baseline: make it longer by 27 s, or raise the rate; or leave it undecided on purpose by mayBeInconclusive: [TINY-1] in the scenario");
  const plan = (): ReturnType<typeof command> => command(world, "plan", join(world.tiny, "cut.yaml"), "--target", world.tiny);
  const planned = await plan();
  expect(planned.code).toBe(64);
  expect(planned.stderr).toContain(refused);
  expect(planned.stdout).toMatch(/TINY-1 +latency, steady +6 of 59 requests +at best inconclusive: /);
  changed(world, "cut.yaml", "rules: ", "mayBeInconclusive: [TINY-1]\nrules: ");
  const allowed = await plan();
  expect(allowed.stderr).toBe("");
  expect(allowed.code).toBe(0);
  expect(allowed.stdout).toContain("at best inconclusive (allowed): ");
  changed(world, "cut.yaml", "mayBeInconclusive: [TINY-1]", "mayBeInconclusive: [TINY-4]");
  const unruled = await plan();
  expect(unruled.code).toBe(64);
  expect(unruled.stderr).toContain('mayBeInconclusive[0]: there is no objective in rules "TINY-4"');
});

test.each([
  ["a scenario", ["run", "nowhere"], 'there is no scenario "nowhere"'],
  ["a suite", ["suite", "nowhere"], 'there is no suite "nowhere"'],
  ["a target", ["suite", "gate", "--target", "nowhere"], 'there is no target "nowhere"'],
  ["a run", ["judge", "2026-01-01-0000-abc"], "there is no run 2026-01-01-0000-abc"],
  ["a format", ["report", ".", "--format", "pdf"], "there is no recorded run"],
  ["a verb", ["dance"], "unknown command"],
])("%s that does not exist", async (_what, args, message) => {
  using world = newWorld();
  const ran = await command(world, ...args);
  expect(ran.code).toBe(64);
  expect(ran.stderr).toContain(message);
});

test("the built-in reference is never gated silently in another repository", async () => {
  using world = newWorld();
  const ran = await command(world, "suite", "gate");
  expect(ran.code).toBe(64);
  expect(ran.stderr).toContain("--target continuum-report");
});

test("a target that never becomes ready", { timeout: 60_000 }, async () => {
  using world = newWorld();
  changed(world, "target.yaml", "{ by: http, path: /health }", "{ by: log, line: never said, within: 1s }");
  const ran = await runTiny(world);
  expect(ran.code).toBe(69);
  expect(ran.stdout + ran.stderr).toContain("front");
  expect(world.leftovers()).toEqual([]);
});

test("a target that never becomes ready, where that is promised: a failure", { timeout: 60_000 }, async () => {
  using world = newWorld();
  changed(world, "target.yaml", "{ by: http, path: /health }", "{ by: log, line: never said, within: 1s }");
  changed(world, "target.yaml", "objectives:\n", 'objectives:\n  - { id: TINY-0, statement: It starts, source: { document: target.yaml, section: Example }, kind: own, indicator: { kind: boot }, phase: all, op: "==", limit: 0, unit: nodes }\n');
  changed(world, "cut.yaml", "rules: [", "rules: [TINY-0, ");
  const ran = await runTiny(world);
  expect(ran.code).toBe(1);
  const suite = suiteVerdictSchema.parse(readJson(join(onlyRun(world), "suite.json")));
  expect(suite).toMatchObject({ exitCode: 1, headline: 'FAIL, release blocked: "It starts" does not hold: 1 nodes; none is allowed; not ready: front (TINY-0).' });
  expect(suite.objectives.map(({ outcome }) => outcome)).toEqual(["fail", "inconclusive", "inconclusive", "inconclusive", null]);
  expect(world.leftovers()).toEqual([]);
});

test("a node whose program does not exist", { timeout: 60_000 }, async () => {
  using world = newWorld();
  changed(world, "target.yaml", "[node, store.mts]", "[no-such-program]");
  const ran = await runTiny(world);
  expect(ran.code).toBe(69);
  expect(ran.stdout + ran.stderr).toContain("no-such-program");
  expect(world.leftovers()).toEqual([]);
});

test("a port that is taken", { timeout: 60_000 }, async () => {
  using world = newWorld();
  const stranger = createServer().listen(0, "127.0.0.1");
  await once(stranger, "listening");
  const address = stranger.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  changed(world, "target.yaml", 'env: { PORT: "{{port}}" }', `env: { PORT: "${port}" }`);
  const ran = await runTiny(world);
  stranger.close();
  expect(ran.code).toBe(69);
  expect(ran.stdout + ran.stderr).toMatch(/port|EADDRINUSE/);
  expect(world.leftovers()).toEqual([]);
});

test("no Redis to be had", { timeout: 60_000 }, async () => {
  using world = newWorld();
  changed(world, "target.yaml", "nodes:\n", "nodes:\n  cache: { kind: redis }\n");
  // Neither a server on the path, nor one in the cache, nor a python to fetch it with.
  world.environment["PATH"] = join(world.folder, "nothing");
  world.environment["XDG_CACHE_HOME"] = join(world.folder, "cache");
  const ran = await runTiny(world);
  expect(ran.code).toBe(69);
  expect(ran.stdout + ran.stderr).toContain("apt install redis-server");
  expect(world.leftovers()).toEqual([]);
});

test("a PostgreSQL that fails to start", { timeout: 60_000 }, async () => {
  using world = newWorld();
  changed(world, "target.yaml", "nodes:\n", 'nodes:\n  db: { kind: postgres, settings: { shared_buffers: "much" } }\n');
  const ran = await runTiny(world);
  expect(ran.code).toBe(69);
  expect(ran.stdout + ran.stderr).toContain("shared_buffers");
  expect(world.leftovers()).toEqual([]);
});
