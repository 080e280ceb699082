/** The search of a load, if it has one: its course, put between the engine, the generator's health and the log. */

import { dice } from "../../../base/random.ts";
import { nowUs, type InstantUs } from "../../../base/time.ts";
import { requestOutcomes, type LoadEvent } from "../../../log/event.ts";
import type { RequestRecord } from "../../../log/record.ts";
import { keptObjectives } from "../../../scenario/workload/search/kept-objective.ts";
import { isSearch, type SearchWorkload } from "../../../scenario/workload/workload.ts";
import type { LoadConfig } from "../config.ts";
import type { Pace } from "../pace.ts";
import { SearchCourse, type SearchNote } from "./search-course.ts";

export interface Search {
  /** By the name of its workload. */
  readonly courses: ReadonlyMap<string, Pace>;
  /** Told before anything is due. */
  begin(startAtUs: InstantUs): void;
  onRequest(request: RequestRecord): void;
  onHealth(event: Extract<LoadEvent, { type: "generator" }>): void;
}

/** null for a load without one. `routes`: names in the order of their numbers in the request log. */
export function searchOf(config: LoadConfig, routes: readonly string[], write: (event: LoadEvent) => void): Search | null {
  const number = config.workloads.findIndex(isSearch);
  const workload = config.workloads[number];
  return workload === undefined || !isSearch(workload) || config.part.number > 1 ? null : started({ workload, number, config, routes, write });
}

interface Parts {
  workload: SearchWorkload;
  number: number;
  config: LoadConfig;
  routes: readonly string[];
  write: (event: LoadEvent) => void;
}

function started({ workload, number, config, routes, write }: Parts): Search {
  const { name, profile } = workload;
  let startAtUs = 0;
  const note = (told: SearchNote): void => {
    const base = { at: nowUs(), workload: name };
    if (told.type === "end") write({ type: "search-end", ...base, endedBy: told.endedBy });
    else write({ type: "search-step", ...base, ratePerSecond: told.ratePerSecond, fromUs: startAtUs + told.fromUs, untilUs: startAtUs + told.untilUs });
  };
  const course = new SearchCourse({ profile, kept: keptObjectives(profile.keep, config.objectives), warmUpMs: config.warmUpMs, roll: dice(config.seed, `load/${name}/search`), note });
  return {
    courses: new Map([[name, course.pace]]),
    begin: (atUs) => {
      startAtUs = atUs;
    },
    onRequest: ({ workload: of, route, outcome, intendedUs, endUs }) => {
      if (of !== number) return;
      course.onRequest({ route: routes[route] ?? "", outcome: requestOutcomes[outcome] ?? "reset", tookUs: endUs - intendedUs, intendedUs: intendedUs - startAtUs });
    },
    onHealth: (event) => course.onHealth(event, event.at - startAtUs),
  };
}
