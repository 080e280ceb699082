/** Time from the fault, or from its healing, to back to normal: one duration per fault. */

import { defaultClock } from "../scenario/fault.ts";
import { RecoveryTracker, type FaultRecovery } from "./concepts/recovery.ts";
import type { FoldContext, Indicator } from "./fold.ts";
import type { FaultDuration } from "./observation.ts";

export const recoveryTime: Indicator<"recovery-time"> = (context) => {
  const { spec, header, scenario } = context;
  const tracker = new RecoveryTracker({ header, scenario, routes: spec.routes });
  return {
    step: (event) => tracker.step(event),
    read: () => {
      const faults = durationsOf(tracker.read(), context);
      return faults.length === 0 ? { kind: "unmeasured", why: "the scenario has no such fault" } : { kind: "durations", faults };
    },
  };
};

/** The durations of the faults that an objective asks for, on its clock. */
export function durationsOf(
  recoveries: readonly FaultRecovery[],
  { spec, objective, scenario }: Pick<FoldContext<{ faults?: readonly string[] | undefined }>, "spec" | "objective" | "scenario">,
): FaultDuration[] {
  return recoveries.flatMap((recovery): FaultDuration[] => {
    const step = scenario.steps.find((entry) => entry.id === recovery.fault.id);
    if (step === undefined || spec.faults?.includes(step.fault.kind) === false) return [];
    const onHeal = (objective.clock ?? defaultClock(step.fault.kind)) === "heal";
    const { valueMs, resolutionMs } = onHeal ? recovery.healClock : recovery.faultClock;
    const unhealed = onHeal && recovery.fault.healed === null ? `fault ${step.id} was not healed before the log ends` : null;
    return [{ fault: step.id, faultKind: step.fault.kind, on: recovery.fault.on, clock: onHeal ? "heal" : "fault", valueMs, lowerBound: recovery.notRecovered, ...(recovery.fault.unrepaired === null ? {} : { unrepaired: recovery.fault.unrepaired.why }), resolutionMs, invalid: recovery.invalid ?? unhealed }];
  });
}
