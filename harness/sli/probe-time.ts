/** How long each answer of a probe took in the phase; one that failed counts as over any limit. */

import { inUnit } from "./concepts/limit.ts";
import { neverBegan, PhaseWindows } from "./concepts/phase-window.ts";
import type { Indicator } from "./fold.ts";

export const probeTime: Indicator<"probe-time"> = ({ spec, objective }) => {
  const phases = new PhaseWindows();
  const values: number[] = [];
  let failed = 0;
  return {
    step: (event) => {
      phases.step(event);
      if (event.type !== "probe" || event.probe !== spec.probe || !phases.contains(objective.phase, event.intendedUs)) return;
      if (!event.ok) failed += 1;
      // What is not a number is null in the log.
      const tookMs = Number.isFinite(event.tookMs) ? event.tookMs : Number.NaN;
      values.push(event.ok ? inUnit(objective, tookMs) : Infinity);
    },
    read: () => {
      if (!phases.began(objective.phase)) return neverBegan(objective.phase);
      if (values.length === 0) return { kind: "unmeasured", why: `probe ${spec.probe} gave no answer` };
      return { kind: "values", values, exercised: values.length, detail: failed === 0 ? "" : `${failed} of ${values.length} checks failed` };
    },
  };
};
