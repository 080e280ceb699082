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
  /** The journey of arrival n is over; `isAnswered`: its last request had an answer, whatever it said. */
  over(n: number, ended: { atMs: number; isAnswered: boolean }): void;
}

/** Least wait of a user whose request had no answer: a server that is away is not called thousands of times a second. */
export const unansweredPauseMs = 100;

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
    over: (n, { atMs, isAnswered }) => {
      const thinkMs = closed.thinkMs(n % closed.users);
      thinking.add(atMs + (isAnswered ? thinkMs : Math.max(thinkMs, unansweredPauseMs)), n + closed.users);
    },
  };
}
