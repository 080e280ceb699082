/** A series that looks after each repeat and stops when it is decided, with the truth at the limit: how often it is wrong in the end, and how often it would be at the usual 95 %. */

import { dice, type Dice } from "../../base/random.ts";
import { doubtOf } from "../../judge/repeats/series.ts";
import { ruleBinomial, usualDoubt } from "../../base/binomial.ts";
import type { Outcome } from "../../judge/verdict/schema.ts";
import { countBad } from "./binomial-claims.ts";
import { mostByChance, percentText, type Finding } from "./finding.ts";

const rows = [
  { claim: "p95 < X", allowed: 0.05, total: 1000, most: 5 },
  { claim: "p95 < X", allowed: 0.05, total: 200, most: 20 },
  { claim: "99.9 %", allowed: 0.001, total: 3000, most: 5 },
] as const;

export function checkRepeatedLooks(simulations: number, seed: number): Finding[] {
  return rows.map(({ claim, allowed, total, most }): Finding => {
    const wrong = (doubt: number): { pass: number; fail: number } => {
      const roll = dice(seed, `looks ${claim} ${total} ${most}`);
      const outcomes = Array.from({ length: simulations }, () => untilDecided(roll, { allowed, total, most, doubt }));
      return { pass: outcomes.filter((outcome) => outcome === "pass").length, fail: outcomes.filter((outcome) => outcome === "fail").length };
    };
    const asked = wrong(doubtOf({ most, untilDecided: true }));
    const naive = wrong(usualDoubt);
    const share = (count: number): string => percentText(count, simulations);
    const allowedByChance = mostByChance(simulations, 0.05);
    return {
      what: `${claim}, until decided: up to ${most} repeats of ${total} samples, truth at the limit`,
      must: "passes ≤ 5 %, fails ≤ 5 %",
      seen: `passes ${share(asked.pass)}, fails ${share(asked.fail)} (at 95 % a look it would pass ${share(naive.pass)}, fail ${share(naive.fail)})`,
      held: asked.pass <= allowedByChance && asked.fail <= allowedByChance,
    };
  });
}

interface Series {
  allowed: number;
  /** Samples of one repeat. */
  total: number;
  most: number;
  doubt: number;
}

function untilDecided(roll: Dice, { allowed, total, most, doubt }: Series): Outcome {
  let bad = 0;
  for (let repeat = 1; repeat <= most; repeat += 1) {
    bad += countBad(roll, total, allowed);
    const outcome = ruleBinomial(bad, repeat * total, allowed, doubt);
    if (outcome !== "inconclusive") return outcome;
  }
  return "inconclusive";
}
