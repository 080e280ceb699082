/** Acknowledged items that ended as an error or never ended, of all acknowledged. */

import { ItemLives } from "./concepts/completions.ts";
import { neverBegan, PhaseWindows } from "./concepts/phase-window.ts";
import type { Indicator } from "./fold.ts";
import { TimeBlocks } from "./time-blocks.ts";

export const completionErrors: Indicator<"completion-errors"> = ({ spec, objective, header }) => {
  const phases = new PhaseWindows();
  const items = new ItemLives(header, spec.completion);
  return {
    step: (event) => {
      phases.step(event);
      items.step(event);
    },
    read: () => {
      if (!phases.began(objective.phase)) return neverBegan(objective.phase);
      const why = items.problem();
      if (why !== null) return { kind: "unmeasured", why };
      const blocks = new TimeBlocks(null);
      let total = 0;
      let errors = 0;
      let unfinished = 0;
      for (const life of items.lives) {
        if (life.acknowledgedUs === null || !phases.contains(objective.phase, life.intendedUs)) continue;
        total += 1;
        const ended = life.seenUs !== null && !life.ok;
        const never = !ended && items.durationMs(life) === null;
        if (ended) errors += 1;
        if (never) unfinished += 1;
        blocks.record(life.intendedUs, ended || never);
      }
      if (total === 0) return { kind: "unmeasured", why: "no item was acknowledged" };
      const bad = errors + unfinished;
      return { kind: "proportion", bad, total, value: (100 * bad) / total, detail: bad === 0 ? "" : `${errors} ended as an error, ${unfinished} never ended`, blocks: blocks.read() };
    },
  };
};
