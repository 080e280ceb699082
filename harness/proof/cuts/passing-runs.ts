/** Small runs that pass, with every kind of record between them: what is cut. */

import type { Change, SmallRun } from "../../judge/corpus/small-run.fixture.ts";
import { scriptedRuns } from "../../judge/corpus/scripted-runs.fixture.ts";
import { writeSmallRun } from "../../judge/corpus/small-run.fixture.ts";
import type { JsonEvent } from "../../log/event.ts";

export interface PassingRun {
  name: string;
  /** Writes it into the folder and returns where its logs are. */
  write: (folder: string) => string[];
}

const k6 = { engine: "k6" as const, version: "k6 v1.8.1", exitCode: 0, wasStopped: false, said: "", clockShiftMs: 0, checks: { passed: 9, failed: 0 } };
const threshold = { metric: "http_req_duration", expression: "p(95)<200", samples: 240, crossed: false, value: 38.4, unit: "ms" };

export const passingRuns: readonly PassingRun[] = [
  passing("calm", { ...small("pass-calm"), rules: ["ORD-01", "ORD-03", "ORD-10", "ORD-11", "ORD-13", "ORD-16", "ORD-17"] }, (events) => events),
  passing("outage", { ...small("pass-outage"), rules: ["ORD-07", "ORD-14", "ORD-15"], writes: false, engine: { ...k6, thresholds: [threshold] } }, (events) => {
    const [header, ...rest] = events;
    return header === undefined || header.type !== "run" || header.scenario === null ? events : [header, ...others(header.at + 1), ...rest];
  }),
];

function passing(name: string, run: SmallRun, change: Change): PassingRun {
  return {
    name,
    write: (folder) => {
      writeSmallRun(folder, run, change);
      return ["log", `${run.plan}/log`];
    },
  };
}

function small(name: string): SmallRun {
  const found = scriptedRuns[name];
  if (found === undefined) throw new RangeError(`there is no scripted run ${name}`);
  return found;
}

/** Kinds of records that no scripted run has: they do not change how it is judged. */
function others(at: number): JsonEvent[] {
  return [
    { type: "process", at, process: "api", what: "started", pid: 4002 },
    { type: "output", at, process: "api", stream: "out", line: "listening" },
    { type: "processor-use", at, overMs: 1000, used: [{ process: "api", ms: 12 }] },
    { type: "load-ready", at },
    { type: "replay", at, workload: "orders", sha256: "0", arrivals: 1, spanMs: 1, skipped: 0, isSpread: false },
    { type: "request-errors", at, route: "look", outcome: "status", message: "503", count: 2 },
  ];
}
