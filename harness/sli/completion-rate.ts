/** Items that were seen to finish in the judged phase, against those offered in it, and the backlog at its begin and end. */

import { toMs } from "../base/duration.ts";
import { ItemLives } from "./concepts/completions.ts";
import { neverBegan, PhaseWindows } from "./concepts/phase-window.ts";
import type { Indicator } from "./fold.ts";

export const completionRate: Indicator<"completion-rate"> = ({ spec, objective, header }) => {
  const phases = new PhaseWindows();
  const items = new ItemLives(header, spec.completion);
  return {
    step: (event) => {
      phases.step(event);
      items.step(event);
    },
    read: () => {
      const spans = phases.judgedSpans(objective.phase);
      const seconds = phases.judgedSeconds(objective.phase);
      const first = spans[0];
      const last = spans.at(-1);
      if (first === undefined || last === undefined) return neverBegan(objective.phase);
      const why = items.problem();
      if (why !== null) return { kind: "unmeasured", why };
      let finished = 0;
      let offered = 0;
      for (const life of items.lives) {
        if (life.acknowledgedUs === null) continue;
        if (phases.contains(objective.phase, life.intendedUs)) offered += 1;
        if (life.seenUs !== null && life.ok && phases.contains(objective.phase, life.seenUs)) finished += 1;
      }
      if (offered === 0 || seconds === 0) return { kind: "unmeasured", why: "no item was acknowledged" };
      const perUnit = toMs(1, spec.per) / 1000 / seconds;
      return {
        kind: "rate",
        finished,
        offered,
        seconds,
        ratePerUnit: finished * perUnit,
        offeredPerUnit: offered * perUnit,
        backlogBegin: items.backlogAt(first.beginUs),
        backlogEnd: items.backlogAt(last.endUs),
      };
    },
  };
};
