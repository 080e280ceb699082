import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { verdictSchema } from "../../judge/verdict/schema.ts";
import { command, newWorld, onlyRun, readJson, rewrite, type World } from "./command.fixture.ts";

/** A probe that sends bytes over the link, so that they have to be told from the service's. */
const talking = "store: { layer: http, at: { link: front-store }, path: /orders, every: 100ms }";

function changeTarget(world: World, ...changes: [from: RegExp, to: string][]): void {
  const path = join(world.tiny, "target.yaml");
  const before = readFileSync(path, "utf8");
  const after = changes.reduce((text, [from, to]) => text.replace(from, to), before);
  expect(after).not.toBe(before);
  writeFileSync(path, after);
}

async function run(world: World): Promise<{ code: number | null; screen: string; verdict: Record<string, unknown> }> {
  // Not on how fast the front is: a machine that stands still makes that a failure.
  rewrite(join(world.tiny, "cut.yaml"), "rules: [TINY-1, ", "rules: [");
  const ran = await command(world, "run", join(world.tiny, "cut.yaml"), "--target", world.tiny, "--out", world.runs);
  expect(world.leftovers()).toEqual([]);
  return { code: ran.code, screen: ran.stdout, verdict: readJson(join(onlyRun(world), "cut", "verdict.json")) };
}

test("a service that was told another address than the link's makes what the fault should show inconclusive", { timeout: 120_000 }, async () => {
  using world = newWorld();
  changeTarget(world, [/store: \{ layer: tcp.*/, talking], [/\{\{link:front-store\}\}/, "{{node:store}}"]);
  const { code, screen, verdict } = await run(world);
  expect(code).toBe(2);
  const words = screen.replaceAll(/\s+/g, " ");
  expect(words).toContain("Nothing of front went over link front-store");
  const { links, rulings } = verdictSchema.parse(verdict);
  expect(links).toEqual([{ link: "front-store", from: "front", to: "store", use: { connections: 0, bytesUp: 0, bytesDown: 0 } }]);
  // A machine that was too busy to send the load gives its own reason; no reason but these.
  const why = expect.stringMatching(/fault cut was on link front-store, over which front sent nothing|load generator was too busy|requests were sent late/i);
  expect(rulings.find(({ objective }) => objective === "TINY-3")).toMatchObject({ outcome: "inconclusive", why });
});

test("one that goes over the link is counted, and the probe beside it is not", { timeout: 120_000 }, async () => {
  using world = newWorld();
  changeTarget(world, [/store: \{ layer: tcp.*/, talking]);
  const { screen, verdict } = await run(world);
  expect(screen).not.toContain("Nothing of front went over link");
  const { links: [link], rulings } = verdictSchema.parse(verdict);
  expect(rulings.map(({ why }) => why).join(" ")).not.toContain("front-store");
  expect(link?.use?.bytesUp).toBeGreaterThan(1000);
});
