/** Cuts every segment of a small run that passes, at chosen bytes, and damages it there: no such run passes, and none breaks the judge. */

import { copyFileSync, mkdirSync, mkdtempDisposableSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { RoadworthyError } from "../../base/error.ts";
import { syntheticRun, syntheticScenarios } from "../../judge/corpus/synthetic.fixture.ts";
import { judgeSuite } from "../../judge/index.ts";
import { segmentPaths } from "../../log/reader.ts";
import { scriptedHeader, scriptedScenario, scriptedStartUs, scriptedSuite } from "../../sli/scripted/header.fixture.ts";
import { simulate } from "../../sli/scripted/simulate.fixture.ts";
import { writeLog } from "../../sli/scripted/store.fixture.ts";

export interface CutsFinding {
  /** How the whole run is judged: it must pass, or the cuts show nothing. */
  whole: string;
  cuts: number;
  /** Where a cut run passed, or the judge broke. */
  wrong: readonly string[];
}

/** `every`: one byte of so many is cut at; the last ones of each segment all are. */
export function checkCuts(every: number, offset = 0): CutsFinding {
  using root = mkdtempDisposableSync(join(tmpdir(), "roadworthy-cuts-"));
  const [original, folder] = [join(root.path, "whole"), join(root.path, "cut")];
  const scenario = writeSmallRun(original);
  const wrong: string[] = [];
  let cuts = 0;
  for (const place of ["log", join(scenario, "log")]) {
    for (const path of segmentPaths(join(original, place))) {
      restore(original, folder, [scenario]);
      const bytes = readFileSync(path);
      const target = join(folder, place, basename(path));
      for (const length of lengths(bytes.length, every, offset)) {
        cuts += 2;
        writeFileSync(target, bytes.subarray(0, length));
        note(wrong, folder, `${place}/${basename(path)} cut at byte ${length} of ${bytes.length}`);
        const damaged = Buffer.from(bytes);
        damaged[length] = (damaged[length] ?? 0) ^ 0x11;
        writeFileSync(target, damaged);
        note(wrong, folder, `${place}/${basename(path)} with byte ${length} of ${bytes.length} damaged`);
      }
      rmSync(target);
      cuts += 1;
      note(wrong, folder, `${place}/${basename(path)} removed`);
    }
  }
  return { whole: judgeSuite(original).suite.outcome, cuts, wrong };
}

function lengths(total: number, every: number, offset: number): number[] {
  const last = 16;
  return Array.from({ length: total }, (_, length) => length).filter((length) => (length + offset) % every === 0 || length >= total - last);
}

/** A log without a header cannot be judged at all, which is said, and is no pass. */
function note(wrong: string[], folder: string, what: string): void {
  try {
    const { suite } = judgeSuite(folder);
    if (suite.outcome === "pass" || suite.exitCode === 0) wrong.push(`${what}: ${suite.headline}`);
  } catch (error) {
    if (!(error instanceof RoadworthyError) || error.code !== "run-unreadable") wrong.push(`${what}: ${String(error)}`);
  }
}

function restore(from: string, to: string, scenarios: readonly string[]): void {
  for (const place of ["log", ...scenarios.map((name) => join(name, "log"))]) {
    mkdirSync(join(to, place), { recursive: true });
    for (const path of segmentPaths(join(from, place))) copyFileSync(path, join(to, place, basename(path)));
  }
}

/** One scenario of four seconds with rows that so little decides. Returns its name. */
function writeSmallRun(folder: string): string {
  const [steady] = syntheticScenarios();
  const rules = ["ORD-01", "ORD-03", "ORD-10", "ORD-11", "ORD-13", "ORD-16", "ORD-17"];
  const workloads = [{ name: "orders", profile: { shape: "constant" as const, rate: 25 }, journeys: [{ steps: ["place"] }] }];
  const scenario = scriptedScenario({ name: steady.name, title: steady.title, target: "orders", workloads, phases: { warmUp: "1s", baseline: "3s" }, stop: "none", rules });
  const suite = scriptedSuite({ name: "gate", title: "What a release must show", target: "orders", scenarios: [scenario.name], required: rules });
  const run = { ...syntheticRun(), suite, planned: [scenario.name], plannedRules: { [scenario.name]: rules } };
  writeLog(join(folder, scenario.name, "log"), simulate(scriptedHeader(run, scenario, scriptedStartUs + 60_000_000), scenario, {}));
  const endUs = scriptedStartUs + 120_000_000;
  writeLog(join(folder, "log"), [scriptedHeader(run, null), { type: "cleanup", at: endUs, complete: true, left: [] }, { type: "end", at: endUs + 1 }]);
  return scenario.name;
}
