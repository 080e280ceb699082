/**
 * That no run passes whose log is cut, damaged or short of a segment (R16, R24): a small run that passes, cut at every byte of every segment. Ends with 1 where one
 * passes or the judge breaks.
 *
 *   npm run proof:cuts -- [--every 1] [--write]
 */

import { parseArgs } from "node:util";
import { checkCuts } from "./cuts/check.ts";
import { conditions, recordResult } from "./results/record.ts";

const { values } = parseArgs({ options: { every: { type: "string", default: "1" }, write: { type: "boolean", default: false } } });
const { whole, cuts, wrong } = checkCuts(Number(values.every));
const line = `The whole run: ${whole}. Cut or damaged at every ${values.every === "1" ? "" : `${values.every}th `}byte of its segments, or without one of them: ${cuts} runs, of which ${wrong.length} passed or broke the judge.`;
console.log([line, ...wrong.slice(0, 20)].join("\n"));
if (wrong.length > 0 || whole !== "pass") process.exitCode = 1;
if (values.write) recordResult("cuts", `${conditions()}\n\n${line}`);
