import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../harness/base/spawned.fixture.ts";
import { savedRunFolder } from "../../harness/judge/corpus/saved-runs.fixture.ts";
import { sideBySide } from "../../harness/judge/history/side-by-side.ts";
import type { SuiteObjective } from "../../harness/judge/verdict/schema.ts";
import { judgeSuite, type JudgedSuite } from "../../harness/judge/verdict/suite.ts";
import { writeHostileRun } from "../hostile-log.fixture.ts";
import { renderSideBySide } from "./side-by-side.ts";

const calm = judgeSuite(savedRunFolder("pass-calm"));
const image = { service: "api", image: "shop/api:1", digest: `sha256:${"ab".repeat(32)}`, id: `sha256:${"cd".repeat(32)}` };

/** The same run as if containers had carried it. */
function inContainers(judged: JudgedSuite): JudgedSuite {
  return { ...judged, header: { ...judged.header, stack: "docker" }, suite: { ...judged.suite, stack: "docker", images: [image, { ...image, service: "worker" }] } };
}

function text(first: JudgedSuite, second: JudgedSuite, all = false): string {
  return renderSideBySide(sideBySide(first, second), { width: 140, all });
}

test("the same outcomes on two runtimes: said first, row by row, each with its image, and values are not called faster or slower", () => {
  const said = text(calm, inContainers(calm));
  expect(said).toMatch(/^SAME OUTCOMES {2}all \d+ objectives that both runs ruled on\n/);
  expect(said).toContain(`shop/api:1@sha256:${"ab".repeat(6)} (api, worker)`);
  expect(said).toContain("Values are not to be compared as faster or slower: the first ran on embedded, the second on docker. Outcomes are");
  expect(said).toMatch(/A embedded +B docker +limit/);
  expect(said.match(/^ = /gm)?.length).toBeGreaterThan(3);
});

test("on the same runtime what agrees is folded, and values are of the same kind", () => {
  expect(text(calm, calm)).toMatch(/^ = \d+ rulings with the same outcome in both/m);
  expect(text(calm, calm)).toContain("Values: the same runtime on the same machine.");
  expect(text(calm, calm, true)).not.toContain("--all shows them");
});

test("a pass in one and a fail in the other contradict; that comes first, and the command fails", () => {
  const failing = judgeSuite(savedRunFolder("fail-latency"));
  const compared = sideBySide(calm, failing);
  expect(compared.outcome).toBe("fail");
  const contradicting = compared.objectives.filter(({ agreement }) => agreement === "contradicts");
  expect(contradicting.map(({ first, second }) => [first?.outcome, second?.outcome])).toContainEqual(["pass", "fail"]);
  expect(text(calm, failing)).toMatch(/^OUTCOMES DIFFER /);
  expect(text(calm, failing)).toMatch(/limit\n ≠ /);
});

/** With other rulings of one of its objectives, as a suite of two scenarios has them. */
function changed(judged: JudgedSuite, objective: string, change: (row: SuiteObjective) => Partial<SuiteObjective>): JudgedSuite {
  const objectives = judged.suite.objectives.map((row) => (row.objective === objective ? { ...row, ...change(row) } : row));
  return { ...judged, suite: { ...judged.suite, scenarios: [...judged.suite.scenarios, { scenario: "storm", run: "storm", outcome: "fail", ran: true }], objectives } };
}

const ruledOn = calm.suite.objectives.find(({ outcome }) => outcome === "pass")?.objective ?? "";

test("what the worst of an objective's rulings hides contradicts as well, and is named with its scenario", () => {
  const inStorm = (outcome: "pass" | "fail") => changed(calm, ruledOn, (row) => ({ outcome: "fail", others: [{ ...row, outcome, scenario: "storm" }] }));
  const compared = sideBySide(inStorm("pass"), inStorm("fail"));
  expect(compared.outcome).toBe("fail");
  expect(compared.objectives.filter(({ agreement }) => agreement !== "agrees").map(({ objective, scenario, agreement }) => [objective, scenario, agreement])).toEqual([[ruledOn, "storm", "contradicts"]]);
  expect(text(inStorm("pass"), inStorm("fail"))).toMatch(new RegExp(`^ ≠ ${ruledOn} +storm: `, "m"));
  const single = changed(calm, ruledOn, (row) => ({ others: [{ ...row, outcome: "fail", scenario: "calm, repeat 2" }] }));
  expect(sideBySide(calm, single).outcome).toBe("pass");
});

test("another limit, and another target: whether outcomes agree cannot be told, and nothing is said of the same limits", () => {
  const stricter = changed(calm, ruledOn, () => ({ limit: 1, unit: "s", outcome: "fail" }));
  const compared = sideBySide(calm, stricter);
  expect(compared.outcome).toBe("inconclusive");
  expect(compared.objectives.find(({ objective }) => objective === ruledOn)?.agreement).toBe("otherwise");
  expect(compared.differences.join()).toMatch(new RegExp(`limit of ${ruledOn}: .* and .*1 s`));
  expect(text(calm, inContainers(stricter))).not.toContain("by the same limits");
  expect(text(calm, inContainers(stricter))).toMatch(/^NOT DECIDED {2}1 judged by another limit/);
  const elsewhere = { ...calm, suite: { ...calm.suite, target: "other" } };
  expect(sideBySide(calm, elsewhere).outcome).toBe("inconclusive");
  expect(text(calm, elsewhere)).toMatch(/^NOT COMPARABLE {2}the runs are of different targets\n/);
});

test("inconclusive agrees with nothing, not even with itself: whether outcomes agree is not known then", () => {
  const open = judgeSuite(savedRunFolder("undecided-few-samples"));
  expect(sideBySide(open, open).outcome).toBe("inconclusive");
  const never = judgeSuite(savedRunFolder("never-ran"));
  expect(sideBySide(never, never).outcome).toBe("inconclusive");
});

test("an objective that only one of them ruled on is missing, and the other's faults did not happen", () => {
  const compared = sideBySide(calm, judgeSuite(savedRunFolder("pass-outage")));
  expect(compared.objectives.map(({ agreement }) => agreement)).toContain("missing");
  expect(compared.outcome).toBe("inconclusive");
  expect(compared.differences.join()).toContain("scenarios: ");
  expect(renderSideBySide(compared, { width: 140, all: false })).toMatch(/did not happen +\S/);
});

test("R31: what a log from elsewhere says stays text", () => {
  using folder = temporaryFolder();
  for (const offset of [0, 17, 34, 51]) {
    const run = join(folder.path, String(offset));
    writeHostileRun(run, offset);
    const judged = judgeSuite(run);
    const lines = text(judged, inContainers(judged), true).split("\n");
    expect(lines.filter((line) => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line))).toEqual([]);
  }
});
