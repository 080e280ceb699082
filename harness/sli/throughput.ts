/** Requests per second that were answered well, against those that were due. */

import { isClosed } from "../scenario/workload/workload.ts";
import { neverBegan, PhaseWindows } from "./concepts/phase-window.ts";
import type { Indicator } from "./fold.ts";

export const throughput: Indicator<"throughput"> = ({ spec, objective, scenario }) => {
  const closed = new Set(scenario.workloads.filter(isClosed).map(({ name }) => name));
  const phases = new PhaseWindows();
  let finished = 0;
  let offered = 0;
  let isUnlimited = false;
  return {
    step: (event) => {
      phases.step(event);
      if (event.type !== "request" || spec.routes?.includes(event.route) === false || !phases.contains(objective.phase, event.intendedUs)) return;
      offered += 1;
      if (closed.has(event.workload)) isUnlimited = true;
      if (event.outcome === "ok") finished += 1;
    },
    read: () => {
      if (!phases.began(objective.phase)) return neverBegan(objective.phase);
      const seconds = phases.judgedSeconds(objective.phase);
      if (offered === 0 || seconds === 0) return { kind: "unmeasured", why: "no request was due" };
      return { kind: "rate", finished, offered, seconds, ratePerUnit: finished / seconds, offeredPerUnit: offered / seconds, backlogBegin: 0, backlogEnd: 0, ...(isUnlimited ? { isUnlimited } : {}) };
    },
  };
};
