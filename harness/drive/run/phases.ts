/** The phases of a scenario, one after the other, and their edges in its log. */

import { nowUs, waitUntil, type InstantUs } from "../../base/time.ts";
import type { JsonEvent } from "../../log/event.ts";
import type { EventWriter } from "../../log/writer.ts";
import type { Timeline } from "../../scenario/timeline.ts";

/**
 * A log in which edges stand before whatever comes later than they are due, also when the harness itself is late for them: readers go by
 * the order of a log, and requests in between would be due in no phase, or in the one before.
 */
export class PhaseLog implements EventWriter {
  readonly #log: EventWriter;
  #edges: readonly JsonEvent[] = [];

  constructor(log: EventWriter) {
    this.#log = log;
  }

  /** What will be due, in order of time. */
  plan({ phases }: Pick<Timeline, "phases">, startUs: InstantUs): void {
    this.#edges = phases.flatMap(({ name, startMs, endMs }): JsonEvent[] => [
      { type: "phase", at: startUs + startMs * 1000, name, edge: "begin" },
      { type: "phase", at: startUs + endMs * 1000, name, edge: "end" },
    ]);
  }

  /** What is due by now is in the log when this returns. */
  due(): void {
    this.#writeDue(nowUs());
  }

  /** What is not due by now never comes. */
  end(): void {
    this.due();
    this.#edges = [];
  }

  write(event: JsonEvent): void {
    this.#writeDue(event.at);
    this.#log.write(event);
  }

  sync(): void {
    this.#log.sync();
  }

  [Symbol.dispose](): void {
    this.#log[Symbol.dispose]();
  }

  /** Writes the edges that are due by then. */
  #writeDue(atUs: InstantUs): void {
    const later = this.#edges.findIndex(({ at }) => at > atUs);
    const due = later === -1 ? this.#edges : this.#edges.slice(0, later);
    this.#edges = this.#edges.slice(due.length);
    for (const edge of due) this.#log.write(edge);
  }
}

export interface Walk {
  readonly timeline: Pick<Timeline, "phases">;
  readonly startUs: InstantUs;
  readonly log: PhaseLog;
  readonly signal: AbortSignal;
  readonly say: (phase: string) => void;
}

export async function walkPhases({ timeline, startUs, log, signal, say }: Walk): Promise<void> {
  log.plan(timeline, startUs);
  try {
    for (const phase of timeline.phases) {
      await waitUntil(startUs + phase.startMs * 1000, signal);
      log.due();
      say(phase.name);
      await waitUntil(startUs + phase.endMs * 1000, signal);
    }
  } finally {
    log.end();
  }
}
