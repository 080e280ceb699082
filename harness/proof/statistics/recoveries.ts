/** What N recoveries within the limit say, where the share of recoveries that keep it is just what they would be said to show. */

import { dice } from "../../base/random.ts";
import { shownShare } from "../../judge/verdict/rules/durations.ts";
import { mostByChance, percentText, type Finding } from "./finding.ts";

export function checkRecoveries(simulations: number, seed: number): Finding[] {
  return [1, 5, 20, 59].map((repeats) => {
    const roll = dice(seed, `recoveries ${repeats}`);
    const truth = shownShare(repeats);
    let claimed = 0;
    for (let run = 0; run < simulations; run += 1) {
      let within = 0;
      while (within < repeats && roll() < truth) within += 1;
      if (within === repeats) claimed += 1;
    }
    return {
      what: `${repeats} recoveries, of which ${(100 * truth).toFixed(1)} % keep the limit`,
      must: "said to keep it at least as often ≤ 5 %",
      seen: `said so ${percentText(claimed, simulations)}`,
      held: claimed <= mostByChance(simulations, 0.05),
    };
  });
}
