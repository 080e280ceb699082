/** A replay, a closed model and random arrivals from plan to verdict. */

import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { verdictSchema } from "../../judge/verdict/schema.ts";
import type { RequestEvent } from "../../log/event.ts";
import { openLog } from "../../log/reader.ts";
import { command, newWorld, onlyRun, readJson, type World } from "./command.fixture.ts";

function inCrowd(world: World, verb: string, ...rest: string[]): ReturnType<typeof command> {
  return command(world, verb, join(world.tiny, "crowd.yaml"), "--target", world.tiny, ...rest);
}

/** Most of them at one time. One that ends as another begins is over. */
function mostAtOnce(requests: readonly RequestEvent[]): number {
  const changes = requests.flatMap(({ startUs, endUs }) => [{ atUs: startUs, by: 1 }, { atUs: endUs, by: -1 }]).toSorted((a, b) => a.atUs - b.atUs || a.by - b.by);
  let [open, most] = [0, 0];
  for (const { by } of changes) {
    open += by;
    most = Math.max(most, open);
  }
  return most;
}

test("what is sent is the file, the users and the seed, and a closed model rules on no latency", { timeout: 120_000 }, async () => {
  using world = newWorld();
  const plan = await inCrowd(world, "plan", "--seed", "7");
  const ran = await inCrowd(world, "run", "--seed", "7", "--out", world.runs);
  expect(world.leftovers()).toEqual([]);
  const folder = join(onlyRun(world), "crowd");
  const events = [...openLog(join(folder, "log")).events()];
  const of = (workload: string): RequestEvent[] => events.filter((event): event is RequestEvent => event.type === "request" && event.workload === workload);

  // The file spans 2 s; ten times as fast, a round of its four arrivals takes 4/3 of 200 ms.
  const night = of("night").toSorted((a, b) => a.intendedUs - b.intendedUs);
  const roundsUs = Array.from({ length: 10 }, (_unused, round) => [0, 40_000, 110_000, 200_000].map((atUs) => atUs + (round * 800_000) / 3)).flat();
  const dueUs = roundsUs.filter((atUs) => atUs < 2_500_000);
  expect(night.length).toBe(dueUs.length);
  expect(plan.stdout).toContain(`load    night: the arrivals of night.csv at 10 × their speed, again and again; ${dueUs.length} requests\n`);
  for (const [n, { intendedUs }] of night.entries()) expect(Math.abs(intendedUs - (night[0]?.intendedUs ?? 0) - (dueUs[n] ?? 0))).toBeLessThanOrEqual(1);
  expect(night.map(({ route }) => route)).toEqual(night.map((_event, n) => ["list", "order", "list", "list"][n % 4]));
  expect(plan.stdout).toContain(`strangers: 50/s on average, at random times of the seed (Poisson); at least ${of("strangers").length} requests with this seed\n`);

  const shoppers = of("shoppers");
  expect(shoppers.length).toBeGreaterThanOrEqual(10);
  expect(mostAtOnce(shoppers)).toBeLessThanOrEqual(5);
  expect(shoppers.every(({ intendedUs, startUs }) => intendedUs === startUs)).toBe(true);

  const verdict = verdictSchema.parse(readJson(join(folder, "verdict.json")));
  expect(verdict.rulings.find(({ objective }) => objective === "TINY-1")).toMatchObject({ outcome: "inconclusive", why: expect.stringMatching(/\bin a closed model \(shoppers\) this is service time/i) });
  expect(plan.stdout).toMatch(/TINY-1 .* at best inconclusive \(allowed\): in a closed model \(shoppers\) this is service time/);
  expect(ran.code).toBe(2);
  expect(readFileSync(join(onlyRun(world), "report.html"), "utf8")).toContain("latency is service time");
});

test("a file of arrivals that is wrong ends the command with its line, before anything is started", async () => {
  using world = newWorld();
  appendFileSync(join(world.tiny, "night.csv"), "2026-03-01T23:00:03.000Z,GET /nowhere\n");
  for (const verb of ["plan", "run"]) {
    const { code, stderr } = await inCrowd(world, verb);
    expect(code).toBe(64);
    expect(stderr).toContain('night.csv:6:26: no route makes "GET /nowhere"');
    expect(stderr).not.toContain("starting");
  }
  expect(world.leftovers()).toEqual([]);
});
