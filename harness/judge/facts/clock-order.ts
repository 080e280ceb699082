/**
 * Whether all records of a log are stamped by one clock that only goes forward. A process whose clock stepped puts its requests into other phases,
 * or into none: what failed would be out of sight.
 */

import type { LogEvent } from "../../log/event.ts";
import { formatDurationMs } from "../verdict/format.ts";
import { usToMs } from "../../base/duration.ts";

/** Segments are written by several processes in blocks: order is kept to some ms, and a step of a clock is longer than this. */
const mostDisorderUs = 10_000_000;

export class ClockOrder {
  #newestUs: number;
  #endUs: number | null = null;
  #problem: string | null = null;

  /** `startUs`: when the log was begun. */
  constructor(startUs: number) {
    this.#newestUs = startUs;
  }

  step(event: LogEvent): void {
    // Appended when the whole suite has ended.
    if (event.type === "cleanup") return;
    if (event.at < this.#newestUs - mostDisorderUs) this.#note(`a clock stepped back by ${lasting(this.#newestUs - event.at)}`);
    if (this.#endUs !== null && event.at > this.#endUs + mostDisorderUs) this.#note(`a record is stamped ${lasting(event.at - this.#endUs)} after the end of the run`);
    if (event.type === "end") this.#endUs = event.at;
    this.#newestUs = Math.max(this.#newestUs, event.at);
  }

  #note(problem: string): void {
    this.#problem ??= problem;
  }

  /** What is wrong with the stamps, or null. */
  read(): string | null {
    return this.#problem;
  }
}

function lasting(durationUs: number): string {
  return formatDurationMs(usToMs(durationUs));
}
