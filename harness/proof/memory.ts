/**
 * R14: ten million requests grow the memory of what sends, records and judges them by less than 50 MiB, and a day of them has no slope.
 * `npm run proof:memory` (minutes, half a gigabyte in the temporary folder), with `-- --short` in seconds. Prints a table (`--write` puts it
 * into RESULTS.md) and ends with 1 when something does not hold.
 */

import { parseArgs } from "node:util";
import { checkMemory, type MemoryOrder } from "./memory/check.ts";
import { conditions, recordResult } from "./results/record.ts";

const { values } = parseArgs({ options: { short: { type: "boolean", default: false }, write: { type: "boolean", default: false } } });

const full: MemoryOrder = { samples: 10_000_000, hours: 24, sent: { ratePerSecond: 10_000, seconds: 100 }, slopeMiB: 5 };
const short: MemoryOrder = { samples: 1_000_000, hours: 2.4, sent: { ratePerSecond: 5000, seconds: 10 }, slopeMiB: null };

const lines = ["| what | requests | grown by at most | in its first half | in its second half | held |", "|---|---|---|---|---|---|"];
console.log(lines.join("\n"));
for await (const { what, requests, grownMiB, firstHalfMiB, secondHalfMiB, held } of checkMemory(values.short ? short : full)) {
  const line = `| ${what} | ${requests.toLocaleString("en-US")} | ${grownMiB.toFixed(1)} MiB | ${firstHalfMiB.toFixed(1)} MiB | ${secondHalfMiB.toFixed(1)} MiB | ${held ? "yes" : "NO"} |`;
  console.log(line);
  lines.push(line);
  if (!held) process.exitCode = 1;
}
if (values.write) recordResult("memory", `${conditions()}\n\n${lines.join("\n")}`);
