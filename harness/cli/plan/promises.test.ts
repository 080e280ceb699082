import { expect, test } from "vitest";
import type { Objective } from "../../scenario/objective.ts";
import { defineObjectives } from "../../scenario/parse.ts";
import { planPromises } from "../verbs/promises.ts";
import { coverageOf, promisesText } from "./promises.ts";

function promise(id: string, more: Partial<Objective> = {}): unknown {
  return { id, statement: `${id} holds.`, source: { document: "shop.md", line: 7, section: "Promises" }, kind: "target", indicator: null, op: "exists", limit: null, unit: "", ...more };
}

const ofShop = defineObjectives([
  promise("SHOP-1"),
  promise("SHOP-2", { coverage: "restore drill" }),
  promise("SHOP-3", { sameAs: "SHOP-1" }),
  promise("SHOP-4", { sameAs: "SHOP-2" }),
  promise("SHOP-5"),
  promise("SHOP-91", { kind: "own", source: { document: "systems/shop.md", section: "Topology" }, coverage: "probe" }),
]);
const scenarios = [
  { name: "steady", target: "shop", rules: ["SHOP-1"] },
  { name: "elsewhere", target: "other", rules: ["SHOP-2"] },
];

test("a system's promises that no scenario of its own rules on, and none on their double, are listed with source and reason", () => {
  expect(promisesText([coverageOf({ name: "shop", hasTarget: true, objectives: ofShop }, scenarios)]).split("\n")).toEqual([
    "shop: 6 objectives (1 of our own), 2 covered by scenarios, 4 by none:",
    "  SHOP-2   SHOP-2 holds. (shop.md:7) [to show it: restore drill]",
    "  SHOP-4   SHOP-4 holds. (shop.md:7) [to show it: as SHOP-2: restore drill]",
    "  SHOP-5   SHOP-5 holds. (shop.md:7) [nothing says how to show it]",
    "  SHOP-91  SHOP-91 holds. (systems/shop.md, Topology) [to show it: probe]",
    "",
    "1 system: 6 objectives (1 of our own), 2 covered by scenarios, 4 by none",
  ]);
});

test("a system without a target is said to have none, and the totals are those of all systems", () => {
  const [covered] = ofShop;
  const text = promisesText([
    coverageOf({ name: "plan-only", hasTarget: false, objectives: ofShop.slice(0, 2) }, scenarios),
    coverageOf({ name: "shop", hasTarget: true, objectives: covered === undefined ? [] : [covered] }, scenarios),
  ]);
  expect(text).toContain("plan-only (no target stands for it yet): 2 objectives, 0 covered by scenarios, 2 by none:\n");
  expect(text).toContain("\nshop: 1 objective, 1 covered by scenarios, 0 by none\n\n2 systems: 3 objectives, 1 covered by scenarios, 2 by none");
});

test("the data say the same as the text, for the systems that are named", async () => {
  const names = ["continuum-report", "btc-forecast", "btc-forecast"];
  const text = await planPromises(names, {});
  const { systems, totals } = JSON.parse(await planPromises(names, { json: true }));
  expect(systems).toMatchObject([
    { system: "continuum-report", hasTarget: true, objectives: 84, own: 7 },
    { system: "btc-forecast", objectives: 56, own: 0 },
  ]);
  for (const { objectives, covered, notCovered, uncovered } of systems) {
    expect(uncovered).toHaveLength(notCovered);
    expect(text).toContain(`: ${objectives} objectives${objectives === 84 ? " (7 of our own)" : ""}, ${covered} covered by scenarios, ${notCovered} by none:\n  ${uncovered[0].objective}  ${uncovered[0].statement} (`);
  }
  expect(totals).toEqual({ objectives: 140, own: 7, covered: 140 - totals.notCovered, notCovered: systems[0].notCovered + systems[1].notCovered });
});

test("the data have source, kind and reason of each promise that is not covered", async () => {
  const { systems } = JSON.parse(await planPromises(["continuum-report"], { json: true }));
  expect(systems[0].uncovered).toContainEqual({
    objective: "CON-76",
    statement: "The service images can be built and started on a local machine.",
    elsewhere: "as CON-51: boot drill on containers",
    kind: "criterion",
    source: { document: "continuum-report.md", line: 610, section: "PHASE 1: FOUNDATION (Weeks 1-4) / Success Criteria" },
  });
});

test("all systems are meant when none is named, and a name that is none is refused", async () => {
  const text = await planPromises([], {});
  expect(text).toMatch(/^btc-forecast \(no target stands for it yet\): 56 /m);
  expect(text).toMatch(/^continuum-report: 84 /m);
  await expect(planPromises(["gate"], {})).rejects.toThrow('there is no system "gate"');
});
