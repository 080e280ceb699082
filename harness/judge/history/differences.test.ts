import { expect, test } from "vitest";
import { temporaryFolder } from "../../base/spawned.fixture.ts";
import { scriptedRuns } from "../corpus/scripted-runs.fixture.ts";
import { writeSmallRun } from "../corpus/small-run.fixture.ts";
import { verdictDifferences, type SavedVerdicts } from "./differences.ts";
import { judgeSuite, type JudgedSuite } from "../verdict/suite.ts";

function judgedRun(name: string): JudgedSuite {
  const run = scriptedRuns[name];
  if (run === undefined) throw new RangeError(`there is no scripted run ${name}`);
  using folder = temporaryFolder();
  writeSmallRun(folder.path, run);
  return judgeSuite(folder.path);
}

/** What `judge` would have saved, with changes. */
function saved(judged: JudgedSuite, change: (text: string) => string = (text) => text): SavedVerdicts {
  const again = (value: object): unknown => JSON.parse(change(JSON.stringify(value)));
  return { suite: again(judged.suite), scenarios: new Map(judged.scenarios.map(({ verdict }) => [verdict.scenario, again(verdict)])) };
}

const passing = judgedRun("pass-calm");

test("a run that is judged as before has no difference", () => {
  expect(verdictDifferences(saved(passing), passing)).toEqual([]);
  expect(verdictDifferences({ suite: undefined, scenarios: new Map() }, passing)).toEqual([]);
});

test("an objective that changed is named with both outcomes and why, once", () => {
  const unread = judgedRun("undecided-ledger-unread");
  const asPass = saved(unread, (text) => text.replaceAll('"outcome":"inconclusive"', '"outcome":"pass"'));
  const lines = verdictDifferences(asPass, unread);
  const why = unread.suite.objectives.find(({ objective }) => objective === "ORD-10")?.why ?? "";
  expect(lines.filter((line) => line.includes("ORD-10"))).toEqual([`ORD-10: was pass, is inconclusive: ${why}`]);
  expect(why).toContain("reading ledger orders back");
  expect(lines).toContain('outcome was "pass", is "inconclusive"');
  expect(lines).not.toContain(expect.stringContaining("ORD-03"));
});

test("a figure, a row and a field are named by where they are", () => {
  const [first] = passing.suite.objectives;
  const moved = saved(passing, (text) => text.replaceAll(`"value":${first?.value}`, '"value":17').replaceAll('"objective":"ORD-17"', '"objective":"ORD-97"').replaceAll('"durationMs":', '"tookMs":'));
  const lines = verdictDifferences(moved, passing);
  expect(lines).toEqual(
    expect.arrayContaining([
      `ORD-01: value was 17, is ${first?.value}`,
      "ORD-97: was pass, is not there",
      "ORD-17: was not there, is pass",
      `durationMs was not there, is ${passing.suite.durationMs}`,
      `calm: durationMs was not there, is ${passing.scenarios[0]?.verdict.durationMs}`,
    ]),
  );
});

test("what no verdict is has nothing in common with one, and breaks nothing", () => {
  for (const suite of [null, 7, "text", [], { objectives: 3 }, { objectives: [null, { objective: 4 }] }]) {
    expect(verdictDifferences({ suite, scenarios: new Map() }, passing)).toContain("ORD-01: was not there, is pass");
  }
});
