/**
 * Judges the saved runs of `judge/corpus/runs` and names what is judged otherwise than when they were saved. Ends with 1 when anything is.
 *
 *   npm run corpus                       what differs
 *   npm run corpus -- --write            and the verdicts of now are the ones to keep
 *   npm run corpus -- --record NAME …    makes logs anew: scripted ones from their script, recorded ones by a real run
 */

import { rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { savedRunFolder, recordedRuns, savedRuns } from "../judge/corpus/saved-runs.fixture.ts";
import { scriptedRuns } from "../judge/corpus/scripted-runs.fixture.ts";
import { writeSmallRun } from "../judge/corpus/small-run.fixture.ts";
import { record } from "./corpus/recorded-runs.ts";
import { compareSaved, writeVerdicts } from "./corpus/saved-verdicts.ts";

const { values, positionals } = parseArgs({ options: { write: { type: "boolean", default: false }, record: { type: "boolean", default: false } }, allowPositionals: true });
if (values.record) for (const name of positionals) await makeAnew(name);

let differing = 0;
for (const name of values.record ? positionals : savedRuns) {
  const { differences, files } = compareSaved(savedRunFolder(name));
  if (files.length > 0) differing += 1;
  for (const line of differences.length > 0 ? differences : files.map((file) => `${file} has other bytes`)) console.log(`${name}: ${line}`);
  if (values.write) writeVerdicts(savedRunFolder(name));
}
console.log(`${savedRuns.length} saved runs, ${differing} judged otherwise${values.write ? "; written" : ""}`);
if (differing > 0 && !values.write) process.exitCode = 1;

async function makeAnew(name: string): Promise<void> {
  const small = scriptedRuns[name];
  const recorded = recordedRuns.find((each) => each === name);
  if (recorded !== undefined) await record(recorded);
  else if (small === undefined) throw new RangeError(`there is no saved run "${name}"`);
  else {
    rmSync(savedRunFolder(name), { recursive: true, force: true });
    writeSmallRun(savedRunFolder(name), small);
  }
}
