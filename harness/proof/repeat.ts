/**
 * How often a system that nobody touched is not passed (R27): runs the reference system in short form (`repeat/short.yaml`, under half a minute each) again and again, each run by
 * itself, and explains every one that does not pass. Exits 1 when more than two do not.
 *
 *   npm run proof:repeat -- [--runs 100] [--seed 1] [--write]
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { nowUs } from "../base/time.ts";
import { lineOf, outcomeOfRun, summaryOf, tableHead, type RunOutcome } from "./repeat/outcome.ts";
import { conditions, recordResult } from "./results/record.ts";
import { runScenarioOn } from "./variants/run-scenario.ts";

const mostNotPassed = 2;
const { values } = parseArgs({ options: { runs: { type: "string", default: "100" }, seed: { type: "string", default: "1" }, write: { type: "boolean", default: false } } });
const runs = Number(values.runs);
const store = mkdtempSync(join(tmpdir(), "roadworthy-repeat-"));
const outcomes: RunOutcome[] = [];

console.log(tableHead.join("\n"));
for (let number = 1; number <= runs; number += 1) {
  // One after the other: two at once would measure one another.
  const beganUs = nowUs();
  const { folder, exitCode } = await runScenarioOn("harness/proof/repeat/short.yaml", "continuum-report", store, Number(values.seed) + number - 1);
  const outcome = outcomeOfRun(folder, { number, exitCode, tookMs: (nowUs() - beganUs) / 1000 });
  console.log(lineOf(outcome));
  outcomes.push(outcome);
  // What passed is not looked at again; the others are kept for whoever wants to know.
  if (outcome.outcome === "pass") rmSync(folder, { recursive: true, force: true });
}

const notPassed = outcomes.filter(({ outcome }) => outcome !== "pass");
const summary = summaryOf(outcomes, mostNotPassed);
console.log(`\n${summary}`);
if (notPassed.length === 0) rmSync(store, { recursive: true, force: true });
else console.log(`Their logs are in ${store}.`);
if (notPassed.length > mostNotPassed) process.exitCode = 1;
if (values.write) {
  const explained = notPassed.length === 0 ? "" : `\n\n${[...tableHead, ...notPassed.map(lineOf)].join("\n")}`;
  recordResult("repeat", `${conditions(`seeds from ${values.seed}`)}\n\n${summary}${explained}`);
}
