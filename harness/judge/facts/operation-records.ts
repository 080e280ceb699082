/** What was done to the system beside the faults, or about them: what became of each operation, and of each replica on the way. */

import type { LogEvent } from "../../log/event.ts";
import type { OperationRecord } from "../verdict/schema.ts";

type OperationEvent = Extract<LogEvent, { type: "operation" }>;

const mostParts = 64;

export class OperationsFold {
  readonly #records: { atUs: number; record: OperationRecord }[] = [];

  step(event: LogEvent): void {
    if (event.type !== "operation") return;
    const { id, kind, on } = event;
    if (event.stage === "began") {
      this.#records.push({ atUs: event.at, record: { id, kind, on, atMs: 0, tookMs: null, outcome: "not ended", what: "", parts: [] } });
      return;
    }
    // A fault may be repaired by several operations, one after the other.
    const open = this.#records.findLast(({ record }) => record.id === id && record.kind === kind && record.on === on && record.outcome === "not ended");
    if (open !== undefined) open.record = { ...open.record, ...changeBy(event, open.record) };
  }

  /** In the order in which they began. Times count from `startUs`. */
  read(startUs: number): OperationRecord[] {
    return this.#records.map(({ atUs, record }) => ({ ...record, atMs: Math.round((atUs - startUs) / 1000) }));
  }
}

function changeBy(event: Exclude<OperationEvent, { stage: "began" }>, { parts }: OperationRecord): Partial<OperationRecord> {
  switch (event.stage) {
    case "advanced":
      return { parts: [...parts, { of: event.replica, what: event.what }].slice(0, mostParts) };
    case "ended":
      return { outcome: "done", tookMs: Math.round(event.tookMs), what: event.what };
    case "failed":
      return { outcome: "failed", tookMs: Math.round(event.tookMs), what: event.why };
  }
}
