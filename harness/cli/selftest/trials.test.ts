import { expect, test } from "vitest";
import { whyNotExceedable } from "../../judge/verdict/exceedable.ts";
import { composeScenarios } from "../../scenario/compose/compose.ts";
import { parseScenario } from "../../scenario/parse.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { planSuite } from "../definitions.ts";
import { scenarios as builtIn, suites } from "../../../scenarios/index.ts";
import { continuumReport } from "../../../targets/continuum-report/target.ts";
import { brokenTargets } from "../../../targets/index.ts";
import { planTrials, type TrialChoice } from "./trials.ts";
import { variantsOf } from "./variants.ts";

async function planned(suite: string, choice?: TrialChoice): Promise<ReturnType<typeof planTrials>> {
  const plan = await planSuite(suite, { target: "continuum-report", seed: 1 });
  return planTrials(plan, await variantsOf({ target: plan.target, folder: plan.targetFolder }), choice);
}

test.each(suites)("every gate of suite $name has a variant that turns it red", async ({ name, required }) => {
  const { gates, unshown } = await planned(name);
  expect(unshown).toEqual([]);
  expect(gates).toEqual(required);
});

test("every objective that a scenario rules on, and could break, has a variant", () => {
  const shown = new Set(brokenTargets.flatMap(({ turnsRed }) => turnsRed));
  const ruled = builtIn.flatMap((scenario) => composeScenarios(parseScenario(scenario), 1)).flatMap((scenario) => scenario.rules.filter((id) => couldBreak(id, scenario)));
  expect(new Set(ruled).size).toBeGreaterThan(20);
  expect(ruled.filter((id) => !shown.has(id))).toEqual([]);
});

function couldBreak(id: string, scenario: Scenario): boolean {
  const objective = continuumReport.objectives.find((entry) => entry.id === id);
  return objective !== undefined && objective.indicator !== null && whyNotExceedable(objective, objective.indicator, scenario) === null;
}

test("every variant breaks a gate of a suite, in scenarios that rule on all it turns red", async () => {
  const { trials } = await planned("nightly");
  const bad = trials.filter(({ expected }) => expected.length > 0);
  expect(bad.map(({ build }) => build.target.name).toSorted()).toEqual(brokenTargets.map(({ name }) => name).toSorted());
  for (const { build, expected } of bad) expect(expected).toEqual(expect.arrayContaining([...build.target.turnsRed]));
});

test("a variant runs only where its defect shows, and the good target right after it, each scenario once", async () => {
  const { trials } = await planned("gate");
  const good = trials.filter(({ expected }) => expected.length === 0);
  expect(good.flatMap(({ scenarios }) => scenarios)).toEqual(["steady", "postgres-outage", "redis-outage", "worker-kill"]);
  for (const [index, { expected, scenarios }] of trials.entries()) {
    if (expected.length === 0) continue;
    expect(scenarios).toHaveLength(1);
    expect(trials.slice(index).find((later) => later.expected.length === 0)?.scenarios).toEqual(scenarios);
  }
});

test("only the gates that are named are shown, by as few runs", async () => {
  const { gates, trials, unshown } = await planned("gate", { only: ["CON-95", "CON-26"] });
  expect(gates).toEqual(["CON-26", "CON-95"]);
  expect(unshown).toEqual([]);
  expect(trials.map(({ build, scenarios }) => [build.target.name, ...scenarios])).toEqual([
    ["broken/slow-to-resume", "redis-outage"],
    ["broken/unclear-refusals", "redis-outage"],
    ["continuum-report", "redis-outage"],
  ]);
});

test("controls stand in for variants: each is derived from its objective, in the shortest scenario that it can act on", async () => {
  const { trials, unshown } = await planned("gate", { derived: true });
  const acts = trials.flatMap(({ control, scenarios, expected }) => (control === null ? [] : [{ act: control.act, scenarios, expected }]));
  expect(acts).toEqual(
    expect.arrayContaining([
      { act: { kind: "late-answers", delayMs: 750, probe: null }, scenarios: ["steady"], expected: ["CON-93"] },
      { act: { kind: "failed-answers", share: 0.1, from: "start" }, scenarios: ["steady"], expected: ["CON-05", "CON-25"] },
      { act: { kind: "failed-answers", share: 0.1, from: "fault" }, scenarios: ["redis-outage"], expected: ["CON-95"] },
      { act: { kind: "altered-read-back", ledger: "documents", everyNth: 10, how: "withheld" }, scenarios: ["redis-outage"], expected: ["CON-92"] },
      { act: { kind: "altered-read-back", ledger: "documents", everyNth: 10, how: "doubled" }, scenarios: ["redis-outage"], expected: ["CON-27"] },
      { act: { kind: "closed-door", afterHealMs: 8000 }, scenarios: ["redis-outage"], expected: ["CON-91"] },
      { act: { kind: "false-health", probe: "api-deep" }, scenarios: ["postgres-outage"], expected: ["CON-94"] },
    ]),
  );
  // Work that is done late, and numbers of the target's own, take a build that is broken.
  expect(unshown).toEqual(["CON-01", "CON-02", "CON-03", "CON-04", "CON-22", "CON-26", "CON-96"]);
  expect(trials.filter(({ control }) => control === null).flatMap(({ scenarios }) => scenarios)).toEqual(["steady", "postgres-outage", "redis-outage", "worker-kill"]);
});

test("a gate that a variant shows gets no control, and one that it does not show gets one", async () => {
  const plan = await planSuite("gate", { target: "continuum-report", seed: 1 });
  const variants = await variantsOf({ target: plan.target, folder: plan.targetFolder });
  const { trials } = planTrials(plan, variants.filter(({ target }) => target.name !== "broken/slow-api"));
  expect(trials.flatMap(({ control }) => (control === null || control.act === null ? [] : [...control.turnsRed]))).toEqual(["CON-93"]);
});

test("a row that repeats another goes red with it", async () => {
  const { trials } = await planned("nightly");
  expect(trials.find(({ build }) => build.target.name === "broken/thin-crew")?.expected).toEqual(["CON-08", "CON-17", "CON-19"]);
});
