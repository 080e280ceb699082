/** Recovery times over every fault, for a mean over incidents. The judge pools them over the scenarios of a suite. */

import { RecoveryTracker } from "./concepts/recovery.ts";
import type { Indicator } from "./fold.ts";
import { durationsOf } from "./recovery-time.ts";

export const meanRecoveryTime: Indicator<"mean-recovery-time"> = (context) => {
  const tracker = new RecoveryTracker({ header: context.header, scenario: context.scenario });
  return {
    step: (event) => tracker.step(event),
    read: () => {
      const faults = durationsOf(tracker.read(), context);
      return faults.length === 0 ? { kind: "unmeasured", why: "the scenario has no such fault" } : { kind: "durations", faults };
    },
  };
};
