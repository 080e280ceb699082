/**
 * Folds the log while it is written: decides when to stop and when all items have finished, and feeds the progress display.
 * It never rules on an objective.
 */

import { parseDurationMs } from "../../base/duration.ts";
import type { InstantUs } from "../../base/time.ts";
import type { LogEvent } from "../../log/event.ts";
import type { Scenario, StopCondition } from "../../scenario/scenario.ts";
import type { Target } from "../../scenario/target/target.ts";

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
  readonly #completionOf: ReadonlyMap<string, string>;
  readonly #answers: Answer[] = [];
  readonly #badSince = new Map<string, InstantUs>();
  readonly #aboveSince = new Map<string, InstantUs>();
  readonly #open = new Map<string, Set<string>>();
  readonly #done = new Set<string>();
  #loadEnded = false;

  constructor(scenario: Scenario, target: Target) {
    this.#conditions = scenario.stop === "none" ? [] : scenario.stop;
    this.#completionOf = new Map(Object.entries(target.completions).map(([completion, spec]) => [completion, spec.ledger]));
  }

  take(event: LogEvent): void {
    if (event.type === "request") this.#answers.push({ atUs: event.at, bad: event.outcome !== "ok" });
    else if (event.type === "probe") mark(this.#badSince, event.probe, event.ok ? null : event.at);
    else if (event.type === "gauge") this.#takeGauge(event.gauge, event.value, event.at);
    else if (event.type === "write" && event.what === "ok") this.#acknowledge(event.ledger, event.id);
    else if (event.type === "completion") this.#finish(event.completion, event.done);
    else if (event.type === "load-end") this.#loadEnded = true;
  }

  get loadEnded(): boolean {
    return this.#loadEnded;
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
    const recent = this.#answers.filter((answer) => answer.atUs > nowUs - 1_000_000);
    return { requestsPerSecond: recent.length, errorsPerSecond: recent.filter((answer) => answer.bad).length };
  }

  #breached(condition: StopCondition, nowUs: InstantUs): string | null {
    switch (condition.when) {
      case "error-ratio": {
        const windowUs = parseDurationMs(condition.over) * 1000;
        this.#forget(nowUs - windowUs);
        const bad = this.#answers.filter((answer) => answer.bad).length;
        const ratio = this.#answers.length === 0 ? 0 : bad / this.#answers.length;
        const spanUs = nowUs - (this.#answers[0]?.atUs ?? nowUs);
        // Before the window is nearly full, a few early failures would look like a breach of all of it.
        if (spanUs < windowUs * 0.9 || ratio <= condition.above) return null;
        return `${bad} of ${this.#answers.length} requests failed within ${condition.over}; more than ${condition.above * 100} % was to stop the run`;
      }
      case "probe-down":
        return held(this.#badSince.get(condition.probe), condition.for, nowUs) ? `probe ${condition.probe} was down for more than ${condition.for}` : null;
      case "gauge-above":
        return held(this.#aboveSince.get(condition.gauge), condition.for, nowUs)
          ? `gauge ${condition.gauge} was above ${condition.above} for more than ${condition.for}`
          : null;
    }
  }

  #takeGauge(gauge: string, value: number | null, atUs: InstantUs): void {
    const condition = this.#conditions.find((entry) => entry.when === "gauge-above" && entry.gauge === gauge);
    if (condition?.when !== "gauge-above" || value === null) return;
    mark(this.#aboveSince, gauge, value > condition.above ? atUs : null);
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

  #forget(beforeUs: InstantUs): void {
    const keep = this.#answers.findIndex((answer) => answer.atUs >= beforeUs);
    this.#answers.splice(0, keep === -1 ? this.#answers.length : keep);
  }
}

/** Notes since when something has been bad; null clears it. */
function mark(since: Map<string, InstantUs>, name: string, badAtUs: InstantUs | null): void {
  if (badAtUs === null) since.delete(name);
  else if (!since.has(name)) since.set(name, badAtUs);
}

function held(sinceUs: InstantUs | undefined, forAtLeast: string, nowUs: InstantUs): boolean {
  return sinceUs !== undefined && nowUs - sinceUs > parseDurationMs(forAtLeast) * 1000;
}
