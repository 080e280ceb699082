/** `--repeat` and `--until-decided` as a user meets them. */

import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { suiteVerdictSchema, type SuiteVerdict } from "../../judge/verdict/schema.ts";
import { openLog } from "../../log/reader.ts";
import { command, ended, newWorld, onlyRun, readJson, start, untilSaid, type World } from "./command.fixture.ts";

const calm = (world: World, ...args: string[]): string[] => ["run", join(world.tiny, "calm.yaml"), "--target", world.tiny, "--out", world.runs, "--seed", "7", ...args];

function suiteOf(folder: string): SuiteVerdict {
  return suiteVerdictSchema.parse(readJson(join(folder, "suite.json")));
}

function samplesIn({ objectives }: SuiteVerdict): number {
  return objectives.find(({ objective }) => objective === "TINY-1")?.samples ?? 0;
}

/** Which process the service was. */
function frontOf(repeat: string): number {
  const started = [...openLog(join(repeat, "log")).events()].find((event) => event.type === "process" && event.process === "front" && event.what === "started");
  return started?.type === "process" ? started.pid : -1;
}

test("--repeat runs it on a stack of its own each time, with a seed of its own, and judges all together, here and elsewhere", { timeout: 120_000 }, async () => {
  using world = newWorld();
  const ran = await command(world, ...calm(world, "--repeat", "2"));
  expect(world.leftovers()).toEqual([]);
  const run = onlyRun(world);
  const suite = suiteOf(run);
  expect(ran.code).toBe(suite.exitCode);
  expect(suite.repeats).toMatchObject({ most: 2, untilDecided: false, confidencePercent: 95 });
  expect(suite.repeat).toContain("--repeat 2 --seed 7");
  // On a machine that is too busy some attempts do not count, and there are more of them.
  const attempts = suite.repeats?.attempts ?? [];
  const counted = attempts.filter((attempt) => attempt.void === null);
  if (suite.incomplete === null) expect(counted.map(({ repeat }) => repeat)).toEqual([1, 2]);
  else expect(suite.incomplete).toContain("could not be had in 3 attempts");
  for (const { repeat, folder, seed } of attempts) {
    expect(seed === 7).toBe(repeat === 1);
    expect(suiteOf(join(run, folder)).seed).toBe(seed);
  }
  expect(new Set(attempts.map(({ folder }) => frontOf(join(run, folder)))).size).toBe(attempts.length);
  expect(attempts.length).toBeGreaterThanOrEqual(2);
  expect(samplesIn(suite)).toBe(counted.reduce((sum, { folder }) => sum + samplesIn(suiteOf(join(run, folder))), 0));

  const part = attempts.at(-1)?.folder ?? "";
  const outputs = ["suite.json", "junit.xml", "report.md", "report.html", `${part}/suite.json`, `${part}/calm/verdict.json`];
  const before = outputs.map((file) => readFileSync(join(run, file)));
  const copy = join(world.folder, "elsewhere");
  cpSync(run, copy, { recursive: true });
  for (const file of outputs) rmSync(join(copy, file));
  expect((await command(world, "judge", copy)).code).toBe(ran.code);
  expect(outputs.map((file) => readFileSync(join(copy, file)))).toEqual(before);
  const second = await command(world, "explain", `${suite.run}-r1`, "TINY-1", "--out", world.runs);
  expect(second.stdout).toContain("TINY-1  Orders and lists are answered fast.");
});

test("an attempt that a tool of ours spoiled is made again and told, and --until-decided ends as soon as nothing is open", { timeout: 120_000 }, async () => {
  using world = newWorld();
  const child = start(world, calm(world, "--until-decided", "3"));
  const end = ended(child);
  // As early as there is one: the run must not be over before.
  await untilSaid(child, "· warm-up");
  const probe = world.leftovers().find((line) => line.startsWith("process ") && line.includes("drive/probe/main"));
  process.kill(Number(/^process (\d+)/.exec(probe ?? "")?.[1]), "SIGKILL");
  const { code, stdout } = await end;
  const suite = suiteOf(onlyRun(world));
  expect(suite.repeats?.attempts[0]).toMatchObject({ repeat: 1, attempt: 1, void: expect.stringContaining("probe-calm") });
  expect(suite.repeats?.attempts[1]).toMatchObject({ repeat: 1, attempt: 2, seed: 7, folder: "repeat-1-try-2" });
  expect(stdout).toContain("did not count, a tool failed: repeat-1: ");
  expect(code).toBe(suite.exitCode);
  // 200 requests, all fast, decide "p95 < 400 ms" at the 98.3 % that three looks ask for.
  const counted = suite.repeats?.attempts.filter((attempt) => attempt.void === null) ?? [];
  if (suite.outcome !== "inconclusive") expect(counted).toHaveLength(1);
  expect(world.leftovers()).toEqual([]);
});

test("an interrupt ends the series", { timeout: 120_000 }, async () => {
  using world = newWorld();
  const child = start(world, calm(world, "--repeat", "3"));
  const end = ended(child);
  await untilSaid(child, "baseline");
  child.kill("SIGINT");
  expect((await end).code).toBe(130);
  expect(suiteOf(onlyRun(world))).toMatchObject({ outcome: "inconclusive", repeats: { attempts: [{ repeat: 1 }] } });
  expect(world.leftovers()).toEqual([]);
});

test.each([
  [["--repeat", "0"], "--repeat 0 is not a number from 1 to 100"],
  [["--until-decided", "21"], "--until-decided 21 is not a number from 1 to 20"],
  [["--repeat", "2", "--until-decided"], "--repeat and --until-decided exclude one another"],
])("%j is refused before anything is started", async (args, said) => {
  using world = newWorld();
  const ran = await command(world, ...calm(world, ...args));
  expect(ran.code).toBe(64);
  expect(ran.stderr).toContain(said);
  expect(world.leftovers()).toEqual([]);
});
