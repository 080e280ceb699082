/** One row per objective of the target: its worst ruling over the scenarios, with the others beside it. */

import type { RunHeader } from "../../log/event.ts";
import type { Objective } from "../../scenario/objective.ts";
import { distrust } from "../facts/trust.ts";
import { isWorse } from "./merge.ts";
import { claimIn } from "../claim.ts";
import { notCovered, repeated, rule, type Ruled } from "./ruling.ts";
import type { ScenarioJudgement } from "./scenario.ts";
import type { Ruling, SuiteObjective } from "./schema.ts";

export interface SuiteRow {
  objective: SuiteObjective;
  /** Clause for the headline. */
  cause: string;
}

interface Placed extends Ruled {
  /** null: pooled over the scenarios. */
  scenario: string | null;
}

export function suiteRows(header: RunHeader, judged: readonly ScenarioJudgement[]): SuiteRow[] {
  const rulings = new Map(header.target.objectives.map((objective) => [objective.id, rulingsOf(objective, header, judged)]));
  const ofTarget = header.target.objectives.map((objective) => {
    const placed = rulings.get(objective.id) ?? [];
    const original = placed.length > 0 ? null : originalOf(objective, header, rulings);
    const shown = original === null ? placed : original.map((entry) => ({ ...entry, ruling: repeated(objective, entry.ruling) }));
    return rowOf(shown[0]?.ruling ?? notCovered(objective), shown, { header, coverage: objective.coverage ?? null });
  });
  return [...ofTarget, ...workloadRows(header, judged)];
}

/** What tools that send workloads rule themselves, and what searches found: behind the objectives of the target, one row for each name. */
function workloadRows(header: RunHeader, judged: readonly ScenarioJudgement[]): SuiteRow[] {
  const placed = judged.flatMap(({ ruled, verdict }) => ruled.filter(({ ruling }) => ruling.kind === "threshold" || ruling.kind === "capacity").map((entry): Placed => ({ ...entry, scenario: verdict.scenario })));
  const names = new Set(placed.map(({ ruling }) => ruling.objective));
  return [...names].flatMap((name) => {
    const same = placed.filter(({ ruling }) => ruling.objective === name).toSorted((a, b) => severity(b.ruling) - severity(a.ruling));
    return same[0] === undefined ? [] : [rowOf(same[0].ruling, same, { header, coverage: null })];
  });
}

/** Rulings of the rows that this one repeats, over any number of steps; null when there are none. */
function originalOf(objective: Objective, header: RunHeader, rulings: ReadonlyMap<string, readonly Placed[]>): readonly Placed[] | null {
  const visited = new Set([objective.id]);
  let next = objective.sameAs;
  while (next !== undefined && !visited.has(next)) {
    visited.add(next);
    const found = rulings.get(next) ?? [];
    if (found.length > 0) return found;
    next = header.target.objectives.find((entry) => entry.id === next)?.sameAs;
  }
  return null;
}

/** Worst first. A mean over faults is pooled: one ruling over every fault of the suite, and each scenario's beside it. */
function rulingsOf(objective: Objective, header: RunHeader, judged: readonly ScenarioJudgement[]): Placed[] {
  const each = judged.flatMap((scenario) =>
    scenario.ruled.filter((entry) => entry.ruling.objective === objective.id).map((entry): Placed => ({ ...entry, scenario: scenario.verdict.scenario })),
  );
  each.push(...unheard(objective, header, judged));
  const pooled = each.length === 0 ? null : pooledMean(objective, header, judged);
  // Sorting is stable: among equals the scenario that ran first stays first.
  const sorted = each.toSorted((a, b) => severity(b.ruling) - severity(a.ruling));
  return pooled === null ? sorted : [pooled, ...sorted];
}

/** The objective was claimed by a planned scenario that did not run: no data, so inconclusive. */
function unheard(objective: Objective, header: RunHeader, judged: readonly ScenarioJudgement[]): Placed[] {
  return header.planned
    .filter((name) => header.plannedRules?.[name]?.includes(objective.id) === true && !judged.some((entry) => entry.verdict.scenario === name))
    .map((name) => {
      const cause = `scenario ${name} did not run`;
      return { ruling: { ...notCovered(objective), status: "ruled", outcome: "inconclusive", samples: 0, why: `Not measured: ${cause}.` }, cause, scenario: name };
    });
}

function severity(ruling: Ruling): number {
  if (ruling.outcome === null) return 0;
  return isWorse(ruling.outcome, "inconclusive") ? 3 : isWorse(ruling.outcome, "pass") ? 2 : 1;
}

function pooledMean(objective: Objective, header: RunHeader, judged: readonly ScenarioJudgement[]): Placed | null {
  const claim = claimIn(objective, header.target.objectives);
  if (claim?.spec.kind !== "mean-recovery-time") return null;
  const { spec } = claim;
  const withFaults = judged.filter((scenario) => (scenario.means.get(objective.id)?.length ?? 0) > 0);
  const faults = withFaults.flatMap((scenario) =>
    (scenario.means.get(objective.id) ?? []).map((fault) => ({ ...fault, fault: `${scenario.verdict.scenario}/${fault.fault}` })),
  );
  const ruled = withFaults.flatMap(({ header: { scenario }, facts }) =>
    scenario === null ? [] : [{ scenario, distrusted: distrust(facts, scenario, { kind: spec.kind, phase: objective.phase }) }],
  );
  // The scenario with the longest room for a recovery decides whether the limit could be exceeded at all.
  const rulings = ruled.map(({ scenario }) => {
    const ofPass = ruled.find((entry) => entry.distrusted.ofPass !== null)?.distrusted.ofPass ?? null;
    const ofFail = ruled.find((entry) => entry.distrusted.ofFail !== null)?.distrusted.ofFail ?? null;
    return rule(claim, { kind: "durations", faults }, scenario, { ofPass, ofFail });
  });
  const chosen = rulings.find((entry) => entry.ruling.status === "ruled") ?? rulings[0];
  return chosen === undefined ? null : { ...chosen, scenario: null };
}

function rowOf(ruling: Ruling, placed: readonly Placed[], { header, coverage }: { header: RunHeader; coverage: string | null }): SuiteRow {
  const [worst, ...others] = placed;
  const before = header.previous?.objectives.find((entry) => entry.objective === ruling.objective);
  return {
    objective: {
      ...ruling,
      scenario: worst?.scenario ?? null,
      required: header.suite.required.includes(ruling.objective),
      coverage: ruling.status === "not covered" ? coverage : null,
      others: others.map((entry) => ({ ...entry.ruling, scenario: entry.scenario ?? "all" })),
      previous: before === undefined ? null : { outcome: before.outcome, value: before.value },
    },
    cause: worst?.cause ?? "",
  };
}
