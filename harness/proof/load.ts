/**
 * Whether the load engine tells the truth about latency: `npm run proof:load` (two minutes), with `-- --short` without the highest
 * rate, with `-- --write` into RESULTS.md. Servers with a script and a log of their own are loaded, and what the engine reports is compared with their logs. Prints a
 * table and ends with 1 when something does not hold.
 */

import { parseArgs } from "node:util";
import { FindingsTable } from "./results/finding.ts";
import type { Script } from "./load/script.ts";
import { checkTruth } from "./load/truth-finding.ts";
import { conditions, recordResult } from "./results/record.ts";

const flag = { type: "boolean", default: false } as const;
const { values } = parseArgs({ options: { short: flag, write: flag } });

const rates = values.short ? [100, 1000] : [100, 1000, 10_000];
const totalMs = values.short ? 3000 : 5000;
/** The server is this much slower than the rate. */
const slowShare = 0.8;

const scripts = (ratePerSecond: number): Script[] => [
  { kind: "fixed", delayMs: 50 },
  { kind: "bimodal", shortMs: 1, longMs: 100, longEvery: 10 },
  { kind: "stall", afterMs: 500, forMs: 1000 },
  { kind: "slow", ratePerSecond: ratePerSecond * slowShare },
];

const table = new FindingsTable();
for (const ratePerSecond of rates) {
  for (const script of scripts(ratePerSecond)) {
    // One after the other: they would measure one another.
    for (const finding of await checkTruth({ script, ratePerSecond, totalMs, connections: 2000 })) table.print(finding);
  }
}
if (values.write) recordResult("load", `${conditions()}\n\n${table.text}`);
