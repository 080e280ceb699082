/** Failures that come in bursts: the rule counts clusters, where counting requests would be sure of what it cannot know. */

import { dice, type Dice } from "../../base/random.ts";
import type { TimeBlock } from "../../sli/time-blocks.ts";
import { ruleBinomial } from "../../base/binomial.ts";
import { jump, ruledShare } from "./binomial-claims.ts";
import { mostByChance, percentText, type Finding } from "./finding.ts";

const blockCount = 50;

interface Row {
  claim: string;
  total: number;
  allowed: number;
  meanLength: number;
  /** Whether a run at the limit has enough clusters to count on seeing any. What did not come cannot be seen. */
  enough: boolean;
}

const rows: readonly Row[] = [
  { claim: "p95 < X", total: 10_000, allowed: 0.05, meanLength: 5, enough: true },
  { claim: "p95 < X", total: 60_000, allowed: 0.05, meanLength: 50, enough: true },
  { claim: "99.9 %", total: 600_000, allowed: 0.001, meanLength: 5, enough: true },
  { claim: "99.9 %", total: 60_000, allowed: 0.001, meanLength: 5, enough: true },
  { claim: "99.9 %", total: 60_000, allowed: 0.001, meanLength: 10, enough: true },
  { claim: "p95 < X", total: 1000, allowed: 0.05, meanLength: 10, enough: true },
  { claim: "99.9 %", total: 60_000, allowed: 0.001, meanLength: 20, enough: false },
];

export function checkClusteredFailures(simulations: number, seed: number): Finding[] {
  return rows.map((row): Finding => {
    const { claim, total, allowed, meanLength, enough } = row;
    const roll = dice(seed, JSON.stringify(row));
    const counts = { pass: 0, fail: 0, wouldPass: 0, wouldFail: 0, withoutAny: 0 };
    for (let run = 0; run < simulations; run += 1) {
      const blocks = bursts(roll, row);
      const bad = blocks.reduce((sum, block) => sum + block.bad, 0);
      const ruled = ruledShare({ bad, total, blocks }, allowed);
      const naive = ruleBinomial(bad, total, allowed);
      if (bad === 0) counts.withoutAny += 1;
      if (ruled !== "inconclusive") counts[ruled] += 1;
      if (naive !== "inconclusive") counts[naive === "pass" ? "wouldPass" : "wouldFail"] += 1;
    }
    const share = (count: number): string => percentText(count, simulations);
    const most = mostByChance(simulations, 0.05);
    const third = passesAt(1 / 3, row, { simulations, seed });
    const unseen = enough ? "" : ` (no burst came in ${share(counts.withoutAny)})`;
    return {
      what: `${claim}, ${total} samples, bad ones in ${Math.round((total * allowed) / meanLength)} bursts of ${meanLength}, truth at the limit`,
      must: enough ? "passes ≤ 5 %, fails ≤ 5 %" : "passes ≤ 5 % beside the runs without a burst, fails ≤ 5 %",
      seen: `passes ${share(counts.pass)}${unseen}, fails ${share(counts.fail)} (truth at a third: passes ${share(third)}); by requests it would pass ${share(counts.wouldPass)} and fail ${share(counts.wouldFail)}`,
      held: counts.fail <= most && counts.pass - (enough ? 0 : counts.withoutAny) <= most,
    };
  });
}

/** How often a system passes whose share of failures is `factor` of what is allowed. */
function passesAt(factor: number, row: Row, { simulations, seed }: { simulations: number; seed: number }): number {
  const roll = dice(seed, `${JSON.stringify(row)} ${factor}`);
  let passes = 0;
  for (let run = 0; run < simulations; run += 1) {
    const blocks = bursts(roll, { ...row, allowed: row.allowed * factor });
    const bad = blocks.reduce((sum, block) => sum + block.bad, 0);
    if (ruledShare({ bad, total: row.total, blocks }, row.allowed) === "pass") passes += 1;
  }
  return passes;
}

/** Bursts at random instants, of random length around `meanLength`, so that `allowed` of all requests fail on average. */
function bursts(roll: Dice, { total, allowed, meanLength }: Row): TimeBlock[] {
  const size = total / blockCount;
  const blocks = Array.from({ length: blockCount }, (): TimeBlock => ({ total: size, bad: 0, level: 0 }));
  for (let at = jump(roll, allowed / meanLength); at < total; at += 1 + jump(roll, allowed / meanLength)) {
    const length = 1 + jump(roll, 1 / meanLength);
    for (let failed = at; failed < Math.min(total, at + length); failed += 1) {
      const block = blocks[Math.floor(failed / size)];
      if (block !== undefined && block.bad < size) block.bad += 1;
    }
  }
  for (const block of blocks) block.level = block.bad / size;
  return blocks;
}
