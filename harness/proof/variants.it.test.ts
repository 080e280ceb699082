import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { judgeSuite } from "../judge/index.ts";
import { brokenTargets } from "../../targets/index.ts";
import { runScenarioOn } from "./variants/run-suite.ts";

/** The scenario of the gate in which each variant's defect shows; `variants.ts` runs the whole gate on each. */
const shownBy: Readonly<Record<string, string>> = {
  "broken/slow-api": "steady",
  "broken/loses-on-kill": "worker-kill",
  "broken/never-reconnects": "postgres-outage",
  "broken/lying-health": "postgres-outage",
  "broken/duplicate-briefs": "worker-kill",
};

let store = "";
beforeAll(() => {
  store = mkdtempSync(join(tmpdir(), "roadworthy-variants-"));
});
afterAll(() => rmSync(store, { recursive: true, force: true }));

test.each(brokenTargets)("$name turns red exactly what it breaks, and the headline names it", { timeout: 180_000 }, async ({ name, turnsRed }) => {
  const { folder, exitCode } = await runScenarioOn(shownBy[name] ?? "", name, store);
  const { suite } = judgeSuite(folder);
  const failed = suite.objectives.filter((row) => row.outcome === "fail").map((row) => row.objective);
  expect(failed.toSorted()).toEqual(turnsRed.toSorted());
  expect(exitCode).toBe(1);
  expect(turnsRed.some((id) => suite.headline.includes(id))).toBe(true);
  expect(suite.cleanup).toEqual({ complete: true, left: [] });
});
