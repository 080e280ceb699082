/**
 * That no run passes whose log is cut, damaged or short of a segment (R16, R24): small runs that pass, with every kind of record, cut and damaged at every byte of every
 * segment. Ends with 1 where one passes or the judge breaks.
 *
 *   npm run proof:cuts -- [--every 1] [--judge-one-in 100] [--write]
 */

import { parseArgs } from "node:util";
import { checkCuts } from "./cuts/check.ts";
import { conditions, recordResult } from "./results/record.ts";

const options = { every: { type: "string", default: "1" }, "judge-one-in": { type: "string", default: "100" }, write: { type: "boolean", default: false } } as const;
const { values } = parseArgs({ options });
const { whole, read, judged, wrong } = checkCuts({ every: Number(values.every), judgeOneIn: Number(values["judge-one-in"]) });
const bytes = values.every === "1" ? "every byte" : `every ${values.every}th byte`;
const line = `${whole.length} runs, whole: ${whole.join(", ")}. Cut and damaged at ${bytes} of their segments, which the reader read: ${read}. Judged, at least twice for each thing that the reader gave, and without a segment: ${judged}, of which ${wrong.length} passed, broke the judge, or were judged otherwise than the reader's records say.`;
console.log([line, ...wrong.slice(0, 20)].join("\n"));
if (wrong.length > 0 || whole.some((outcome) => outcome !== "pass")) process.exitCode = 1;
if (values.write) recordResult("cuts", `${conditions()}\n\n${line}`);
