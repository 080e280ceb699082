/** Which instant belongs to which judged phase. Requests and items belong to the phase of their intended start (MEASURES.md). */

import { usToMs } from "../../base/duration.ts";
import type { InstantUs } from "../../base/time.ts";
import type { LogEvent } from "../../log/event.ts";
import type { JudgedPhase, PhaseName } from "../../scenario/objective.ts";

export interface PhaseSpan {
  name: PhaseName;
  beginUs: InstantUs;
  /** null while it lasts, or when the log ends before it. */
  endUs: InstantUs | null;
}

const judged: { readonly [Phase in JudgedPhase]: readonly PhaseName[] } = {
  baseline: ["baseline"],
  fault: ["fault"],
  recovery: ["recovery"],
  after: ["after"],
  steady: ["baseline", "after"],
  all: ["baseline", "fault", "recovery", "after"],
};

/** The phases that a judged phase is made of. */
export function phasesOf(phase: JudgedPhase): readonly PhaseName[] {
  return judged[phase];
}

/** Follows the phase events of one scenario. */
export class PhaseWindows {
  readonly #spans: PhaseSpan[] = [];
  #lastUs: InstantUs = 0;

  step(event: LogEvent): void {
    // The cleanup comes when the whole suite has ended, long after the scenario.
    if (event.at > this.#lastUs && event.type !== "cleanup") this.#lastUs = event.at;
    if (event.type !== "phase") return;
    if (event.edge === "begin") this.#spans.push({ name: event.name, beginUs: event.at, endUs: null });
    const open = this.#spans.find((span) => span.name === event.name && span.endUs === null);
    if (event.edge === "end" && open !== undefined) open.endUs = event.at;
  }

  get spans(): readonly PhaseSpan[] {
    return this.#spans;
  }

  /** Time of the scenario's newest event. */
  get lastUs(): InstantUs {
    return this.#lastUs;
  }

  /** The phase that `instantUs` lies in: its begin included, its end not. */
  phaseAt(instantUs: InstantUs): PhaseName | null {
    // Newest first: nearly every question is about the present.
    for (let index = this.#spans.length - 1; index >= 0; index -= 1) {
      const span = this.#spans[index];
      if (span !== undefined && instantUs >= span.beginUs && (span.endUs === null || instantUs < span.endUs)) return span.name;
    }
    return null;
  }

  contains(phase: JudgedPhase, instantUs: InstantUs): boolean {
    const name = this.phaseAt(instantUs);
    return name !== null && judged[phase].includes(name);
  }

  /** Spans of the judged phase that have begun, in order; an open one ends at the newest event. */
  judgedSpans(phase: JudgedPhase): { name: PhaseName; beginUs: InstantUs; endUs: InstantUs }[] {
    return this.#spans
      .filter((span) => judged[phase].includes(span.name))
      .map((span) => ({ name: span.name, beginUs: span.beginUs, endUs: span.endUs ?? Math.max(span.beginUs, this.#lastUs) }));
  }

  began(phase: JudgedPhase): boolean {
    return this.#spans.some((span) => judged[phase].includes(span.name));
  }

  judgedSeconds(phase: JudgedPhase): number {
    return this.judgedSpans(phase).reduce((sum, span) => sum + usToMs(span.endUs - span.beginUs), 0) / 1000;
  }
}

/** Why there is nothing to judge in `phase`. */
export function neverBegan(phase: JudgedPhase): { kind: "unmeasured"; why: string } {
  return { kind: "unmeasured", why: phase === "steady" ? "neither baseline nor after began" : `phase ${phase} never began` };
}
