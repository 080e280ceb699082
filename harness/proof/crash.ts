/**
 * The crash matrix: kills a real run again and again, and looks at the machine for what is left (R1, R2). Exits 1 on any leak, and when
 * fewer than 3 in 10 of the random kills fell inside spawn, inject or heal. The whole matrix takes about an hour; nightly, and by hand.
 *
 *   npm run test:crash -- [--kills 100] [--both 50] [--all 10] [--points] [--seed 1] [--write]
 *
 * --kills   the harness is killed at that many random instants
 * --both    harness and supervisor are killed together
 * --all     these two and the warden: the next command has to do it all
 * --points  and in the first two ways at the first and the last time of every stop point: before and after every journalled act
 * --write   puts the table into RESULTS.md
 */

import { parseArgs } from "node:util";
import { nowUs } from "../base/time.ts";
import { calibrate, carryOutKill, type KillResult } from "./crash/kill.ts";
import { describeResult, insideCount, tableOf, type Matrix } from "./crash/report.ts";
import { pointKills, randomKills, type Calibration, type Kill, type System } from "./crash/schedule.ts";
import { conditions, recordResult } from "./results/record.ts";

/** Of the kills at random instants, this share must fall inside spawn, inject or heal. */
const insideShare = 0.3;

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "100" },
    both: { type: "string", default: "50" },
    all: { type: "string", default: "10" },
    points: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    write: { type: "boolean", default: false },
  },
});

const beganUs = nowUs();
const calibrations: Record<System, Calibration> = { busy: await calibrate("busy"), servers: await calibrate("servers") };
const source = { seed: Number(values.seed), calibrations };
const random = [...randomKills(Number(values.kills), "harness", source), ...randomKills(Number(values.both), "both", source), ...randomKills(Number(values.all), "all", source)];
const atPoints = values.points ? pointKills("busy", calibrations.busy) : [];

const matrices: Matrix[] = [
  { name: "at random instants", results: await carryOutAll(random) },
  { name: "at stop points", results: await carryOutAll(atPoints) },
];
const table = tableOf(matrices);
const results = matrices.flatMap((matrix) => matrix.results);
const leaks = results.filter(({ leaked }) => leaked !== "");
const under = conditions(`seed ${values.seed}`, `${((nowUs() - beganUs) / 60_000_000).toFixed(0)} minutes`);
const inside = insideCount(matrices[0]?.results ?? []);
console.log(`\n${under}\n\n${table}\n`);
for (const result of leaks) console.log(describeResult(result));
if (inside < random.length * insideShare) console.log(`only ${inside} of ${random.length} random kills fell inside spawn, inject or heal`);
if (values.write) recordResult("crash", `${under}\n\n${table}`);
process.exit(leaks.length === 0 && inside >= random.length * insideShare ? 0 : 1);

async function carryOutAll(kills: readonly Kill[]): Promise<KillResult[]> {
  const done: KillResult[] = [];
  for (const kill of kills) {
    // One after the other: two runs at once would make each other's instants a matter of luck.
    const result = await carryOutKill(kill);
    done.push(result);
    console.log(`${done.length}/${kills.length} ${describeResult(result)}`);
  }
  return done;
}
