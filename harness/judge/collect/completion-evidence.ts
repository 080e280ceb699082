/** Completions of the whole scenario without its warm-up: offered, finished, errors, times. */

import type { LogEvent, RunHeader } from "../../log/event.ts";
import { ItemLives } from "../../sli/concepts/completions.ts";
import { mayPrint, percentileOfSorted } from "../../sli/concepts/percentile.ts";
import { PhaseWindows } from "../../sli/concepts/phase-window.ts";
import type { CompletionSummary } from "../evidence.ts";
import { roundMsOrNull, roundValue } from "../verdict/round.ts";

export class CompletionEvidence {
  readonly #phases = new PhaseWindows();
  readonly #items: ReadonlyMap<string, ItemLives>;

  constructor(header: RunHeader) {
    this.#items = new Map(Object.keys(header.target.completions).map((completion) => [completion, new ItemLives(header, completion)]));
  }

  step(event: LogEvent): void {
    this.#phases.step(event);
    for (const items of this.#items.values()) items.step(event);
  }

  read(): CompletionSummary[] {
    const seconds = this.#phases.judgedSeconds("all");
    return [...this.#items].map(([completion, items]) => summary(completion, this.#judged(items), seconds));
  }

  /** Of each acknowledged item: how long it took in ms, or how it ended. */
  #judged(items: ItemLives): (number | "error" | "unfinished")[] {
    const ends: (number | "error" | "unfinished")[] = [];
    for (const life of items.lives) {
      if (life.acknowledgedUs === null || !this.#phases.contains("all", life.intendedUs)) continue;
      ends.push(life.seenUs !== null && !life.ok ? "error" : (items.durationMs(life) ?? "unfinished"));
    }
    return ends;
  }
}

function summary(completion: string, ends: readonly (number | "error" | "unfinished")[], seconds: number): CompletionSummary {
  const sorted = ends.filter((end) => typeof end === "number").toSorted((a, b) => a - b);
  const quantile = (q: number): number | null => (mayPrint(sorted.length, q) ? roundMsOrNull(percentileOfSorted(sorted, q)) : null);
  return {
    completion,
    offeredPerSecond: (seconds === 0 ? 0 : roundValue(ends.length / seconds)) ?? 0,
    finished: sorted.length,
    errors: ends.filter((end) => end === "error").length,
    unfinished: ends.filter((end) => end === "unfinished").length,
    p50Ms: quantile(0.5),
    p95Ms: quantile(0.95),
    maxMs: roundMsOrNull(sorted.at(-1) ?? null),
  };
}
