/** All runs on real sockets as rows of the table: a few at a time where the rate is low, one by one where it is high. */

import type { OutageResult } from "../outages/outage-check.ts";
import { outageRows } from "../outages/outage-rows.ts";
import type { OutageScript } from "../outages/outage-script.ts";
import type { TruthRow } from "../finding.ts";
import { socketLossRow, type ComparedLosses } from "../losses/loss-rows.ts";
import { runLosses } from "./socket-losses.ts";
import { runOutages, socketScript, socketScripts } from "./socket-outages.ts";

const atOnce = 3;
const highRate = 2000;
/** A run that missed because the machine was busy is made again with another seed, so often at most. */
const attempts = 3;
const seedStep = 1000;
/** So many of them, on real sockets, are asked for. */
const leastRuns = 40;
const lossRuns = 5;

interface Told {
  readonly results: readonly OutageResult[];
  readonly disturbed: string[];
}

export async function socketRows(seed: number): Promise<TruthRow[]> {
  const scripts = socketScripts(seed);
  const calm = await inLanes(scripts.filter(({ cell }) => cell.ratePerSecond < highRate), atOnce);
  const busy = await inLanes(scripts.filter(({ cell }) => cell.ratePerSecond >= highRate), 1);
  const told = [...calm, ...busy];
  const done = told.filter(({ results }) => results.length > 0).length;
  const disturbed = told.flatMap(({ disturbed: whys }) => whys);
  const summary: TruthRow = {
    scripted: `at least ${leastRuns} runs of outages on real sockets`,
    count: told.length,
    measured: `${done} measured`,
    worst: `${disturbed.length} runs that missed are not in these rows, because the machine was busy${disturbed.length === 0 ? "" : `: ${disturbed.join("; ")}`}`,
    misses: done >= leastRuns ? [] : [`only ${done} could be measured`],
  };
  return [...outageRows(told.flatMap(({ results }) => results), "real sockets"), summary, await lossRow(seed)];
}

async function lossRow(seed: number): Promise<TruthRow> {
  const runs: ComparedLosses[] = [];
  for (let run = 0; run < lossRuns; run += 1) runs.push(...(await runLosses(seed + run)));
  return socketLossRow(runs, seed);
}

async function inLanes(scripts: readonly OutageScript[], lanes: number): Promise<Told[]> {
  const left = [...scripts];
  const told: Told[] = [];
  const lane = async (): Promise<void> => {
    for (let script = left.shift(); script !== undefined; script = left.shift()) told.push(await measure(script));
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return told;
}

async function measure({ cell, seed }: OutageScript): Promise<Told> {
  const disturbed: string[] = [];
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    // There is another only when this one missed, and said of itself that the machine had no time for it.
    const run = await runOutages(socketScript(cell, seed + attempt * seedStep));
    if (run.disturbed === null || run.results.every(({ misses }) => misses.length === 0)) return { results: run.results, disturbed };
    disturbed.push(`${run.results.find(({ misses }) => misses.length > 0)?.misses[0] ?? ""}, while ${run.disturbed}`);
  }
  return { results: [], disturbed };
}
