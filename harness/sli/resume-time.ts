/** Time from healing (or from the fault, where the objective says so) to the next item that was seen to finish: one duration per fault. */

import { usToMs } from "../base/duration.ts";
import { placeOfFault } from "../scenario/fault.ts";
import type { Step } from "../scenario/scenario.ts";
import { FaultLog, unconfirmedFault, middle, unknownFault } from "./concepts/fault-times.ts";
import type { Indicator } from "./fold.ts";
import type { FaultDuration } from "./observation.ts";

interface Finish {
  atUs: number;
  resolutionMs: number;
}

export const resumeTime: Indicator<"resume-time"> = ({ spec, objective, scenario }) => {
  const faults = new FaultLog();
  const finishes: Finish[] = [];
  let lastUs = 0;
  const durationOf = (step: Step): FaultDuration => {
    const fault = faults.all.find((entry) => entry.id === step.id) ?? unknownFault({ id: step.id, kind: step.fault.kind, on: placeOfFault(step.fault) });
    const from = objective.clock === "fault" ? fault.injected : fault.healed;
    const named = { fault: step.id, faultKind: step.fault.kind, on: fault.on, clock: objective.clock ?? ("heal" as const) };
    if (from === null) {
      return { ...named, valueMs: null, lowerBound: false, resolutionMs: 0, invalid: unconfirmedFault(fault) ?? `fault ${step.id} was not healed before the log ends` };
    }
    const next = finishes.find((finish) => finish.atUs > from.endedUs);
    const { atUs, uncertaintyUs } = middle(from);
    const valueMs = usToMs((next?.atUs ?? lastUs) - atUs);
    return { ...named, valueMs, lowerBound: next === undefined, resolutionMs: (next?.resolutionMs ?? 0) + usToMs(uncertaintyUs), invalid: unconfirmedFault(fault) };
  };
  return {
    step: (event) => {
      faults.step(event);
      if (event.type !== "cleanup") lastUs = Math.max(lastUs, event.at);
      if (event.type === "completion" && event.completion === spec.completion && event.done.some((item) => item.ok)) {
        finishes.push({ atUs: event.at, resolutionMs: event.resolutionMs });
      }
    },
    read: () => {
      const steps = scenario.steps.filter((step) => spec.faults?.includes(step.fault.kind) !== false);
      return steps.length === 0 ? { kind: "unmeasured", why: "the scenario has no such fault" } : { kind: "durations", faults: steps.map(durationOf) };
    },
  };
};
