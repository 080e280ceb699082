/** Response time from the intended start. Bad: over the limit, or failed; counted exactly, while the percentile shown comes from a histogram. */

import { usToMs } from "../base/duration.ts";
import { grouped } from "./concepts/grouped.ts";
import { keeps, inUnit } from "./concepts/limit.ts";
import { DurationHistogram } from "./concepts/percentile.ts";
import { neverBegan, PhaseWindows } from "./concepts/phase-window.ts";
import type { Indicator } from "./fold.ts";
import { TimeBlocks } from "./time-blocks.ts";

export const latency: Indicator<"latency"> = ({ spec, objective }) => {
  const phases = new PhaseWindows();
  const histogram = new DurationHistogram();
  const blocks = new TimeBlocks(spec.quantile);
  let bad = 0;
  let failed = 0;
  return {
    step: (event) => {
      phases.step(event);
      if (event.type !== "request" || spec.routes?.includes(event.route) === false || !phases.contains(objective.phase, event.intendedUs)) return;
      const tookUs = event.endUs - event.intendedUs;
      if (event.outcome === "ok") {
        const over = keeps(objective, inUnit(objective, usToMs(tookUs))) === false;
        histogram.record(tookUs);
        blocks.record(event.intendedUs, over, tookUs);
        if (over) bad += 1;
      } else {
        histogram.recordEndless();
        blocks.record(event.intendedUs, true, Infinity);
        failed += 1;
        bad += 1;
      }
    },
    read: () => {
      if (!phases.began(objective.phase)) return neverBegan(objective.phase);
      if (histogram.count === 0) return { kind: "unmeasured", why: "no request was due" };
      const quantileUs = histogram.printableUs(spec.quantile);
      const value = quantileUs === null ? null : inUnit(objective, usToMs(quantileUs));
      return { kind: "proportion", bad, total: histogram.count, value, detail: failed === 0 ? "" : `${grouped(failed)} of them failed`, blocks: blocks.read(), durations: histogram };
    },
  };
};
