import { expect, test } from "vitest";
import { planSuite } from "../definitions.ts";
import { suites } from "../../../scenarios/index.ts";
import { brokenTargets } from "../../../targets/index.ts";
import { planTrials } from "./trials.ts";
import { variantsOf } from "./variants.ts";

async function planned(suite: string, only?: readonly string[]): Promise<ReturnType<typeof planTrials>> {
  const plan = await planSuite(suite, { target: "continuum-report", seed: 1 });
  return planTrials(plan, await variantsOf({ target: plan.target, folder: plan.targetFolder }), only);
}

test.each(suites)("every gate of suite $name has a variant that turns it red", async ({ name, required }) => {
  const { gates, unshown } = await planned(name);
  expect(unshown).toEqual([]);
  expect(gates).toEqual(required);
});

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
  const { gates, trials, unshown } = await planned("gate", ["CON-95", "CON-26"]);
  expect(gates).toEqual(["CON-26", "CON-95"]);
  expect(unshown).toEqual([]);
  expect(trials.map(({ build, scenarios }) => [build.target.name, ...scenarios])).toEqual([
    ["broken/slow-to-resume", "redis-outage"],
    ["broken/unclear-refusals", "redis-outage"],
    ["continuum-report", "postgres-outage", "redis-outage"],
  ]);
});

test("a gate without a variant is named, and its scenario runs on the good target", async () => {
  const plan = await planSuite("gate", { target: "continuum-report", seed: 1 });
  const alone = planTrials(plan, []);
  expect(alone.unshown).toEqual(plan.suite.required);
  expect(alone.trials.map(({ build, scenarios }) => [build.target.name, scenarios.length])).toEqual([["continuum-report", 4]]);
});

test("a row that repeats another goes red with it", async () => {
  const { trials } = await planned("nightly");
  expect(trials.find(({ build }) => build.target.name === "broken/thin-crew")?.expected).toEqual(["CON-08", "CON-17", "CON-19"]);
});
