/** Per kind of indicator: what the plan gives it, what a pass needs (MEASURES.md, the verdict), and what stands against one. */

import { parseDurationMs, toMs } from "../../base/duration.ts";
import type { IndicatorSpec } from "../../scenario/indicator.ts";
import type { Objective } from "../../scenario/objective.ts";
import { isSearch } from "../../scenario/workload/workload.ts";
import { keeps } from "../../sli/concepts/limit.ts";
import { cleanSamplesNeeded } from "../../base/binomial.ts";
import type { Claim } from "../claim.ts";
import { leastOffer } from "../verdict/rules/rate.ts";
import { proportionClaim } from "../verdict/rules/proportion.ts";
import { leastSamples } from "../verdict/rules/samples.ts";
import { faultChange, moreItems, moreRequests, moreTime } from "./change.ts";
import { durationExpectation, lossExpectation } from "./fault-expectation.ts";
import type { PlannedRun } from "./planned-run.ts";

export interface Expectation {
  /** null: known afterwards only. */
  given: number | null;
  needed: number;
  noun: string;
  /** Why no number of samples would do, or null. */
  obstacle: string | null;
  /** What to change in the scenario's file when they are too few. */
  change: string;
  note?: string;
}

export function expectationOf({ objective, spec }: Claim, planned: PlannedRun): Expectation {
  switch (spec.kind) {
    case "latency":
    case "availability":
      return share({ objective, spec }, { given: planned.requestsIn(objective.phase, spec.routes), noun: "requests", more: (needed, given) => moreRequests(planned, { phase: objective.phase, routes: spec.routes, needed, given }) });
    case "completion-time":
    case "completion-errors":
      return share({ objective, spec }, { given: planned.itemsIn(objective.phase, spec.completion), noun: "items", more: (needed, given) => moreItems(planned, { phase: objective.phase, completion: spec.completion, needed, given }) });
    case "throughput":
      return searched(objective, planned) ?? rate(objective, { given: planned.requestsIn(objective.phase, spec.routes), perSecond: 1, lengthMs: planned.lengthMs(objective.phase), noun: "requests" });
    case "completion-rate":
      return rate(objective, { given: planned.itemsIn(objective.phase, spec.completion), perSecond: toMs(1, spec.per) / 1000, lengthMs: planned.lengthMs(objective.phase), noun: "items" });
    case "gauge":
      return samples(objective, { given: planned.ticksIn(objective.phase, planned.target.gauges[spec.gauge]?.every), every: planned.target.gauges[spec.gauge]?.every, planned });
    case "recovery-time":
    case "mean-recovery-time":
    case "resume-time":
      return durationExpectation({ objective, spec }, planned);
    case "loss-age":
      return lossExpectation({ objective, spec }, planned);
    case "ledger":
      return counted(objective, ledgerExercise(spec, planned));
    case "unexpected-answers":
      return counted(objective, { given: planned.requestsIn(objective.phase, spec.routes), noun: "requests", change: moreRequests(planned, { phase: objective.phase, routes: spec.routes, needed: 1, given: 0 }) });
    case "probe-time":
      return counted(objective, { given: planned.ticksIn(objective.phase, planned.target.probes[spec.probe]?.every), noun: "checks", change: moreTime(objective.phase) });
    case "health-lies":
      return counted(objective, healthExercise(spec, planned));
    case "restore-checks":
      return counted(objective, restoreExercise(spec, planned));
    case "fact":
      return counted(objective, { given: null, noun: "values after the run", change: "" });
    case "boot":
      return counted(objective, { given: Object.keys(planned.target.nodes).length, noun: "nodes", change: "" });
  }
}

/** Percentiles and shares: the exact binomial rule. With no bad one neither clusters nor a drift ask for more. */
function share({ objective, spec }: Claim, { given, noun, more }: { given: number | null; noun: string; more: (needed: number, given: number) => string }): Expectation {
  const claim = proportionClaim(objective, spec);
  if (claim === null) return { given, needed: 1, noun, obstacle: unfit(objective), change: "" };
  // A claim of "none at all" is a count.
  const needed = Math.max(1, cleanSamplesNeeded(0, 0, claim.allowed) ?? 1);
  return { given, needed, noun, obstacle: null, change: more(needed, given ?? 0) };
}

/** Of rates: so many must be offered that 1.2 times the limit is. */
function rate(objective: Objective, { given, perSecond, lengthMs, noun }: { given: number | null; perSecond: number; lengthMs: number; noun: string }): Expectation {
  const { op, limit } = objective;
  if ((op !== ">" && op !== ">=") || typeof limit !== "number") return { given, needed: 1, noun, obstacle: op === "measure" ? null : unfit(objective), change: "" };
  const needed = Math.max(1, Math.ceil((leastOffer * limit * lengthMs) / 1000 / perSecond - 1e-9));
  const neededPerSecond = Number(((leastOffer * limit) / perSecond).toPrecision(3));
  return { given, needed, noun, obstacle: null, change: `workloads: offer at least ${neededPerSecond} ${noun} a second, 1.2 times the limit` };
}

/** What a search finds has no number of requests to wait for, and is at most the highest rate that it tries; null without one. */
function searched({ op, limit }: Objective, { scenario }: PlannedRun): Expectation | null {
  const search = scenario.workloads.find(isSearch);
  if (search === undefined || (op !== ">" && op !== ">=") || typeof limit !== "number") return null;
  const { to } = search.profile;
  const obstacle = keeps({ op, limit }, to) === true ? null : `the search "${search.name}" tries no rate above ${to}/s`;
  return { given: null, needed: 1, noun: "requests", obstacle, change: `workloads: give "${search.name}" a higher \`to\`` };
}

function samples(objective: Objective, { given, every, planned }: { given: number; every: string | undefined; planned: PlannedRun }): Expectation {
  const neededMs = leastSamples * (every === undefined ? 0 : parseDurationMs(every));
  const obstacle = objective.op !== "measure" && keeps(objective, 0) === null ? unfit(objective) : null;
  return { given, needed: leastSamples, noun: "samples", obstacle, change: moreTime(objective.phase, { neededMs, plannedMs: planned.lengthMs(objective.phase) }) };
}

interface Exercise {
  given: number | null;
  noun: string;
  obstacle?: string | null;
  change: string;
}

/** Counts, yes or no, sets: exercised at least once. */
function counted(objective: Objective, { given, noun, obstacle, change }: Exercise): Expectation {
  const isUnfit = objective.op !== "exists" && objective.op !== "measure" && keeps(objective, 0) === null;
  return { given, needed: 1, noun, obstacle: isUnfit ? unfit(objective) : (obstacle ?? null), change };
}

function ledgerExercise({ ledger, set }: Extract<IndicatorSpec, { kind: "ledger" }>, planned: PlannedRun): Exercise {
  const noReadBack = Object.keys(planned.target.ledgers[ledger]?.readBack ?? {}).length === 0;
  const obstacle = noReadBack ? `the target has no way to read ledger ${ledger} back` : null;
  const change = moreRequests(planned, { phase: "all", routes: planned.writersOf(ledger), needed: 1, given: 0 });
  // Which writes are refused is the target's doing.
  if (set === "resurrected") return { given: null, noun: "refused writes", obstacle, change };
  return { given: planned.writesWithin(ledger, planned.whole), noun: "writes", obstacle, change };
}

/** One for each check of each restore that the scenario plans. */
function restoreExercise({ node }: Extract<IndicatorSpec, { kind: "restore-checks" }>, { scenario, target }: PlannedRun): Exercise {
  const restores = scenario.steps.flatMap(({ repair }) => (repair?.steps ?? []).filter((step) => step.kind === "restore" && step.node === node));
  const checks = Object.keys(target.backups[node]?.checks ?? {}).length;
  return { given: restores.length * checks, noun: "checks", obstacle: checks === 0 ? `the back-up of ${node} has no checks` : null, change: faultChange(`a fault store-destroy on ${node} with a restore in its repair`) };
}

/** Only the run shows whether a fault takes away what the other probe looks at; that there must be one, and long enough, the plan shows. */
function healthExercise({ probe }: Extract<IndicatorSpec, { kind: "health-lies" }>, planned: PlannedRun): Exercise {
  const { every, timeout } = planned.target.probes[probe] ?? { every: "1s", timeout: "0s" };
  const graceMs = parseDurationMs(timeout);
  const given = planned.faults(undefined).reduce((sum, { injectAtMs, healAtMs }) => sum + Math.max(0, Math.floor((healAtMs - injectAtMs - graceMs) / parseDurationMs(every))), 0);
  return { given, noun: "answers under a fault", change: faultChange(`a fault that is held for longer than ${timeout} and one interval of probe ${probe}`) };
}

function unfit({ op, limit }: Objective): string {
  return `operator ${op} with limit ${JSON.stringify(limit)} cannot be judged by this indicator`;
}
