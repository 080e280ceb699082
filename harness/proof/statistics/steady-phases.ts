/** The check of a steady phase: quiet where the phase is steady, loud where a pass would hide that it was not. */

import { dice, type Dice } from "../../base/random.ts";
import { whyUnsteady } from "../../judge/steadiness/steadiness.ts";
import { clustering } from "../../judge/steadiness/clusters.ts";
import { ruleBinomial, usualDoubt } from "../../base/binomial.ts";
import { TimeBlocks } from "../../sli/time-blocks.ts";
import { leastByChance, mostByChance, percentText, type Finding } from "./finding.ts";

const requests = 2000;
const limitMs = 500;
const allowed = 0.05;
const spread = 0.5;
/** Of the standard normal distribution. */
const quantile95 = 1.6448536269514722;
const secondUs = 1_000_000;
const ratePerSecond = 50;

interface Phase {
  what: string;
  must: string;
  /** p95 of the system in ms at a share of the phase. */
  p95Ms: (at: number) => number;
  held: (counts: Counts, simulations: number) => boolean;
}

interface Counts {
  pass: number;
  fail: number;
  unsteady: number;
}

const phases: readonly Phase[] = [
  {
    what: "p95 at the limit all the time",
    must: "passes ≤ 5 %, fails ≤ 5 %, called unsteady ≤ 2 %",
    p95Ms: () => limitMs,
    held: ({ pass, fail, unsteady }, runs) => Math.max(pass, fail) <= mostByChance(runs, 0.05) && unsteady <= mostByChance(runs, 0.02),
  },
  { what: "p95 at half the limit all the time", must: "passes ≥ 99 %", p95Ms: () => limitMs / 2, held: ({ pass }, runs) => pass >= leastByChance(runs, 0.99) },
  {
    what: "p95 at half the limit, and three stalls of a tenth of a second",
    must: "passes ≥ 98 %",
    p95Ms: (at) => ([0.2, 0.5, 0.8].some((stall) => at > stall && at < stall + 0.0025) ? 3 * limitMs : limitMs / 2),
    held: ({ pass }, runs) => pass >= leastByChance(runs, 0.98),
  },
  {
    what: "p95 at 0.4 of the limit, at 1.1 of it in the last third",
    must: "passes ≤ 1 %",
    p95Ms: (at) => limitMs * (at > 2 / 3 ? 1.1 : 0.4),
    held: ({ pass }, runs) => pass <= mostByChance(runs, 0.01),
  },
  {
    what: "p95 rises from 0.2 to 1.0 of the limit",
    must: "passes ≤ 1 %",
    p95Ms: (at) => limitMs * (0.2 + 0.8 * at),
    held: ({ pass }, runs) => pass <= mostByChance(runs, 0.01),
  },
];

export function checkSteadyPhases(simulations: number, seed: number): Finding[] {
  return phases.map(({ what, must, p95Ms, held }) => {
    const roll = dice(seed, what);
    const counts: Counts = { pass: 0, fail: 0, unsteady: 0 };
    for (let run = 0; run < simulations; run += 1) count(counts, play(roll, p95Ms));
    const share = (of: number): string => percentText(of, simulations);
    return { what: `${requests} requests, ${what}`, must, seen: `passes ${share(counts.pass)}, fails ${share(counts.fail)}, called unsteady ${share(counts.unsteady)}`, held: held(counts, simulations) };
  });
}

/** Requests with log-normal response times, into blocks as the judge's own fold puts them. */
function play(roll: Dice, p95Ms: (at: number) => number): TimeBlocks {
  const blocks = new TimeBlocks(0.95);
  for (let n = 0; n < requests; n += 1) {
    const tookMs = p95Ms(n / requests) * Math.exp(spread * (normal(roll) - quantile95));
    blocks.record((n * secondUs) / ratePerSecond, tookMs >= limitMs, tookMs * 1000);
  }
  return blocks;
}

function count(counts: Counts, played: TimeBlocks): void {
  const blocks = played.read();
  const factor = clustering(blocks, { byDefault: false, doubt: usualDoubt });
  const bad = blocks.reduce((sum, block) => sum + block.bad, 0);
  const outcome = ruleBinomial(bad / factor, requests / factor, allowed);
  const unsteady = whyUnsteady(blocks, { kind: "durations", limitMs, percentile: "p95" }) !== null;
  if (unsteady) counts.unsteady += 1;
  if (outcome === "fail") counts.fail += 1;
  if (outcome === "pass" && !unsteady) counts.pass += 1;
}

/** Box and Muller. */
function normal(roll: Dice): number {
  return Math.sqrt(-2 * Math.log(1 - roll())) * Math.cos(2 * Math.PI * roll());
}
