/**
 * That every output of a run says the same (R26): 1,000 generated logs are judged, and JSON, JUnit, Markdown, HTML and terminal are read back, row by row, and
 * compared with one another and with the exit code. Ends with 1 when any two disagree, and names the seed.
 *
 *   npm run proof:outputs -- [--seeds 1000] [--from 0] [--write]
 */

import { parseArgs } from "node:util";
import { checkOutputs } from "./outputs/check.ts";
import { conditions, recordResult } from "./results/record.ts";

const { values } = parseArgs({ options: { seeds: { type: "string", default: "1000" }, from: { type: "string", default: "0" }, write: { type: "boolean", default: false } } });
const { wrong, exits, rows } = checkOutputs(Number(values.seeds), Number(values.from));
const inOrder = (counts: ReadonlyMap<number | string, number>): string => [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([what, count]) => `${what}: ${count}`).join(", ");
const lines = ["| runs | exit codes | rows | disagreements |", "|---|---|---|---|", `| ${values.seeds} | ${inOrder(exits)} | ${inOrder(rows)} | ${wrong.length} |`];
console.log([...lines, ...wrong.slice(0, 20)].join("\n"));
if (wrong.length > 0) process.exitCode = 1;
if (values.write) recordResult("outputs", `${conditions(`seeds from ${values.from} on`)}\n\n${lines.join("\n")}`);
