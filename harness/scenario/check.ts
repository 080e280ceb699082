/** What one schema cannot see: that the names in a scenario, a suite and a target refer to things that exist. Pure. */

import { RoadworthyError } from "../base/error.ts";
import { checkBlastRadius } from "./compose/blast-radius.ts";
import { checkBackups, checkCopies, checkDrill } from "./drill/check-drill.ts";
import { checkLedgerWorkloads } from "./workload/ledger-check.ts";
import type { FaultSpec } from "./fault.ts";
import type { IndicatorSpec } from "./indicator.ts";
import { captureUses, textsOf, type Route } from "./route.ts";
import type { ScenarioDefinition, Suite } from "./scenario.ts";
import type { StoreSpec } from "./target/ledger.ts";
import type { ProbePlace } from "./target/probe.ts";
import type { Query } from "./target/query.ts";
import type { Target } from "./target/target.ts";
import { placesOf } from "./template.ts";
import type { AutocannonWorkload } from "./workload/engines.ts";
import { checkSearch } from "./workload/search/check-search.ts";
import { isOwn, isSearch } from "./workload/workload.ts";

/** One reference: where it stands, what it names, and what there is. */
interface Reference {
  path: string;
  kind: string;
  name: string;
  known: readonly string[];
}

/** Throws `scenario-invalid` naming every reference of the scenario that the target does not know, or every fault beyond its limits. */
export function checkScenario(scenario: ScenarioDefinition, target: Target): void {
  if (scenario.target !== target.name && scenario.target !== target.variantOf) {
    throw new RoadworthyError("scenario-invalid", `scenario "${scenario.name}" is for target "${scenario.target}", not for "${target.name}"`, {
      hint: `choose a scenario of "${target.name}", or --target ${scenario.target}`,
    });
  }
  refuse("scenario-invalid", `scenario "${scenario.name}"`, scenarioReferences(scenario, target));
  for (const workload of scenario.workloads) if (workload.engine === "autocannon") refuseUnrepeatable(workload, target.routes[workload.route]);
  checkLedgerWorkloads(scenario.workloads, target);
  checkBlastRadius(scenario, target.links);
  checkDrill(scenario, target);
  checkSearch(scenario, target);
}

/** Throws `suite-invalid` when a required objective or an untouchable node is not one of the target. */
export function checkSuite(suite: Suite, target: Target): void {
  const known = target.objectives.map((objective) => objective.id);
  const references = suite.required.map((name, index) => ({ path: `required[${index}]`, kind: "objective", name, known }));
  refuse("suite-invalid", `suite "${suite.name}"`, [...references, ...untouchableReferences(suite.limits?.untouchable ?? [], target)]);
}

/** Throws `target-invalid` when nodes, links, probes or objectives of the target name things that it does not have. */
export function checkTarget(target: Target): void {
  refuse("target-invalid", `target "${target.name}"`, [...partReferences(target), ...objectiveReferences(target)]);
  checkBackups(target);
  checkCopies(target);
}

function scenarioReferences(scenario: ScenarioDefinition, target: Target): Reference[] {
  const objectives = target.objectives.map((objective) => objective.id);
  const references: Reference[] = scenario.rules.map((name, index) => ({ path: `rules[${index}]`, kind: "objective", name, known: objectives }));
  for (const [index, { ledger }] of (scenario.restores ?? []).entries()) references.push({ path: `restores[${index}].ledger`, kind: "ledger", name: ledger, known: Object.keys(target.ledgers) });
  for (const [index, name] of (scenario.mayBeInconclusive ?? []).entries()) references.push({ path: `mayBeInconclusive[${index}]`, kind: "objective in rules", name, known: scenario.rules });
  for (const [index, workload] of scenario.workloads.entries()) {
    if (!isOwn(workload)) {
      // A name for requests of a script may be new; what autocannon asks must be there.
      if (workload.engine === "autocannon") references.push({ path: `workloads[${index}].route`, kind: "route", name: workload.route, known: Object.keys(target.routes) });
      if (workload.engine === "ledger") references.push({ path: `workloads[${index}].ledger`, kind: "ledger with a store", name: workload.ledger, known: Object.keys(target.ledgers).filter((name) => target.ledgers[name]?.store !== undefined) });
      continue;
    }
    if (isSearch(workload)) references.push(...workload.profile.keep.map((name, keep) => ({ path: `workloads[${index}].profile.keep[${keep}]`, kind: "objective", name, known: objectives })));
    for (const [journeyIndex, journey] of workload.journeys.entries()) {
      references.push(
        ...journey.steps.map((name, step) => ({
          path: `workloads[${index}].journeys[${journeyIndex}].steps[${step}]`,
          kind: "route",
          name,
          known: Object.keys(target.routes),
        })),
        ...captureUses(journey.steps, target.routes).map(({ step, name, known }) => ({
          path: `workloads[${index}].journeys[${journeyIndex}].steps[${step}]`,
          kind: "value captured by a step before it that is called",
          name,
          known,
        })),
      );
    }
  }
  for (const [index, step] of scenario.steps.entries()) references.push(...faultReferences(step.fault, `steps[${index}].fault`, target));
  for (const [index, { choose }] of scenario.random.entries()) {
    references.push(...choose.flatMap((fault, choice) => faultReferences(fault, `random[${index}].choose[${choice}]`, target)));
  }
  references.push(...untouchableReferences(scenario.limits.untouchable, target));
  for (const [index, condition] of (scenario.stop === "none" ? [] : scenario.stop).entries()) {
    if (condition.when === "probe-down") references.push({ path: `stop[${index}].probe`, kind: "probe", name: condition.probe, known: Object.keys(target.probes) });
    if (condition.when === "gauge-above") references.push({ path: `stop[${index}].gauge`, kind: "gauge", name: condition.gauge, known: Object.keys(target.gauges) });
  }
  references.push(...steadyStateReferences(scenario, target));
  return references;
}

function steadyStateReferences({ steadyState }: ScenarioDefinition, target: Target): Reference[] {
  if (steadyState === "none") return [];
  return [
    ...(steadyState.probes ?? []).map((name, index) => ({ path: `steadyState.probes[${index}]`, kind: "probe", name, known: Object.keys(target.probes) })),
    ...steadyState.gauges.map(({ gauge }, index) => ({ path: `steadyState.gauges[${index}].gauge`, kind: "gauge", name: gauge, known: Object.keys(target.gauges) })),
  ];
}

/** autocannon sends the same bytes again and again, and is no good at answers without a body. */
function refuseUnrepeatable({ name, route: routeName }: AutocannonWorkload, route: Route | undefined): void {
  if (route === undefined) return;
  const why = route.write !== undefined ? "is a tracked write, whose ids must differ" : textsOf(route).some((text) => placesOf(text).length > 0) ? "has places to fill in" : route.method === "HEAD" ? "is asked by HEAD" : null;
  if (why === null) return;
  throw new RoadworthyError("scenario-invalid", `workload "${name}" has autocannon send route "${routeName}", which ${why}`, { hint: "choose a route that can be asked with the same bytes again and again", where: name });
}

function untouchableReferences(names: readonly string[], target: Target): Reference[] {
  return names.map((name, index) => ({ path: `limits.untouchable[${index}]`, kind: "node", name, known: Object.keys(target.nodes) }));
}

function faultReferences(fault: FaultSpec, path: string, target: Target): Reference[] {
  if ("links" in fault) return fault.links.map((name, index) => ({ path: `${path}.links[${index}]`, kind: "link", name, known: Object.keys(target.links) }));
  return [{ path: `${path}.node`, kind: "node", name: fault.node, known: Object.keys(target.nodes) }];
}

function partReferences(target: Target): Reference[] {
  const nodes = Object.keys(target.nodes);
  const node = (path: string, name: string): Reference => ({ path, kind: "node", name, known: nodes });
  return [
    ...Object.entries(target.nodes).flatMap(([name, spec]) => spec.needs.map((need, index) => node(`nodes.${name}.needs[${index}]`, need))),
    ...Object.entries(target.links).flatMap(([name, link]) => [node(`links.${name}.from`, link.from), node(`links.${name}.to`, link.to)]),
    ...Object.entries(target.routes).flatMap(([name, route]) => [
      node(`routes.${name}.node`, route.node),
      ...(route.write === undefined ? [] : [{ path: `routes.${name}.write.ledger`, kind: "ledger", name: route.write.ledger, known: Object.keys(target.ledgers) }]),
    ]),
    ...Object.entries(target.probes).map(([name, { at }]) => placeReference(`probes.${name}.at`, at, target)),
    ...Object.entries(target.ledgers).flatMap(([name, { store }]) => (store === undefined ? [] : [storeReference(`ledgers.${name}.store.at`, store, target)])),
    ...queriesOf(target).flatMap(({ path, query }) => ("node" in query ? [node(`${path}.node`, query.node)] : [])),
    ...Object.entries(target.completions).map(([name, completion]) => ({
      path: `completions.${name}.ledger`,
      kind: "ledger",
      name: completion.ledger,
      known: Object.keys(target.ledgers),
    })),
  ];
}

function placeReference(path: string, at: ProbePlace, { nodes, links }: Target): Reference {
  if ("node" in at) return { path: `${path}.node`, kind: "node", name: at.node, known: Object.keys(nodes) };
  return { path: `${path}.link`, kind: "link", name: at.link, known: Object.keys(links) };
}

/** A table is PostgreSQL's; queues and keys are of Redis. */
function storeReference(path: string, { kind, at }: StoreSpec, { nodes, links }: Target): Reference {
  const needed = kind === "table" ? "postgres" : "redis";
  const isOne = (node: string | undefined): boolean => node !== undefined && nodes[node]?.kind === needed;
  if ("node" in at) return { path: `${path}.node`, kind: `node of kind ${needed}`, name: at.node, known: Object.keys(nodes).filter(isOne) };
  return { path: `${path}.link`, kind: `link to a node of kind ${needed}`, name: at.link, known: Object.keys(links).filter((link) => isOne(links[link]?.to)) };
}

interface PlacedQuery {
  path: string;
  query: Query;
}

function queriesOf(target: Target): PlacedQuery[] {
  return [
    ...queriesOfTable("completions", target.completions),
    ...queriesOfTable("gauges", target.gauges),
    ...queriesOfTable("facts", target.facts),
    ...target.reset.map((query, index) => ({ path: `reset[${index}]`, query })),
    ...Object.entries(target.backups).flatMap(([node, { checks }]) => Object.entries(checks).map(([name, query]) => ({ path: `backups.${node}.checks.${name}`, query }))),
    ...Object.entries(target.ledgers).flatMap(([name, { readBack }]) =>
      Object.entries(readBack).flatMap(([way, queries]) => queries.map((query, index) => ({ path: `ledgers.${name}.readBack.${way}[${index}]`, query }))),
    ),
  ];
}

function queriesOfTable(table: string, rows: Readonly<Record<string, { query: Query }>>): PlacedQuery[] {
  return Object.entries(rows).map(([name, { query }]) => ({ path: `${table}.${name}.query`, query }));
}

function objectiveReferences(target: Target): Reference[] {
  const ids = target.objectives.map((objective) => objective.id);
  return target.objectives.flatMap((objective) => {
    const path = `objectives.${objective.id}`;
    const same = objective.sameAs === undefined ? [] : [{ path: `${path}.sameAs`, kind: "objective", name: objective.sameAs, known: ids }];
    return objective.indicator === null ? same : [...same, ...indicatorReferences(objective.indicator, `${path}.indicator`, target)];
  });
}

function indicatorReferences(indicator: IndicatorSpec, path: string, target: Target): Reference[] {
  const one = (field: string, kind: string, name: string, table: object): Reference => ({ path: `${path}.${field}`, kind, name, known: Object.keys(table) });
  switch (indicator.kind) {
    case "latency":
    case "availability":
    case "throughput":
    case "unexpected-answers":
    case "recovery-time":
      return (indicator.routes ?? []).map((name, index) => one(`routes[${index}]`, "route", name, target.routes));
    case "completion-time":
    case "completion-errors":
    case "completion-rate":
    case "resume-time":
      return [one("completion", "completion", indicator.completion, target.completions)];
    case "gauge":
      return [one("gauge", "gauge", indicator.gauge, target.gauges)];
    case "ledger":
    case "loss-age":
      return [one("ledger", "ledger", indicator.ledger, target.ledgers)];
    case "fact":
      return [one("fact", "fact", indicator.fact, target.facts)];
    case "health-lies":
      return [one("probe", "probe", indicator.probe, target.probes), one("while", "probe", indicator.while, target.probes)];
    case "probe-time":
      return [one("probe", "probe", indicator.probe, target.probes)];
    case "mean-recovery-time":
    case "boot":
      return [];
    case "restore-checks":
      return [one("node", "back-up of node", indicator.node, target.backups)];
  }
}

function refuse(code: "scenario-invalid" | "suite-invalid" | "target-invalid", what: string, references: readonly Reference[]): void {
  const wrong = references.filter((reference) => !reference.known.includes(reference.name));
  if (wrong.length === 0) return;
  const lines = wrong.map((reference) => `${reference.path}: there is no ${reference.kind} "${reference.name}"`);
  const first = wrong[0];
  throw new RoadworthyError(code, `${what} is not valid: ${lines.join("; ")}`, {
    hint: first === undefined || first.known.length === 0 ? "declare it on the target" : `known: ${first.known.slice(0, 20).join(", ")}${first.known.length > 20 ? ", …" : ""}`,
  });
}
