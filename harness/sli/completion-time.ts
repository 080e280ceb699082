/** Intended ingest → seen finished, of the acknowledged items. Bad: over the limit, ended as an error, or never finished. */

import { msToUs } from "../base/duration.ts";
import { inUnit, keeps } from "./concepts/limit.ts";
import { ItemLives } from "./concepts/completions.ts";
import { DurationHistogram, mayPrint, percentileOfSorted } from "./concepts/percentile.ts";
import { neverBegan, PhaseWindows } from "./concepts/phase-window.ts";
import type { Indicator } from "./fold.ts";
import { TimeBlocks } from "./time-blocks.ts";

export const completionTime: Indicator<"completion-time"> = ({ spec, objective, header }) => {
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
      const durations: number[] = [];
      const histogram = new DurationHistogram();
      const blocks = new TimeBlocks(spec.quantile);
      let bad = 0;
      for (const life of items.lives) {
        if (life.acknowledgedUs === null || !phases.contains(objective.phase, life.intendedUs)) continue;
        const durationMs = items.durationMs(life);
        durations.push(durationMs ?? Infinity);
        if (durationMs === null) histogram.recordEndless();
        else histogram.record(msToUs(durationMs));
        const over = durationMs === null || keeps(objective, inUnit(objective, durationMs)) === false;
        if (over) bad += 1;
        blocks.record(life.intendedUs, over, durationMs === null ? Infinity : msToUs(durationMs));
      }
      if (durations.length === 0) return { kind: "unmeasured", why: "no item was acknowledged" };
      const sorted = durations.toSorted((a, b) => a - b);
      const quantileMs = percentileOfSorted(sorted, spec.quantile) ?? Infinity;
      const value = mayPrint(sorted.length, spec.quantile) && Number.isFinite(quantileMs) ? inUnit(objective, quantileMs) : null;
      return { kind: "proportion", bad, total: sorted.length, value, detail: `seen by a poll each ${Math.round(items.resolutionMs)} ms`, blocks: blocks.read(), durations: histogram };
    },
  };
};
