/** Of whole systems: which promises no scenario rules on, and what it would take to show them. */

import type { Objective } from "../../scenario/objective.ts";
import type { ScenarioDefinition } from "../../scenario/scenario.ts";
import { uncovered, type Uncovered } from "./coverage.ts";

export interface PromisingSystem {
  name: string;
  /** Whether a target stands for it. */
  hasTarget: boolean;
  objectives: readonly Objective[];
}

export interface SystemCoverage extends Counts {
  system: string;
  hasTarget: boolean;
  uncovered: readonly (Uncovered & Pick<Objective, "kind" | "source">)[];
}

/** `own`: those objectives that no roadmap has. `covered` and `notCovered` add up to all of them. */
export interface Counts {
  objectives: number;
  own: number;
  covered: number;
  notCovered: number;
}

/** `scenarios`: all there are; those for other targets count for nothing. */
export function coverageOf({ name, hasTarget, objectives }: PromisingSystem, scenarios: readonly Pick<ScenarioDefinition, "name" | "target" | "rules">[]): SystemCoverage {
  const its = scenarios.filter(({ target }) => target === name);
  const byId = new Map(objectives.map((objective) => [objective.id, objective]));
  const open = uncovered(objectives, new Set(its.flatMap(({ rules }) => rules)), its).flatMap((row) => {
    const objective = byId.get(row.objective);
    return objective === undefined ? [] : [{ ...row, kind: objective.kind, source: objective.source }];
  });
  const own = objectives.filter(({ kind }) => kind === "own").length;
  return { system: name, hasTarget, objectives: objectives.length, own, covered: objectives.length - open.length, notCovered: open.length, uncovered: open };
}

export function countsOf(coverages: readonly Counts[]): Counts {
  const sum = (of: (counts: Counts) => number): number => coverages.reduce((total, counts) => total + of(counts), 0);
  return { objectives: sum(({ objectives }) => objectives), own: sum(({ own }) => own), covered: sum(({ covered }) => covered), notCovered: sum(({ notCovered }) => notCovered) };
}

export function promisesText(coverages: readonly SystemCoverage[]): string {
  const { length } = coverages;
  return [...coverages.flatMap((coverage) => [...systemLines(coverage), ""]), `${length} ${length === 1 ? "system" : "systems"}: ${countsText(countsOf(coverages))}`].join("\n");
}

function systemLines({ system, hasTarget, uncovered: open, ...counts }: SystemCoverage): string[] {
  const width = Math.max(0, ...open.map(({ objective }) => objective.length));
  return [
    `${system}${hasTarget ? "" : " (no target stands for it yet)"}: ${countsText(counts)}${open.length === 0 ? "" : ":"}`,
    ...open.map(({ objective, statement, source, elsewhere }) => `  ${objective.padEnd(width)}  ${statement} (${placeOf(source)}) [${elsewhere === null ? "nothing says how to show it" : `to show it: ${elsewhere}`}]`),
  ];
}

function countsText({ objectives, own, covered, notCovered }: Counts): string {
  return `${objectives} ${objectives === 1 ? "objective" : "objectives"}${own === 0 ? "" : ` (${own} of our own)`}, ${covered} covered by scenarios, ${notCovered} by none`;
}

function placeOf({ document, line, section }: Objective["source"]): string {
  return line === undefined ? `${document}, ${section}` : `${document}:${line}`;
}
