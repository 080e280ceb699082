/** What a scenario with a search must be like, so that what the search finds means something. Pure. */

import { cleanSamplesNeeded } from "../../../base/binomial.ts";
import { parseDurationMs } from "../../../base/duration.ts";
import { RoadworthyError } from "../../../base/error.ts";
import type { ScenarioDefinition } from "../../scenario.ts";
import type { Target } from "../../target/target.ts";
import { isSearch, routesOf, type SearchWorkload } from "../workload.ts";
import { keptObjective, type KeptObjective } from "./kept-objective.ts";
import { countedRequests, searchLengthMs } from "./search-steps.ts";

/** Throws `scenario-invalid`. The names in it have been found to exist. */
export function checkSearch(scenario: ScenarioDefinition, target: Target): void {
  const [search, another] = scenario.workloads.filter(isSearch);
  if (search === undefined) return;
  if (another !== undefined) throw invalid(search, `searches while "${another.name}" does`, "give each search a scenario of its own: two of them disturb one another");
  if (scenario.steps.length > 0 || scenario.random.length > 0) throw invalid(search, "searches while faults are injected", "a rate that is too much and a fault cannot be told from one another: leave the faults to another scenario");
  checkRoom(scenario, search);
  for (const name of search.profile.keep) checkKept(search, target, name);
  checkRules(scenario, search, target);
}

function checkRoom({ phases }: ScenarioDefinition, search: SearchWorkload): void {
  const roomMs = [phases.baseline, phases.recovery, phases.after].reduce((sum, length) => sum + (length === undefined ? 0 : parseDurationMs(length)), 0);
  const needMs = searchLengthMs(search.profile);
  if (needMs > roomMs) throw invalid(search, `may take ${needMs / 1000} s to search, and the phases after the warm-up last ${roomMs / 1000} s`, "make the baseline longer, or its steps fewer or shorter");
}

function checkKept(search: SearchWorkload, target: Target, name: string): void {
  const objective = target.objectives.find(({ id }) => id === name);
  const kept = objective === undefined ? null : keptObjective(objective);
  if (kept === null) throw invalid(search, `is to keep ${name}, which is no limit on the latency or availability of requests`, "name an objective of indicator latency or availability that allows some bad requests");
  if (!meets(kept, search)) throw invalid(search, `is to keep ${name}, which is about other routes`, `it sends ${routesOf(search, []).join(", ")}`);
  const needed = cleanSamplesNeeded(0, 0, kept.allowedShare) ?? 0;
  const counted = countedRequests(search.profile, search.profile.from);
  if (counted < needed) throw invalid(search, `counts ${counted} requests in a step at ${search.profile.from}/s, and ${name} needs ${needed} to be shown to hold`, "begin at a higher rate, or make its steps longer");
}

function meets({ routes }: Pick<KeptObjective, "routes">, search: SearchWorkload): boolean {
  return routes === undefined || routesOf(search, []).some((route) => routes.includes(route));
}

/** Requests that were too many on purpose would be blamed on the target. */
function checkRules({ rules }: ScenarioDefinition, search: SearchWorkload, target: Target): void {
  for (const { id, sameAs, indicator } of target.objectives.filter((objective) => rules.includes(objective.id))) {
    const spec = indicator ?? target.objectives.find((other) => other.id === sameAs)?.indicator;
    if (spec?.kind !== "latency" && spec?.kind !== "availability" && spec?.kind !== "unexpected-answers") continue;
    if (meets({ routes: spec.routes }, search)) throw invalid(search, `sends more than the target can take, on which ${id} would be ruled`, "leave it to a scenario without a search, and name it in `keep`");
  }
}

function invalid({ name }: SearchWorkload, what: string, hint: string): RoadworthyError {
  return new RoadworthyError("scenario-invalid", `workload "${name}" ${what}`, { hint, where: name });
}
