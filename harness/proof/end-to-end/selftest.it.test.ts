import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { command, newWorld, readJson, type World } from "./command.fixture.ts";

const suite = "name: quick\ntitle: Quick\ntarget: tiny\nscenarios: [./calm.yaml]\nrequired: [TINY-1]\n";

/** A front that answers 600 ms late, where 400 ms are promised, as a variant beside the target. */
function addSlowFront(world: World): void {
  mkdirSync(join(world.tiny, "broken"));
  const front = readFileSync(join(world.tiny, "front.mts"), "utf8").replace("response.pipe(answer);", "setTimeout(() => response.pipe(answer), 600);");
  writeFileSync(join(world.tiny, "slow-front.mts"), front);
  const target = readFileSync(join(world.tiny, "target.yaml"), "utf8");
  const variant = target.replace("name: tiny\n", `name: slow-front\nvariantOf: tiny\nturnsRed: [TINY-1]\n`).replace("node, store.mts", "node, ../store.mts").replace("node, front.mts", "node, ../slow-front.mts");
  writeFileSync(join(world.tiny, "broken", "slow-front.yaml"), variant);
}

test("a user's own variant turns its gate red, the good target does not, and the next report says when", { timeout: 120_000 }, async () => {
  using world = newWorld();
  addSlowFront(world);
  writeFileSync(join(world.tiny, "quick.yaml"), suite);
  const args = [join(world.tiny, "quick.yaml"), "--target", world.tiny, "--out", world.runs, "--seed", "7"];
  const shown = await command(world, "selftest", ...args, "--json");
  const told: { gates: string[]; trials: { build: string; outcomes: Record<string, string> }[]; wrong: string[] } = JSON.parse(shown.stdout);
  expect(told).toMatchObject({ gates: ["TINY-1"], wrong: [] });
  expect(told.trials.map(({ build }) => build)).toEqual(["slow-front", "tiny"]);
  expect(told.trials[0]?.outcomes).toEqual({ "TINY-1": "fail" });
  // A busy machine may leave the good target undecided; it never makes it red.
  expect(["pass", "inconclusive"]).toContain(told.trials[1]?.outcomes["TINY-1"]);
  expect(shown.code).toBe(told.trials[1]?.outcomes["TINY-1"] === "pass" ? 0 : 2);
  expect(world.leftovers()).toEqual([]);

  await command(world, "suite", ...args);
  const [run = ""] = readdirSync(world.runs).filter((name) => /^\d{4}/.test(name));
  expect(readJson(join(world.runs, run, "suite.json"))["objectives"]).toMatchObject([{ objective: "TINY-1", lastSeenRed: { by: "slow-front" } }, { lastSeenRed: null }, {}, {}]);
  expect(readFileSync(join(world.runs, run, "report.md"), "utf8")).toContain("Each gate has been seen red");
});
