/**
 * What a rate does that nobody can keep: `npm run proof:above-capacity` (a minute), with `-- --short` in seconds, with `-- --write` into
 * RESULTS.md. The load process offers 20,000 requests a second to a server that answers a tenth of them, and to one that never answers. Its memory
 * stays within what its queue may hold, each request is started or dropped, and it ends on time. Ends with 1 when something does not hold.
 */

import { parseArgs } from "node:util";
import { checkAboveCapacity, type AboveCapacityFinding, type AboveCapacity } from "./memory/above-capacity.ts";
import { FindingsTable } from "./results/finding.ts";
import { conditions, recordResult } from "./results/record.ts";

const flag = { type: "boolean", default: false } as const;
const { values } = parseArgs({ options: { short: flag, write: flag } });

const rate = { ratePerSecond: 20_000, seconds: values.short ? 5 : 20, connections: 64, timeoutMs: 4000 };
const cases: AboveCapacity[] = [
  { what: "a server that answers 2,000/s", script: { kind: "slow", ratePerSecond: 2000 }, ...rate },
  { what: "a server that never answers", script: { kind: "stall", afterMs: 0, forMs: 3_600_000 }, ...rate },
];

const table = new FindingsTable();
for (const order of cases) print(await checkAboveCapacity(order));
if (values.write) recordResult("above-capacity", `${conditions()}\n\n${table.text}`);

function print({ what, counts, due, droppedRecords, grownMiB, firstHalfMiB, allowedMiB, endedAfterMs, allowedMs }: AboveCapacityFinding): void {
  const { offered, started, dropped } = counts;
  const to = `${count(rate.ratePerSecond)}/s for ${rate.seconds} s to ${what}`;
  table.print({ what: to, must: `${count(due)} offered, each started or dropped, and dropped ones in the log`, seen: `${count(offered)} = ${count(started)} + ${count(dropped)}, ${count(droppedRecords)} in the log`, held: offered === due && started + dropped === offered && droppedRecords === dropped });
  table.print({ what: to, must: `memory of the load process grows by at most ${allowedMiB.toFixed(0)} MiB`, seen: `${grownMiB.toFixed(1)} MiB, ${firstHalfMiB.toFixed(1)} MiB of it in the first half`, held: grownMiB <= allowedMiB });
  table.print({ what: to, must: `ends within ${allowedMs / 1000} s`, seen: `${(endedAfterMs / 1000).toFixed(2)} s`, held: endedAfterMs <= allowedMs });
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
