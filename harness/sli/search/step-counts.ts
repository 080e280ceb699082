/** The requests of one step of a search, counted by what each objective asks of them, and what that shows. */

import { usToMs } from "../../base/duration.ts";
import { ruleBinomial } from "../../base/binomial.ts";
import type { RequestOutcome } from "../../log/event.ts";
import type { KeptObjective } from "../../scenario/workload/search/kept-objective.ts";
import { outcomeOfAll, type TriedOutcome } from "../../scenario/workload/search/rate-search.ts";
import { inUnit, keeps } from "../concepts/limit.ts";

export interface CountedObjective {
  kept: KeptObjective;
  bad: number;
  total: number;
}

/** A request as a step counts it. `tookUs`: from its intended start. */
export interface CountedRequest {
  route: string;
  outcome: RequestOutcome;
  tookUs: number;
}

export class StepCounts {
  /** Requests in all. */
  total = 0;
  readonly objectives: readonly CountedObjective[];

  constructor(kept: readonly KeptObjective[]) {
    this.objectives = kept.map((each) => ({ kept: each, bad: 0, total: 0 }));
  }

  add({ route, outcome, tookUs }: CountedRequest): void {
    this.total += 1;
    for (const counted of this.objectives) {
      const { objective, routes } = counted.kept;
      if (routes?.includes(route) === false) continue;
      counted.total += 1;
      if (outcome !== "ok" || (objective.indicator?.kind === "latency" && keeps(objective, inUnit(objective, usToMs(tookUs))) === false)) counted.bad += 1;
    }
  }

  /** Requests that have no answer yet, although the next step begins: bad for every objective. */
  addUnanswered(count: number): void {
    this.total += count;
    for (const counted of this.objectives) {
      counted.total += count;
      counted.bad += count;
    }
  }

  addAll(other: StepCounts): void {
    this.total += other.total;
    for (const [index, counted] of this.objectives.entries()) {
      counted.bad += other.objectives[index]?.bad ?? 0;
      counted.total += other.objectives[index]?.total ?? 0;
    }
  }
}

/** One objective by the exact binomial rule. */
export function ruleCounted({ kept, bad, total }: CountedObjective): TriedOutcome {
  return ruleBinomial(bad, total, kept.allowedShare);
}

export function ruleCounts(counts: StepCounts): TriedOutcome {
  return outcomeOfAll(counts.objectives.map(ruleCounted));
}
