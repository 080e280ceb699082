/** A workload and a seed → when its arrivals come and which journey each of them takes. The same seed gives the same ones. */

import { dice, pickWeighted } from "../../../base/random.ts";
import type { OwnWorkload as Workload } from "../../../scenario/workload/workload.ts";
import { paceOf, type Pace, type Supply } from "../pace.ts";
import type { ArrivalTable } from "./arrival-file.ts";
import type { ClosedModel } from "./arrivals.ts";
import { closedModelOf } from "./users.ts";

export interface Schedule {
  pace: Pace;
  closed?: ClosedModel;
  /** Most connections to one address. */
  connections: number;
}

/** Names of routes, one after the other. */
type Steps = readonly string[];

export interface JourneyChoice {
  journeys: readonly Steps[];
  /** Which of them arrival n takes; asked once for each n. */
  choose: (n: number) => number;
}

export function scheduleOf({ name, profile, connections }: Workload, seed: number, supply: Omit<Supply, "roll"> = {}): Schedule {
  const pace = paceOf(profile, { roll: dice(seed, `load/${name}/arrivals`), ...supply });
  if (profile.shape !== "closed") return { pace, connections };
  return { pace, closed: closedModelOf(profile, seed, `load/${name}/think`), connections: profile.users };
}

/** As fast as so many connections allow (`--rate max`): as many users, who do not think. Answers "how fast can it go", and nothing about response time. */
export function maxRateSchedule(connections: number): Required<Schedule> {
  return { pace: (user) => (user < connections ? 0 : Number.POSITIVE_INFINITY), closed: { users: connections, thinkMs: () => 0 }, connections };
}

export function journeyChoiceOf({ name, profile, ...workload }: Workload, seed: number, arrivals?: ArrivalTable): JourneyChoice {
  if (arrivals !== undefined) return { journeys: arrivals.routes.map((route) => [route]), choose: (n) => arrivals.route[n % arrivals.route.length] ?? 0 };
  const journeys = workload.journeys.map(({ steps }) => steps);
  const numbers = [...journeys.keys()];
  const weights = workload.journeys.map(({ weight }) => weight);
  const purpose = `load/${name}/journeys`;
  if (profile.shape !== "closed") {
    const choice = dice(seed, purpose);
    return { journeys, choose: () => pickWeighted(choice, numbers, weights) };
  }
  // Each user has dice of its own, so that it does not matter who is faster.
  const choices = Array.from({ length: profile.users }, (_unused, user) => dice(seed, `${purpose}/${user}`));
  return { journeys, choose: (n) => pickWeighted(choices[n % profile.users] ?? (() => 0), numbers, weights) };
}
