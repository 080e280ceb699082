/** How many requests the load of a scenario will send to which routes, by the schedules that the run itself uses. Pure. */

import { dice } from "../../base/random.ts";
import type { ArrivalTable } from "../../drive/load/pace/arrival-file.ts";
import { offeredBy } from "../../drive/load/pace.ts";
import type { RequestsDue } from "../../judge/outlook/planned-run.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { isOwn, type OwnWorkload, type Workload } from "../../scenario/workload/workload.ts";

/** Beyond it, random arrivals are not counted one by one. */
const mostCounted = 2_000_000;

/** Journeys with weights are drawn by the seed: of such, a route gets its share. `replays`: what the files of the workloads hold. */
export function requestsDue(scenario: Scenario, seed: number, replays: ReadonlyMap<string, ArrivalTable>): RequestsDue {
  const counters = scenario.workloads.map((workload) => counterOf(workload, seed, replays.get(workload.name)));
  return (routes, span) => {
    const counts = counters.map((count) => count(routes, span));
    return counts.includes(null) ? null : Math.floor(counts.reduce<number>((sum, count) => sum + (count ?? 0), 0) + 1e-9);
  };
}

function counterOf(workload: Workload, seed: number, arrivals: ArrivalTable | undefined): RequestsDue {
  // What a script asks stands in the script, and how often autocannon does hangs on the answers.
  if (!isOwn(workload)) return (routes) => (workload.engine === "autocannon" && routes?.includes(workload.route) === false ? 0 : null);
  if (workload.profile.shape === "closed" || workload.profile.shape === "search") return (routes) => (stepsPerArrival(workload, routes) === 0 ? 0 : null);
  const dueBy = arrivalsBy(workload, seed, arrivals);
  return (routes, { fromMs, toMs }) => {
    const perArrival = arrivals === undefined ? stepsPerArrival(workload, routes) : shareOf(arrivals, routes);
    return perArrival === 0 ? 0 : perArrival * (dueBy(toMs) - dueBy(fromMs));
  };
}

/** Arrivals before an instant; each instant is reckoned once. */
function arrivalsBy({ name, profile }: OwnWorkload, seed: number, arrivals: ArrivalTable | undefined): (atMs: number) => number {
  const known = new Map<number, number>();
  const reckon = (atMs: number): number => {
    if (profile.shape !== "poisson") return offeredBy(profile, atMs, arrivals === undefined ? {} : { arrivals });
    const expected = (profile.rate * atMs) / 1000;
    return expected > mostCounted ? Math.round(expected) : offeredBy(profile, atMs, { roll: dice(seed, `load/${name}/arrivals`) });
  };
  return (atMs) => {
    const count = known.get(atMs) ?? reckon(atMs);
    known.set(atMs, count);
    return count;
  };
}

/** Requests to one of the routes that one arrival brings, on average. */
function stepsPerArrival({ journeys }: OwnWorkload, routes: readonly string[] | undefined): number {
  const total = journeys.reduce((sum, { weight }) => sum + weight, 0);
  return journeys.reduce((sum, { weight, steps }) => sum + (weight / total) * steps.filter((step) => routes?.includes(step) !== false).length, 0);
}

/** Share of a file's arrivals that go to one of the routes. */
function shareOf({ route, routes: names }: ArrivalTable, routes: readonly string[] | undefined): number {
  if (routes === undefined) return 1;
  const wanted = names.map((name) => routes.includes(name));
  return route.reduce((count, place) => count + (wanted[place] === true ? 1 : 0), 0) / Math.max(1, route.length);
}
