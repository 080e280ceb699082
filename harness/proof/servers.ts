/**
 * The engine against servers that others have written: `npm run proof:servers` (a minute), or some of them: `-- nginx uvicorn`. Each
 * is under 5,000 requests a second for 10 s (`--short`: 1,000 for 2 s), with every kind of answer. Prints a table (`--write` puts it into RESULTS.md) and ends with
 * 1 when something does not hold; with 69 when a server is not there (`--install` gets them).
 */

import { parseArgs } from "node:util";
import { installTools } from "./bench/cached-tools.ts";
import { FindingsTable } from "./results/finding.ts";
import { conditions, recordResult } from "./results/record.ts";
import { checkServer } from "./servers/check.ts";
import { serverRows } from "./servers/rows.ts";

const flag = { type: "boolean", default: false } as const;
const { values, positionals } = parseArgs({ allowPositionals: true, options: { install: flag, short: flag, write: flag } });
const load = values.short ? { ratePerSecond: 1000, totalMs: 2000 } : { ratePerSecond: 5000, totalMs: 10_000 };

if (values.install) {
  const tools = serverRows.map(({ name, unavailable, install }) => ({ name, install, find: () => (unavailable() === null ? "there" : null) }));
  await installTools(tools, (line) => console.log(line));
} else {
  await checkAll();
}

async function checkAll(): Promise<void> {
  const table = new FindingsTable();
  const missing: string[] = [];
  for (const row of serverRows.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
    const why = row.unavailable();
    if (why === null) {
      await using server = await row.start(undefined);
      // One after the other: they would measure one another.
      for (const finding of await checkServer(server, { ...load, name: row.name })) table.print(finding);
    } else missing.push(why);
  }
  for (const why of missing) console.log(why);
  if (missing.length > 0) process.exitCode ??= 69;
  if (values.write) recordResult("servers", [conditions(), table.text, ...missing].join("\n\n"));
}
