/** The binomial rule at the limit itself: how often it passes and how often it fails what it must not be sure of. */

import { dice, type Dice } from "../../base/random.ts";
import { indicatorSchema } from "../../scenario/indicator.ts";
import { objectiveSchema, type Objective } from "../../scenario/objective.ts";
import { applyRule } from "../../judge/verdict/rules/index.ts";
import type { Outcome } from "../../judge/verdict/schema.ts";
import type { TimeBlock } from "../../sli/time-blocks.ts";
import { mostByChance, percentText, type Finding } from "./finding.ts";

/** Claims of MEASURES.md with the numbers of samples that its table has. */
const rows = [
  { claim: "p95 < X", allowed: 0.05, totals: [59, 200, 1000, 10_000, 60_000] },
  { claim: "p99 < X", allowed: 0.01, totals: [299, 1000, 10_000] },
  { claim: "99.9 %", allowed: 0.001, totals: [2995, 10_000, 60_000] },
  { claim: "99.99 %", allowed: 0.0001, totals: [29_956] },
] as const;

export function checkBinomialClaims(simulations: number, seed: number): Finding[] {
  return rows.flatMap(({ claim, allowed, totals }) =>
    totals.map((total): Finding => {
      const at = (factor: number): Record<Outcome, number> =>
        simulated({ simulations, roll: dice(seed, `${claim} ${total} ${factor}`) }, (roll) => countBad(roll, total, allowed * factor), (bad) => ruledShare({ bad, total, blocks: [] }, allowed));
      const limit = at(1);
      const most = mostByChance(simulations, 0.05);
      const share = (count: number): string => percentText(count, simulations);
      return {
        what: `${claim}, ${total} samples, truth at the limit`,
        must: "passes ≤ 5 %, fails ≤ 5 %",
        seen: `passes ${share(limit.pass)}, fails ${share(limit.fail)} (truth at a third: passes ${share(at(1 / 3).pass)}; at three times: fails ${share(at(3).fail)})`,
        held: limit.pass <= most && limit.fail <= most,
      };
    }),
  );
}

/** How many of `total` independent requests are bad: jumps from one to the next. */
export function countBad(roll: Dice, total: number, share: number): number {
  let bad = 0;
  for (let at = jump(roll, share); at < total; at += 1 + jump(roll, share)) bad += 1;
  return bad;
}

/** How many good ones come before the next bad one. */
export function jump(roll: Dice, share: number): number {
  return Math.floor(Math.log(1 - roll()) / Math.log1p(-share));
}

/** Outcomes of many simulations; the rule is asked once for each number that came up. */
function simulated({ simulations, roll }: { simulations: number; roll: Dice }, play: (roll: Dice) => number, ask: (bad: number) => Outcome): Record<Outcome, number> {
  const known = new Map<number, Outcome>();
  const counts: Record<Outcome, number> = { pass: 0, fail: 0, inconclusive: 0 };
  for (let run = 0; run < simulations; run += 1) {
    const bad = play(roll);
    const outcome = known.get(bad) ?? ask(bad);
    known.set(bad, outcome);
    counts[outcome] += 1;
  }
  return counts;
}

/** The judge's own rule on "at most `allowed` of all fail". */
export function ruledShare({ bad, total, blocks }: { bad: number; total: number; blocks: readonly TimeBlock[] }, allowed: number): Outcome {
  const spec = indicatorSchema.parse({ kind: "availability" });
  return applyRule(shareObjective(allowed), spec, { kind: "proportion", bad, total, value: null, detail: "", blocks }).outcome;
}

function shareObjective(allowed: number): Objective {
  const claim = { id: "X-1", statement: "x", source: { document: "x.md", section: "x" }, kind: "own", indicator: { kind: "availability" } };
  return objectiveSchema.parse({ ...claim, op: ">=", limit: Number((100 * (1 - allowed)).toPrecision(12)), unit: "%" });
}
