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
  /** Whether a run has enough clusters to count: a dozen at the least. Of fewer there is now and then none, and what did not come cannot be seen. */
  enough: boolean;
}

const rows: readonly Row[] = [
  { claim: "p95 < X", total: 10_000, allowed: 0.05, meanLength: 5, enough: true },
  { claim: "p95 < X", total: 60_000, allowed: 0.05, meanLength: 50, enough: true },
  { claim: "99.9 %", total: 600_000, allowed: 0.001, meanLength: 5, enough: true },
  { claim: "99.9 %", total: 60_000, allowed: 0.001, meanLength: 5, enough: false },
];

export function checkClusteredFailures(simulations: number, seed: number): Finding[] {
  return rows.map((row): Finding => {
    const { claim, total, allowed, meanLength, enough } = row;
    const roll = dice(seed, JSON.stringify(row));
    const counts = { pass: 0, fail: 0, wouldPass: 0, wouldFail: 0 };
    for (let run = 0; run < simulations; run += 1) {
      const blocks = bursts(roll, row);
      const bad = blocks.reduce((sum, block) => sum + block.bad, 0);
      const ruled = ruledShare({ bad, total, blocks }, allowed);
      const naive = ruleBinomial(bad, total, allowed);
      if (ruled !== "inconclusive") counts[ruled] += 1;
      if (naive !== "inconclusive") counts[naive === "pass" ? "wouldPass" : "wouldFail"] += 1;
    }
    const share = (count: number): string => percentText(count, simulations);
    const most = mostByChance(simulations, 0.05);
    return {
      what: `${claim}, ${total} samples, bad ones in bursts of ${meanLength}, truth at the limit`,
      must: enough ? "passes ≤ 5 %, fails ≤ 5 %" : "fails ≤ 5 %, passes less often than by requests",
      seen: `passes ${share(counts.pass)}, fails ${share(counts.fail)}; by requests it would pass ${share(counts.wouldPass)} and fail ${share(counts.wouldFail)}`,
      held: counts.fail <= most && counts.pass <= (enough ? most : counts.wouldPass / 2),
    };
  });
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
