import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { judgeSuite } from "../judge/index.ts";
import { brokenTargets } from "../../targets/index.ts";
import { runScenarioOn } from "./variants/run-scenario.ts";

/** A minute each: too long to ask for all of them here. `npm run test:variants` does. */
const chosen: ReadonlySet<string> = new Set(["broken/slow-api", "broken/loses-on-kill", "broken/never-reconnects", "broken/lying-health", "broken/duplicate-briefs"]);

let store = "";
beforeAll(() => {
  store = mkdtempSync(join(tmpdir(), "roadworthy-variants-"));
});
afterAll(() => rmSync(store, { recursive: true, force: true }));

test.each(brokenTargets.filter(({ name }) => chosen.has(name)))("$name turns red exactly what it breaks, and the headline names it", { timeout: 180_000 }, async ({ name, turnsRed, shownBy }) => {
  const { folder, exitCode } = await runScenarioOn(shownBy[0] ?? "", name, store);
  const { suite } = judgeSuite(folder);
  const failed = suite.objectives.filter((row) => row.outcome === "fail").map((row) => row.objective);
  expect(failed.toSorted()).toEqual(turnsRed.toSorted());
  expect(exitCode).toBe(1);
  expect(turnsRed.some((id) => suite.headline.includes(id))).toBe(true);
  expect(suite.cleanup).toEqual({ complete: true, left: [] });
});
