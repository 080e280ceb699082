/** The arrivals of one workload: which one is due next and when, in the open model and in the closed one. */

import type { Pace } from "../pace.ts";
import { DueQueue } from "./due-queue.ts";

/** What makes a source a closed model: users who each run journeys one after the other. */
export interface ClosedModel {
  readonly users: number;
  /** How long a user thinks before the next journey, in ms; asked once after each. */
  thinkMs(user: number): number;
}

export interface Arrivals {
  /** In ms from the start; infinite when nothing is due unless a journey ends. */
  readonly nextDueMs: number;
  /** Takes what is due next: its number. */
  take(): number;
  /** The journey of arrival n is over. */
  over(n: number, atMs: number): void;
}

export function arrivalsOf({ pace, closed }: { pace: Pace; closed?: ClosedModel }): Arrivals {
  return closed === undefined ? openArrivals(pace) : closedArrivals(pace, closed);
}

function openArrivals(pace: Pace): Arrivals {
  let next = 0;
  let nextDueMs = pace(0);
  return {
    get nextDueMs() {
      return nextDueMs;
    },
    take: () => {
      const taken = next;
      next += 1;
      nextDueMs = pace(next);
      return taken;
    },
    over: () => {},
  };
}

/** `pace` says when each user begins. Journey k of user u is arrival k × users + u, so that its data do not depend on who is faster. */
function closedArrivals(pace: Pace, closed: ClosedModel): Arrivals {
  const thinking = new DueQueue();
  let begun = 0;
  const beginsMs = (): number => (begun < closed.users ? pace(begun) : Number.POSITIVE_INFINITY);
  return {
    get nextDueMs() {
      return Math.min(beginsMs(), thinking.nextDueMs);
    },
    take: () => {
      if (thinking.nextDueMs <= beginsMs()) return thinking.take();
      begun += 1;
      return begun - 1;
    },
    over: (n, atMs) => thinking.add(atMs + closed.thinkMs(n % closed.users), n + closed.users),
  };
}
