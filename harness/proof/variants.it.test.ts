import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { judgeSuite } from "../judge/index.ts";
import { brokenTargets } from "../../targets/index.ts";
import { runScenarioOn } from "./variants/run-scenario.ts";
import { shortForms } from "./variants/short-form.ts";

/** Some of them, in short forms of what shows them; `npm run test:variants` runs all, and every gate of the suite on each. */
const chosen = brokenTargets.flatMap(({ name, turnsRed }) => (shortForms[name] === undefined ? [] : [{ name, turnsRed, short: shortForms[name] }]));

let store = "";
beforeAll(() => {
  store = mkdtempSync(join(tmpdir(), "roadworthy-variants-"));
});
afterAll(() => rmSync(store, { recursive: true, force: true }));

test("there are five of them", () => {
  expect(chosen.map(({ name }) => name).toSorted()).toEqual(Object.keys(shortForms).toSorted());
  expect(chosen).toHaveLength(5);
});

test.each(chosen)("$name turns red exactly what it breaks, and the headline names it", { timeout: 180_000 }, async ({ name, turnsRed, short }) => {
  const scenario = join(store, `${name.replaceAll("/", "-")}.yaml`);
  writeFileSync(scenario, JSON.stringify(short.definition));
  const { folder, exitCode } = await runScenarioOn(scenario, name, join(store, "runs"));
  const { suite } = judgeSuite(folder);
  const failed = suite.objectives.filter((row) => row.outcome === "fail").map((row) => row.objective);
  // What hangs on the load is not decided where the machine could not send it, and for that reason only.
  const open = suite.objectives.filter((row) => short.timed.includes(row.objective) && row.outcome === "inconclusive");
  for (const { why } of open) expect(why).toMatch(/load generator was too busy/i);
  expect([...failed, ...open.map(({ objective }) => objective)].toSorted()).toEqual(turnsRed.toSorted());
  expect(exitCode).toBe(open.length === 0 ? 1 : 2);
  expect(failed.length === 0 || turnsRed.some((id) => suite.headline.includes(id))).toBe(true);
  expect(suite.cleanup).toEqual({ complete: true, left: [] });
});
