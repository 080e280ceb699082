/** Requests per second that were answered well, against those that were due; where a search has looked for it, the highest rate that keeps its objectives. */

import type { Objective } from "../scenario/objective.ts";
import { isClosed, isSearch, routesOf, type SearchWorkload } from "../scenario/workload/workload.ts";
import { neverBegan, PhaseWindows } from "./concepts/phase-window.ts";
import type { Indicator, RunningFold } from "./fold.ts";
import { CapacityFold } from "./search/capacity.ts";

export const throughput: Indicator<"throughput"> = ({ spec, objective, scenario, header }) => {
  const search = scenario.workloads.find(isSearch);
  if (search !== undefined && (spec.routes === undefined || routesOf(search, []).some((route) => spec.routes?.includes(route)))) return searched(search, spec.routes, header.target.objectives);
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

/** The rate of a search is that of all its routes together. */
function searched(search: SearchWorkload, routes: readonly string[] | undefined, objectives: readonly Objective[]): RunningFold {
  const others = routes === undefined ? [] : routesOf(search, []).filter((route) => !routes.includes(route));
  if (others.length > 0) return { step: () => {}, read: () => ({ kind: "unmeasured", why: `the search "${search.name}" sends other routes as well: ${others.join(", ")}` }) };
  return new CapacityFold(search, objectives);
}
