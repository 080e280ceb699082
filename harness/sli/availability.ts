/** Request-weighted share of good answers; dropped requests and time-outs are failures. The time-weighted share and the worst second stand beside it. */

import { grouped } from "./concepts/grouped.ts";
import { TimeSlots } from "./concepts/slots.ts";
import { neverBegan, PhaseWindows } from "./concepts/phase-window.ts";
import type { Indicator } from "./fold.ts";
import { TimeBlocks } from "./time-blocks.ts";

export const availability: Indicator<"availability"> = ({ spec, objective }) => {
  const phases = new PhaseWindows();
  const slots = new TimeSlots();
  const blocks = new TimeBlocks(null);
  let bad = 0;
  let total = 0;
  return {
    step: (event) => {
      phases.step(event);
      if (event.type !== "request" || spec.routes?.includes(event.route) === false || !phases.contains(objective.phase, event.intendedUs)) return;
      total += 1;
      if (event.outcome !== "ok") bad += 1;
      slots.record(event.intendedUs, event.outcome === "ok");
      blocks.record(event.intendedUs, event.outcome !== "ok");
    },
    read: () => {
      if (!phases.began(objective.phase)) return neverBegan(objective.phase);
      if (total === 0) return { kind: "unmeasured", why: "no request was due" };
      return { kind: "proportion", bad, total, value: (100 * (total - bad)) / total, detail: describe(slots), blocks: blocks.read() };
    },
  };
};

function describe(slots: TimeSlots): string {
  const time = slots.read();
  return `by time ${percent(time.share)} of ${grouped(time.slots)} slots of 100 ms without a failure (${grouped(time.empty)} without a request left out); worst second ${percent(time.worstWindow)}`;
}

function percent(share: number | null): string {
  return `${Number((100 * (share ?? 0)).toFixed(3))} %`;
}
