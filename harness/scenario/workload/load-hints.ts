/** What the load of a scenario cannot show, said before it runs. Pure. */

import { parseDurationMs } from "../../base/duration.ts";
import type { IndicatorSpec } from "../indicator.ts";
import type { Objective } from "../objective.ts";
import type { Scenario } from "../scenario.ts";
import type { Profile } from "./profile.ts";
import { byEngine, isClosed, routesOf, type Workload } from "./workload.ts";

/** Names of the workloads that make this indicator's latency service time: they have no intended start, so that waiting does not show in it (MEASURES.md). */
export function serviceTimeUnder(spec: IndicatorSpec, workloads: readonly Workload[]): string[] {
  if (spec.kind !== "latency") return [];
  const { routes } = spec;
  return workloads.filter((workload) => isClosed(workload) && (routes === undefined || routesOf(workload, routes).some((route) => routes.includes(route)))).map(({ name }) => name);
}

/** Why no ruling on response time comes out of these, as a clause. */
export function serviceTimeText(closed: readonly string[]): string {
  return `in a closed model (${closed.join(", ")}) this is service time: waiting does not show in it, so it says nothing of response time under open load`;
}

/** One line each; none for a load that shows what its objectives ask. `objectives` are those of the target. */
export function loadHints(scenario: Scenario, objectives: readonly Objective[]): string[] {
  const ruled = objectives.filter(({ id }) => scenario.rules.includes(id));
  const showsGauge = ruled.some(({ sameAs, indicator }) => (indicator ?? objectives.find((other) => other.id === sameAs)?.indicator)?.kind === "gauge");
  return byEngine(scenario.workloads).own.flatMap(({ name, profile }) => (profile.shape === "soak" ? soakHints(name, profile, { scenario, showsGauge }) : []));
}

function soakHints(name: string, { rampUp }: Extract<Profile, { shape: "soak" }>, { scenario, showsGauge }: { scenario: Scenario; showsGauge: boolean }): string[] {
  return [
    ...(showsGauge ? [] : [`a soak finds what grows, and no gauge is ruled on here: add an objective on memory, connections or queue depth, and compare the first and the last part of "${name}" in the report`]),
    ...(parseDurationMs(rampUp) <= parseDurationMs(scenario.phases.warmUp) ? [] : [`"${name}" still rises when the baseline begins: make warmUp at least ${rampUp}`]),
  ];
}
