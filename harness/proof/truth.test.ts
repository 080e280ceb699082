/** The short form of `truth.ts`. */

import { expect, test } from "vitest";
import { compareOutages, type OutageResult } from "./truth/outage-check.ts";
import { outageLengthsMs, outageManners, outageRates, outageScript, outageScripts, type OutageCell } from "./truth/outage-script.ts";
import { playOutages } from "./truth/virtual-outages.ts";

const runs = 40;

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
