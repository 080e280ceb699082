/**
 * Folds the log while it is written: decides when to stop and when all items have finished, and feeds the progress display.
 * It never rules on an objective.
 */

import { parseDurationMs } from "../../../base/duration.ts";
import type { InstantUs } from "../../../base/time.ts";
import type { LogEvent } from "../../../log/event.ts";
import type { Scenario, StopCondition } from "../../../scenario/scenario.ts";
import { loadProcessesOf } from "../../../scenario/workload/workload.ts";
import type { Target } from "../../../scenario/target/target.ts";

/** What the display calls "now". */
const rateWindowUs = 1_000_000;
/** How far apart the segments of several processes may be read. */
const outOfOrderUs = 1_000_000;
/** Answers are forgotten in heaps: to move the rest up for each single one would cost more than keeping it. */
const forgetAtOnce = 1000;

export interface Breach {
  condition: StopCondition;
  message: string;
}

interface Answer {
  atUs: InstantUs;
  bad: boolean;
}

export class Watch {
  readonly #conditions: readonly StopCondition[];
  /** Answers older than this are of no use. */
  readonly #keptUs: number;
  readonly #completionOf: ReadonlyMap<string, string>;
  readonly #answers: Answer[] = [];
  /** Since when what a condition looks at has been bad without a break. */
  readonly #badSince = new Map<StopCondition, InstantUs>();
  readonly #open = new Map<string, Set<string>>();
  readonly #done = new Set<string>();
  #firstAnswerUs = Number.POSITIVE_INFINITY;
  /** Load processes that have not ended yet. */
  #loads: number;

  constructor(scenario: Scenario, target: Target) {
    this.#loads = loadProcessesOf(scenario.workloads);
    this.#conditions = scenario.stop === "none" ? [] : scenario.stop;
    this.#keptUs = Math.max(rateWindowUs, ...this.#conditions.map((condition) => (condition.when === "error-ratio" ? parseDurationMs(condition.over) * 1000 : 0)));
    this.#completionOf = new Map(Object.entries(target.completions).map(([completion, spec]) => [completion, spec.ledger]));
  }

  take(event: LogEvent): void {
    if (event.type === "request") this.#answered({ atUs: event.at, bad: event.outcome !== "ok" });
    else if (event.type === "probe") this.#takeProbe(event.probe, event.ok, event.at);
    else if (event.type === "gauge") this.#takeGauge(event.gauge, event.value, event.at);
    else if (event.type === "write" && event.what === "ok") this.#acknowledge(event.ledger, event.id);
    else if (event.type === "completion") this.#finish(event.completion, event.done);
    else if (event.type === "load-end") this.#loads -= 1;
  }

  get loadEnded(): boolean {
    return this.#loads <= 0;
  }

  /** Acknowledged writes that a completion is to finish and has not. */
  get openItems(): number {
    return [...this.#open.values()].reduce((sum, ids) => sum + ids.size, 0);
  }

  /** The first stop condition that is breached at `nowUs`, or null. */
  breach(nowUs: InstantUs): Breach | null {
    for (const condition of this.#conditions) {
      const message = this.#breached(condition, nowUs);
      if (message !== null) return { condition, message };
    }
    return null;
  }

  /** Requests and failures of the last second. */
  rates(nowUs: InstantUs): { requestsPerSecond: number; errorsPerSecond: number } {
    const recent = this.#since(nowUs - rateWindowUs);
    return { requestsPerSecond: recent.length, errorsPerSecond: recent.filter((answer) => answer.bad).length };
  }

  #breached(condition: StopCondition, nowUs: InstantUs): string | null {
    switch (condition.when) {
      case "error-ratio":
        return this.#tooManyErrors(condition, nowUs);
      case "probe-down":
        return this.#held(condition, nowUs) ? `probe ${condition.probe} was down for more than ${condition.for}` : null;
      case "gauge-above":
        return this.#held(condition, nowUs) ? `gauge ${condition.gauge} was above ${condition.above} for more than ${condition.for}` : null;
    }
  }

  #tooManyErrors(condition: Extract<StopCondition, { when: "error-ratio" }>, nowUs: InstantUs): string | null {
    const windowUs = parseDurationMs(condition.over) * 1000;
    // Before there has been a whole window, a few early failures would look like a breach of all of it.
    if (nowUs - this.#firstAnswerUs < windowUs) return null;
    const answers = this.#since(nowUs - windowUs);
    const bad = answers.filter((answer) => answer.bad).length;
    if (bad <= condition.above * answers.length) return null;
    return `${bad} of ${answers.length} requests failed within ${condition.over}; more than ${condition.above * 100} % was to stop the run`;
  }

  /** One process tells the time of its answers in order, several do so nearly. */
  #answered(answer: Answer): void {
    this.#answers.push(answer);
    this.#firstAnswerUs = Math.min(this.#firstAnswerUs, answer.atUs);
    const lastOfHeap = this.#answers[forgetAtOnce - 1];
    if (lastOfHeap !== undefined && lastOfHeap.atUs < answer.atUs - this.#keptUs - outOfOrderUs) this.#answers.splice(0, forgetAtOnce);
  }

  #since(fromUs: InstantUs): Answer[] {
    return this.#answers.filter((answer) => answer.atUs >= fromUs);
  }

  #takeProbe(probe: string, ok: boolean, atUs: InstantUs): void {
    for (const condition of this.#conditions) {
      if (condition.when === "probe-down" && condition.probe === probe) this.#mark(condition, ok ? null : atUs);
    }
  }

  #takeGauge(gauge: string, value: number | null, atUs: InstantUs): void {
    if (value === null) return;
    for (const condition of this.#conditions) {
      if (condition.when === "gauge-above" && condition.gauge === gauge) this.#mark(condition, value > condition.above ? atUs : null);
    }
  }

  /** Notes since when it has been bad; null clears it. */
  #mark(condition: StopCondition, badAtUs: InstantUs | null): void {
    if (badAtUs === null) this.#badSince.delete(condition);
    else if (!this.#badSince.has(condition)) this.#badSince.set(condition, badAtUs);
  }

  #held(condition: Extract<StopCondition, { for: string }>, nowUs: InstantUs): boolean {
    const sinceUs = this.#badSince.get(condition);
    return sinceUs !== undefined && nowUs - sinceUs > parseDurationMs(condition.for) * 1000;
  }

  #acknowledge(ledger: string, id: string): void {
    if (this.#done.has(`${ledger}/${id}`) || ![...this.#completionOf.values()].includes(ledger)) return;
    const ids = this.#open.get(ledger) ?? new Set<string>();
    this.#open.set(ledger, ids.add(id));
  }

  #finish(completion: string, done: readonly { id: string }[]): void {
    const ledger = this.#completionOf.get(completion);
    if (ledger === undefined) return;
    for (const { id } of done) {
      this.#open.get(ledger)?.delete(id);
      // The segments of load and probe are followed one after the other, so a finish may be read before its acknowledgement.
      this.#done.add(`${ledger}/${id}`);
    }
  }
}
