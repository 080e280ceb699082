/**
 * How often the judge is wrong: 10,000 simulations a claim, each with a truth that is known, most of them exactly at the limit, where a pass and a failure are
 * both mistakes. Prints a table (`--write` puts it into RESULTS.md) and ends with 1 when something does not hold.
 *
 *   npm run proof:statistics -- [--simulations 10000] [--seed 1] [--write]
 */

import { parseArgs } from "node:util";
import { conditions, recordResult } from "./results/record.ts";
import { checkStatistics } from "./statistics/check.ts";

const { values } = parseArgs({ options: { simulations: { type: "string", default: "10000" }, seed: { type: "string", default: "1" }, write: { type: "boolean", default: false } } });
const findings = checkStatistics(Number(values.simulations), Number(values.seed));
const lines = ["| what | must | seen | held |", "|---|---|---|---|", ...findings.map(({ what, must, seen, held }) => `| ${what} | ${must} | ${seen} | ${held ? "yes" : "NO"} |`)];
console.log(lines.join("\n"));
if (findings.some(({ held }) => !held)) process.exitCode = 1;
if (values.write) recordResult("statistics", `${conditions(`seed ${values.seed}`, `${values.simulations} simulations a row`)}\n\n${lines.join("\n")}`);
