/** Share of a gauge's samples in the phase that are within the limit. Missed samples are counted, never guessed. */

import { parseDurationMs } from "../base/duration.ts";
import type { Objective } from "../scenario/objective.ts";
import { keeps } from "./concepts/limit.ts";
import { percentileOfSorted } from "./concepts/percentile.ts";
import { neverBegan, PhaseWindows } from "./concepts/phase-window.ts";
import type { Indicator } from "./fold.ts";

export const gauge: Indicator<"gauge"> = ({ spec, objective, header }) => {
  const phases = new PhaseWindows();
  const values: number[] = [];
  let missing = 0;
  let within = 0;
  return {
    step: (event) => {
      phases.step(event);
      if (event.type !== "gauge" || event.gauge !== spec.gauge || !phases.contains(objective.phase, event.at)) return;
      if (event.value === null || !Number.isFinite(event.value)) {
        missing += 1;
        return;
      }
      values.push(event.value);
      if (keeps(objective, event.value) === true) within += 1;
    },
    read: () => {
      if (!phases.began(objective.phase)) return neverBegan(objective.phase);
      if (values.length === 0) return { kind: "unmeasured", why: `gauge ${spec.gauge} gave no value (${missing} samples missed)` };
      const sorted = values.toSorted((a, b) => badness(objective, a) - badness(objective, b));
      const { lowest, highest } = rangeOf(values);
      const unseen = missing + notTaken(phases.judgedSeconds(objective.phase), header.target.gauges[spec.gauge]?.every, values.length + missing);
      return {
        kind: "samples",
        within,
        total: values.length,
        missing: unseen,
        share: spec.share,
        worst: sorted.at(-1) ?? 0,
        quantileValue: percentileOfSorted(sorted, spec.share) ?? 0,
        detail: `from ${lowest} to ${highest}`,
      };
    },
  };
};

/** High is bad unless the objective asks for more than something; of a range, what lies farthest outside, or nearest to its ends. */
function badness({ op, limit }: Objective, value: number): number {
  if (op === "between" && Array.isArray(limit)) return Math.max(limit[0] - value, value - limit[1]);
  return op === ">" || op === ">=" ? -value : value;
}

function rangeOf(values: readonly number[]): { lowest: number; highest: number } {
  return values.reduce(({ lowest, highest }, value) => ({ lowest: Math.min(lowest, value), highest: Math.max(highest, value) }), { lowest: Infinity, highest: -Infinity });
}

/** Samples that the declared rate promises and the log does not hold. A late tick now and then is no loss: a tenth is let go. */
function notTaken(seconds: number, every: string | undefined, taken: number): number {
  if (every === undefined) return 0;
  const expected = Math.floor((seconds * 1000) / parseDurationMs(every));
  return taken >= expected * 0.9 ? 0 : expected - taken;
}
