/** What a scenario will give its objectives to be judged by, told from the plan alone. Pure: asks no system and no clock. */

import { parseDurationMs } from "../../base/duration.ts";
import type { JudgedPhase } from "../../scenario/objective.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import type { Target } from "../../scenario/target/target.ts";
import { timelineOf, type PlannedStep, type Timeline } from "../../scenario/timeline.ts";
import { phasesOf } from "../../sli/concepts/phase-window.ts";

export interface Span {
  fromMs: number;
  toMs: number;
}

/** How many requests to any of `routes` (to all when undefined) are due in a span of the scenario's clock; null when it hangs on the answers. */
export type RequestsDue = (routes: readonly string[] | undefined, span: Span) => number | null;

export class PlannedRun {
  readonly scenario: Scenario;
  readonly target: Target;
  readonly timeline: Timeline;
  readonly #due: RequestsDue;

  constructor(scenario: Scenario, target: Target, due: RequestsDue) {
    this.scenario = scenario;
    this.target = target;
    this.timeline = timelineOf(scenario);
    this.#due = due;
  }

  get whole(): Span {
    return { fromMs: 0, toMs: this.timeline.totalMs };
  }

  spansOf(phase: JudgedPhase): Span[] {
    const names = phasesOf(phase);
    return this.timeline.phases.filter(({ name }) => names.includes(name)).map(({ startMs, endMs }) => ({ fromMs: startMs, toMs: endMs }));
  }

  lengthMs(phase: JudgedPhase): number {
    return this.spansOf(phase).reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  }

  requestsWithin(routes: readonly string[] | undefined, span: Span): number | null {
    return this.#due(routes, span);
  }

  requestsIn(phase: JudgedPhase, routes: readonly string[] | undefined): number | null {
    return this.spansOf(phase).reduce<number | null>((sum, span) => added(sum, this.#due(routes, span)), 0);
  }

  /** Routes whose requests are tracked writes of this ledger. */
  writersOf(ledger: string): string[] {
    return Object.entries(this.target.routes).flatMap(([name, route]) => (route.write?.ledger === ledger ? [name] : []));
  }

  /** Items offered to a completion in the phase. */
  itemsIn(phase: JudgedPhase, completion: string): number | null {
    return this.requestsIn(phase, this.writersOf(this.target.completions[completion]?.ledger ?? ""));
  }

  writesWithin(ledger: string, span: Span): number | null {
    return this.#due(this.writersOf(ledger), span);
  }

  /** How often something is done that is done every so often. */
  ticksIn(phase: JudgedPhase, every: string | undefined): number {
    if (every === undefined) return 0;
    return this.spansOf(phase).reduce((sum, span) => sum + ticksWithin(span, every), 0);
  }

  /** Faults of these kinds; all when undefined. */
  faults(kinds: readonly string[] | undefined): PlannedStep[] {
    return this.timeline.steps.filter(({ step }) => kinds?.includes(step.fault.kind) !== false);
  }

  /** From the injection of a fault to that of the next one that does not overlap with it, or to the end of the load. */
  spanOfFault({ injectAtMs, healAtMs }: PlannedStep): Span {
    const next = this.timeline.steps.map((other) => other.injectAtMs).filter((atMs) => atMs > healAtMs);
    return { fromMs: injectAtMs, toMs: Math.min(this.timeline.totalMs, ...next) };
  }
}

export function ticksWithin({ fromMs, toMs }: Span, every: string): number {
  return Math.floor((toMs - fromMs) / parseDurationMs(every));
}

function added(sum: number | null, more: number | null): number | null {
  return sum === null || more === null ? null : sum + more;
}
