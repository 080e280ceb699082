/** The first rows of many, by an order of their own: a bounded memory, and how many there were in all. */

import type { Place } from "../../log/segment.ts";

/** One thing that a person looks up in the log. */
export interface TraceRow {
  /** "GET /status", "gauge queue", "fault cut". */
  what: string;
  /** Instant of the host's monotonic clock; null where there is none to tell. */
  atUs: number | null;
  /** What is told of it. */
  text: string;
  /** Its records: one, or all that it is made of. */
  places: readonly Place[];
}

/** Rows under one heading. */
export interface TraceGroup {
  title: string;
  /** How many there were in all. */
  count: number;
  rows: readonly TraceRow[];
}

const mostRows = 10;

export class FirstRows {
  readonly #rows: { order: number; row: TraceRow }[] = [];
  #count = 0;

  /** `order`: the lowest are kept; by default the instant. `make` is called for what is kept only. */
  add(order: number, make: () => TraceRow): void {
    this.#count += 1;
    const last = this.#rows.at(-1);
    if (this.#rows.length === mostRows && last !== undefined && order >= last.order) return;
    const before = this.#rows.findIndex((entry) => entry.order > order);
    this.#rows.splice(before === -1 ? this.#rows.length : before, 0, { order, row: make() });
    if (this.#rows.length > mostRows) this.#rows.pop();
  }

  read(title: string): TraceGroup {
    return { title, count: this.#count, rows: this.#rows.map(({ row }) => row) };
  }
}
