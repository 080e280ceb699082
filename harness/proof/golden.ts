/**
 * Known truths of real servers, as golden tests of the harness itself: `npm run test:golden`. PostgreSQL and Redis of our own stack, set to lose or
 * to keep acknowledged writes, are killed by our own faults while a ledger writes to them, and read back. Prints how what each truth shows is
 * distributed, and ends with 1 when one does not hold.
 *
 *     --only T1,T9   these alone (and those that they are compared with) · --kills N   of each · --seed N · --write   into RESULTS.md
 */

import { parseArgs } from "node:util";
import { RoadworthyError } from "../base/error.ts";
import { goldenHead, goldenRow, missesOf } from "./golden/golden-row.ts";
import type { KillOutcome } from "./golden/kill-outcome.ts";
import { killServer } from "./golden/kill-server.ts";
import { knownTruths } from "./golden/known-truths.ts";
import { conditions, recordResult } from "./results/record.ts";

const { values } = parseArgs({
  options: { only: { type: "string" }, kills: { type: "string" }, seed: { type: "string", default: "1" }, write: { type: "boolean", default: false }, detail: { type: "boolean", default: false } },
});
const seed = Number(values.seed);
const interrupted = new AbortController();
const interrupt = (): void => interrupted.abort(new RoadworthyError("interrupted", "interrupted"));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, interrupt);

const ids = knownTruths.map(({ id }) => id);
const only = values.only?.split(",") ?? ids;
const unknown = only.filter((id) => !ids.includes(id));
if (unknown.length > 0) throw new RoadworthyError("usage", `there is no ${unknown.join(", ")}`, { hint: `known: ${ids.join(", ")}` });
const besides = knownTruths.filter(({ id }) => only.includes(id)).flatMap((truth) => truth.besides ?? []);
const known = new Map<string, readonly KillOutcome[]>();
const lines = [...goldenHead];
console.log(lines.join("\n"));
// One after the other: they would measure one another.
for (const truth of knownTruths.filter(({ id }) => only.includes(id) || besides.includes(id))) {
  const kills = await killServer(truth, { kills: values.kills === undefined ? truth.kills : Number(values.kills), seed, signal: interrupted.signal });
  known.set(truth.id, kills);
  const misses = missesOf(truth, kills, (id) => known.get(id) ?? []);
  const line = goldenRow(truth, kills, misses);
  console.log(line);
  if (values.detail) for (const kill of kills) console.log(JSON.stringify(kill));
  lines.push(line);
  if (misses.length > 0) process.exitCode = 1;
}
if (values.write) recordResult("golden", `${conditions(`seed ${seed}`)}\n\n${lines.join("\n")}`);
