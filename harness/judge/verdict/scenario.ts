/** Judges one scenario's run: a single pass over its log feeds every indicator, the facts and the evidence. */

import { join } from "node:path";
import { RoadworthyError } from "../../base/error.ts";
import { isoTime } from "../../base/time.ts";
import { usToMs } from "../../base/duration.ts";
import type { LogEvent, RunHeader } from "../../log/event.ts";
import { openLog, type Log, type LogEnd } from "../../log/reader.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { isSearch, type SearchWorkload } from "../../scenario/workload/workload.ts";
import { RecoveryTracker } from "../../sli/concepts/recovery.ts";
import type { RunningFold } from "../../sli/fold.ts";
import { startFold } from "../../sli/index.ts";
import type { Observation } from "../../sli/observation.ts";
import { CapacityFold } from "../../sli/search/capacity.ts";
import { EvidenceFold } from "../collect/evidence-fold.ts";
import type { ScenarioEvidence } from "../evidence.ts";
import { DataLossFold } from "../facts/data-loss.ts";
import { OperationsFold } from "../facts/operation-records.ts";
import { faultRecord } from "../facts/fault-records.ts";
import { DrillFold } from "../facts/recovery-parts.ts";
import { FactsFold, type CleanupEvent, type ScenarioFacts } from "../facts/scenario-facts.ts";
import { controlOf, distrust, wholeDoubt, type Distrust } from "../facts/trust.ts";
import { capacityRow } from "./rules/capacity-row.ts";
import { engineRulings } from "./rules/engine-rulings.ts";
import { exitCodeFor, mergeOutcomes } from "./merge.ts";
import { roundMs, roundMsOrNull } from "./round.ts";
import { claimIn, type Claim } from "../claim.ts";
import { rule, type Ruled } from "./ruling.ts";
import { verdictSchemaVersion, type Outcome, type Verdict } from "./schema.ts";

export interface JudgedScenario {
  header: RunHeader;
  verdict: Verdict;
  evidence: ScenarioEvidence;
}

/** What the suite needs beyond the verdict. */
export interface ScenarioJudgement extends JudgedScenario {
  ruled: readonly Ruled[];
  facts: ScenarioFacts;
  /** By objective: what each ruling was made of. Those about a mean over faults are here whether the scenario rules on them or not. */
  measured: ReadonlyMap<string, Measured>;
}

export interface Measured {
  claim: Claim;
  observation: Observation;
  /** What speaks against a ruling, beside the observation itself. */
  distrusted: Distrust;
}

/** Judges the log in `<folder>/log`, or a log that is open. Throws `run-unreadable`. */
export function judgeScenario(source: string | Log): JudgedScenario {
  const { header, verdict, evidence } = judgeScenarioFully(source, null);
  return { header, verdict, evidence };
}

/** `suiteCleanup`: what the suite's log says of the cleanup, for a scenario whose own log ends before it. */
export function judgeScenarioFully(source: string | Log, suiteCleanup: CleanupEvent | null): ScenarioJudgement {
  const log = typeof source === "string" ? openLog(join(source, "log")) : source;
  const { header } = log;
  const { scenario } = header;
  if (scenario === null) {
    throw new RoadworthyError("run-unreadable", "this is the log of a suite, not of a scenario", { hint: "name the run's folder, or the folder of one of its scenarios" });
  }
  const folds = startFolds(header, scenario);
  const end = passOver(log, folds);
  const facts = folds.facts.read(end);
  const observed = folds.indicators.map(({ claim, fold, rules }) => ({
    claim,
    rules,
    observation: fold.read(),
    distrusted: distrust(facts, scenario, { kind: claim.spec.kind, phase: claim.objective.phase }),
  }));
  const ruled = observed.filter((entry) => entry.rules).map(({ claim, observation, distrusted }) => rule(claim, observation, scenario, distrusted));
  ruled.push(...engineRulings(facts), ...folds.searches.map(({ workload, fold }) => capacityRow(workload, fold.read())));
  const verdict = verdictOf({ header, scenario, facts, ruled, folds, cleanup: facts.cleanup ?? suiteCleanup });
  return { header, verdict, evidence: folds.evidence.read(facts.startUs), ruled, facts, measured: new Map(observed.map((entry) => [entry.claim.objective.id, entry])) };
}

interface StartedFold {
  claim: Claim;
  fold: RunningFold;
  /** Whether the scenario rules on it: means are measured in any case. */
  rules: boolean;
}

interface Folds {
  indicators: readonly StartedFold[];
  searches: readonly { workload: SearchWorkload; fold: CapacityFold }[];
  facts: FactsFold;
  recovery: RecoveryTracker;
  drill: DrillFold;
  dataLoss: DataLossFold;
  operations: OperationsFold;
  evidence: EvidenceFold;
}

function startFolds(header: RunHeader, scenario: Scenario): Folds {
  const indicators = header.target.objectives.flatMap((objective): StartedFold[] => {
    const claim = claimIn(objective, header.target.objectives);
    const rules = scenario.rules.includes(objective.id);
    if (claim === null || (!rules && claim.spec.kind !== "mean-recovery-time")) return [];
    return [{ claim, rules, fold: startFold(claim.spec, { objective: claim.objective, header, scenario }) }];
  });
  return {
    indicators,
    searches: scenario.workloads.filter(isSearch).map((workload) => ({ workload, fold: new CapacityFold(workload, header.target.objectives) })),
    facts: new FactsFold(header, scenario),
    recovery: new RecoveryTracker({ header, scenario }),
    drill: new DrillFold(),
    dataLoss: new DataLossFold(header),
    operations: new OperationsFold(),
    evidence: new EvidenceFold(header, scenario),
  };
}

function passOver(log: Log, folds: Folds): LogEnd {
  const steppers: { step(event: LogEvent): void }[] = [
    folds.facts,
    folds.recovery,
    folds.drill,
    folds.dataLoss,
    folds.operations,
    folds.evidence,
    ...[...folds.indicators, ...folds.searches].map((entry) => entry.fold),
  ];
  const events = log.events();
  for (;;) {
    const next = events.next();
    if (next.done === true) return next.value;
    for (const stepper of steppers) stepper.step(next.value);
  }
}

interface VerdictParts {
  header: RunHeader;
  scenario: Scenario;
  facts: ScenarioFacts;
  ruled: readonly Ruled[];
  folds: Folds;
  cleanup: CleanupEvent | null;
}

function verdictOf({ header, scenario, facts, ruled, folds, cleanup }: VerdictParts): Verdict {
  const incomplete = wholeDoubt(facts) ?? controlOf(header);
  const outcome = outcomeOf(ruled, incomplete);
  const since = (atUs: number): number => roundMs(usToMs(atUs - facts.startUs));
  const { generator, stop, load } = facts;
  const operations = folds.operations.read(facts.startUs);
  const saturation = generator.overloaded ?? generator.starved;
  return {
    schema: verdictSchemaVersion,
    run: header.run,
    scenario: scenario.name,
    title: scenario.title,
    target: header.target.name,
    stack: header.stack,
    outcome,
    exitCode: exitCodeFor({ outcome, stopCodes: stop === null ? [] : [stop.code], cleanupComplete: cleanup?.complete ?? null }),
    incomplete,
    stopped: stop === null ? null : { why: stop.why, message: stop.message },
    startedAt: isoTime(header.startedAtUnixMs),
    durationMs: roundMs(usToMs(facts.endUs - header.at)),
    seed: header.seed,
    phases: facts.phases.spans.map((span) => ({ name: span.name, startMs: since(span.beginUs), endMs: since(span.endUs ?? facts.endUs) })),
    faults: folds.recovery.read().map((recovery) => faultRecord(recovery, folds.drill.of(recovery.fault.id), facts.startUs)),
    steadyState: facts.steady,
    links: facts.links.map((record) => ({ ...record })),
    dataLoss: folds.dataLoss.read(),
    ...(operations.length === 0 ? {} : { operations }),
    generator: { ...load, startLagP99Ms: roundMsOrNull(generator.startLagP99Ms), saturated: saturation !== null, why: saturation ?? generator.unknown },
    rulings: ruled.map((entry) => entry.ruling),
    ...nodesOf(folds.evidence, facts),
    cleanup: { complete: cleanup?.complete ?? null, left: cleanup?.left.map((item) => ({ ...item })) ?? [] },
  };
}

/** Nothing from logs that do not tell. */
function nodesOf({ nodes }: EvidenceFold, { startUs }: ScenarioFacts): Pick<Verdict, "versions" | "images" | "processes"> {
  const { ranOn } = nodes;
  const processes = nodes.processes(startUs);
  return {
    ...(ranOn === null ? {} : { versions: [...ranOn.versions], images: ranOn.images.map((image) => ({ ...image })) }),
    ...(processes === null ? {} : { processes: processes.map((each) => ({ ...each, exits: [...each.exits] })) }),
  };
}

function outcomeOf(ruled: readonly Ruled[], incomplete: string | null): Outcome {
  const outcomes = ruled.flatMap(({ ruling }) => (ruling.outcome === null ? [] : [ruling.outcome]));
  return mergeOutcomes(incomplete === null ? outcomes : [...outcomes, "inconclusive"]);
}
