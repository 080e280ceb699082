/** The short form of `truth.ts`. */

import { expect, test } from "vitest";
import { compareOutages, type OutageResult } from "./truth/outages/outage-check.ts";
import { outageLengthsMs, outageManners, outageRates, outageScript, outageScripts, type OutageCell } from "./truth/outages/outage-script.ts";
import { lossMisses } from "./truth/losses/loss-rows.ts";
import { lossScripts, playLosses, type LossRun } from "./truth/losses/virtual-losses.ts";
import { playOutages } from "./truth/outages/virtual-outages.ts";

const runs = 40;
const lossRuns = 150;

function measured(from: readonly ReturnType<typeof outageScript>[]): OutageResult[] {
  return from.flatMap((script) => compareOutages(script, playOutages(script)));
}

test("scripted outages of every length, rate and manner are measured within an arrival and a probe", () => {
  const results = measured(outageScripts(runs, 1));
  expect(results.filter(({ misses }) => misses.length > 0)).toEqual([]);
  expect(new Set(results.map(({ cell }) => cell.lengthMs))).toEqual(new Set(outageLengthsMs));
  expect(new Set(results.map(({ cell }) => cell.ratePerSecond))).toEqual(new Set(outageRates));
  expect(new Set(results.map(({ cell }) => cell.by))).toEqual(new Set(outageManners));
});

test("a measurement that is off is a miss: too early, too late, not seen, seen where nothing was", () => {
  const cell: OutageCell = { lengthMs: 1000, flapping: true, ratePerSecond: 200, by: "5xx" };
  const script = outageScript(cell, 1);
  const recoveries = playOutages(script);
  const missesWith = (valueMs: number | null): number => compareOutages(script, recoveries.map((recovery) => ({ ...recovery, faultClock: { ...recovery.faultClock, valueMs } }))).filter(({ misses }) => misses.length > 0).length;
  const valueMs = recoveries[0]?.faultClock.valueMs ?? 0;
  expect([valueMs, valueMs - 20, valueMs + 20, null].map(missesWith)).toEqual([0, 1, 1, 1]);
  const quiet = outageScript({ ...cell, lengthMs: 0 }, 1);
  expect(compareOutages(quiet, recoveries).at(0)?.misses).toContain("an outage was seen that never was");
});

async function lossesOf(scripts: readonly Parameters<typeof playLosses>[0][]): Promise<LossRun[]> {
  const played: LossRun[] = [];
  for (const script of scripts) played.push(await playLosses(script));
  return played;
}

test("the sets of the ledger are those of the store's own log, of a table, a queue and a key-value store", async () => {
  const played = await lossesOf(lossScripts(lossRuns, 1));
  expect(played.flatMap((run) => lossMisses(run).map((miss) => `${miss} (seed ${run.script.seed})`))).toEqual([]);
  // Each set was in question somewhere, and tails as well as holes were.
  for (const set of ["lost", "recovered", "duplicated", "resurrected", "unexpected"] as const) expect(played.some(({ truth }) => truth[set] > 0), set).toBe(true);
  expect(played.some(({ truth }) => truth.holes) && played.some(({ truth }) => truth.lost > 0 && !truth.holes)).toBe(true);
});

test("a set that is off by one is a miss", async () => {
  const [run] = await lossesOf(lossScripts(1, 1));
  if (run === undefined) throw new Error("nothing was played");
  const { truth } = run;
  for (const set of ["lost", "recovered", "duplicated", "resurrected", "unexpected"] as const) expect(lossMisses({ ...run, truth: { ...truth, [set]: truth[set] + 1 } }), set).toHaveLength(1);
  expect(lossMisses({ ...run, truth: { ...truth, holes: !truth.holes } })).toHaveLength(1);
  expect(lossMisses({ ...run, truth: { ...truth, lostMs: (truth.lostMs ?? 0) + 1000 } })).toHaveLength(1);
});
