/**
 * Whether what is measured is true: `npm run test:truth`, or parts of it: `-- outages losses million sockets` (the last takes minutes). Prints a table of what was scripted beside what was measured (`--write`
 * puts it into RESULTS.md) and ends with 1 on any miss. A miss names its seed; `--seed N` begins there.
 */

import { parseArgs } from "node:util";
import { compareOutages } from "./truth/outages/outage-check.ts";
import { outageRows } from "./truth/outages/outage-rows.ts";
import { outageScripts } from "./truth/outages/outage-script.ts";
import { lossRows } from "./truth/losses/loss-rows.ts";
import { millionRows } from "./truth/losses/million.ts";
import { rowText, truthHead, type TruthRow } from "./truth/finding.ts";
import { socketRows } from "./truth/sockets/socket-rows.ts";
import { lossScripts, playLosses, type LossRun } from "./truth/losses/virtual-losses.ts";
import { playOutages } from "./truth/outages/virtual-outages.ts";
import { conditions, recordResult } from "./results/record.ts";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { seed: { type: "string", default: "1" }, write: { type: "boolean", default: false } } });
const seed = Number(values.seed);
const outageRuns = 240;
const lossRuns = 1000;

const parts: Readonly<Record<string, () => TruthRow[] | Promise<TruthRow[]>>> = {
  outages: () => outageRows(outageScripts(outageRuns, seed).flatMap((script) => compareOutages(script, playOutages(script))), "virtual time"),
  losses: async () => lossRows(await playAll()),
  million: millionRows,
  sockets: async () => await socketRows(seed),
};

async function playAll(): Promise<LossRun[]> {
  const runs: LossRun[] = [];
  for (const script of lossScripts(lossRuns, seed)) runs.push(await playLosses(script));
  return runs;
}

const lines = [...truthHead];
console.log(lines.join("\n"));
for (const name of positionals.length === 0 ? Object.keys(parts) : positionals) {
  // One after the other: they would measure one another.
  for (const row of (await parts[name]?.()) ?? []) {
    const line = rowText(row);
    console.log(line);
    lines.push(line);
    if (row.misses.length > 0) process.exitCode = 1;
  }
}
if (values.write) recordResult("truth", `${conditions(`seed ${seed}`)}\n\n${lines.join("\n")}`);
