/** An objective that the rates of a search must keep: at most a share of the requests may be bad. */

import type { Objective } from "../../objective.ts";

export interface KeptObjective {
  objective: Objective;
  /** Largest share of requests that may be bad. */
  allowedShare: number;
  /** Only these routes; all when left out. */
  routes: readonly string[] | undefined;
}

/** null for an objective that says nothing about a share of requests, or allows no bad one at all: no number of requests shows that. */
export function keptObjective(objective: Objective): KeptObjective | null {
  const { indicator, op, limit } = objective;
  if (typeof limit !== "number") return null;
  const upTo = op === "<" || op === "<=";
  const share = indicator?.kind === "latency" && upTo ? 1 - indicator.quantile : indicator?.kind === "availability" && !upTo && (op === ">" || op === ">=") ? 1 - limit / 100 : null;
  // 1 − 0.95 is not 0.05 in binary; a limit is meant as it is written.
  const allowedShare = share === null ? 0 : Number(share.toPrecision(12));
  if (!(allowedShare > 0 && allowedShare < 1) || (indicator?.kind !== "latency" && indicator?.kind !== "availability")) return null;
  return { objective, allowedShare, routes: indicator.routes };
}

/** Those of a search, in its order. Names that refer to nothing fit were refused when the scenario was read. */
export function keptObjectives(names: readonly string[], objectives: readonly Objective[]): KeptObjective[] {
  return names.flatMap((name) => {
    const objective = objectives.find(({ id }) => id === name);
    const kept = objective === undefined ? null : keptObjective(objective);
    return kept === null ? [] : [kept];
  });
}
