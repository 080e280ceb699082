/** Operations as the verdict shows them: when each was carried out, how much it moved, and how old what was restored is. */

import { usToMs } from "../../base/duration.ts";
import type { LogEvent } from "../../log/event.ts";
import { roundMs, roundMsOrNull } from "../verdict/round.ts";
import type { OperationRecord } from "../verdict/schema.ts";

type OperationEvent = Extract<LogEvent, { type: "operation" }>;
type EndEvent = Extract<OperationEvent, { stage: "ended" | "failed" }>;

interface Started {
  readonly began: OperationEvent;
  end: EndEvent | null;
  ageMs: number | null;
  readonly parts: { of: string; what: string }[];
}

const mostParts = 64;

export class OperationsFold {
  readonly #started: Started[] = [];

  step(event: LogEvent): void {
    if (event.type === "operation" && event.stage === "began") this.#started.push({ began: event, end: null, ageMs: null, parts: [] });
    else if (event.type === "operation" && event.stage === "advanced") this.#advanced(event);
    else if (event.type === "operation" && (event.stage === "ended" || event.stage === "failed")) this.#ended(event);
    else if (event.type === "restored") this.#restored(event.ageMs);
  }

  /** In the order in which they began; `startUs`: zero of the scenario's clock. */
  read(startUs: number): OperationRecord[] {
    return this.#started.map(({ began: { id, kind, on, at }, end, ageMs, parts }) => ({
      id,
      kind,
      on,
      beganAtMs: roundMs(usToMs(at - startUs)),
      ended: end === null ? null : end.stage === "ended",
      tookMs: end === null ? null : roundMs(end.tookMs),
      bytes: end?.stage === "ended" ? end.bytes : null,
      bytesPerSecond: end?.stage === "ended" ? rateOf(end.bytes, end.tookMs) : null,
      restoredAgeMs: roundMsOrNull(ageMs),
      what: end === null ? "" : end.stage === "ended" ? end.what : end.why,
      ...(parts.length === 0 ? {} : { parts: parts.slice(0, mostParts) }),
    }));
  }

  #ended(event: EndEvent): void {
    const started = this.#open(event);
    if (started !== undefined) started.end = event;
  }

  #advanced(event: Extract<OperationEvent, { stage: "advanced" }>): void {
    this.#open(event)?.parts.push({ of: event.replica, what: event.what });
  }

  #open(event: OperationEvent): Started | undefined {
    return this.#started.findLast(({ began, end }) => end === null && began.id === event.id && began.kind === event.kind && began.on === event.on);
  }

  /** Told once for each ledger that the restore which has just ended brings back. */
  #restored(ageMs: number | null): void {
    const started = this.#started.findLast(({ began, end }) => began.kind === "restore" && end?.stage === "ended");
    if (started !== undefined) started.ageMs = ageMs;
  }
}

function rateOf(bytes: number | null, tookMs: number): number | null {
  return bytes === null || tookMs <= 0 ? null : Math.round((bytes * 1000) / tookMs);
}
