/** Joins a ledger's writes with the ids that a completion has listed: one life per document, from intended ingest to seen finished. */

import { parseDurationMs, usToMs } from "../../base/duration.ts";
import type { InstantUs } from "../../base/time.ts";
import type { LogEvent, RunHeader } from "../../log/event.ts";

export interface ItemLife {
  intendedUs: InstantUs;
  /** null until it was acknowledged. */
  acknowledgedUs: InstantUs | null;
  /** First seen finished; null until then. */
  seenUs: InstantUs | null;
  ok: boolean;
}

export class ItemLives {
  readonly #completion: string;
  readonly #ledger: string | null;
  readonly #timeLimitMs: number;
  readonly #lives = new Map<string, ItemLife>();
  /** Seen finished before its write was recorded: segments are merged by time, so this is rare. */
  readonly #early = new Map<string, { atUs: InstantUs; ok: boolean }>();
  #resolutionMs = 0;
  #quiesced: { complete: boolean } | null = null;

  constructor(header: RunHeader, completion: string) {
    const spec = header.target.completions[completion];
    this.#completion = completion;
    this.#ledger = spec?.ledger ?? null;
    this.#timeLimitMs = spec === undefined ? 0 : parseDurationMs(spec.timeLimit);
  }

  step(event: LogEvent): void {
    if (event.type === "write" && event.ledger === this.#ledger) this.#write(event);
    else if (event.type === "completion" && event.completion === this.#completion) this.#finish(event);
    else if (event.type === "quiesced") this.#quiesced = { complete: event.complete };
  }

  #write(event: LogEvent & { type: "write" }): void {
    const early = this.#early.get(event.id);
    const life = this.#lives.get(event.id) ?? { intendedUs: event.intendedUs, acknowledgedUs: null, seenUs: early?.atUs ?? null, ok: early?.ok ?? false };
    if (event.what === "ok") life.acknowledgedUs ??= event.at;
    this.#lives.set(event.id, life);
  }

  #finish(event: LogEvent & { type: "completion" }): void {
    this.#resolutionMs = Math.max(this.#resolutionMs, event.resolutionMs);
    for (const { id, ok } of event.done) {
      const life = this.#lives.get(id);
      if (life === undefined) this.#early.set(id, { atUs: event.at, ok });
      else if (life.seenUs === null) Object.assign(life, { seenUs: event.at, ok });
    }
  }

  get lives(): Iterable<ItemLife> {
    return this.#lives.values();
  }

  /** Longest time between two polls. */
  get resolutionMs(): number {
    return this.#resolutionMs;
  }

  /** Intended ingest to seen finished, in ms; null when it never finished, finished after the time limit, or as an error. */
  durationMs(life: ItemLife): number | null {
    if (life.seenUs === null || !life.ok) return null;
    const durationMs = usToMs(life.seenUs - life.intendedUs);
    return durationMs > this.#timeLimitMs ? null : durationMs;
  }

  /** Why the lives cannot be judged yet, or null when they can. */
  problem(): string | null {
    if (this.#ledger === null) return `the target has no completion ${this.#completion}`;
    if (this.#quiesced === null) return "the run ended before the items under way were waited for";
    const open = [...this.#lives.values()].filter((life) => life.acknowledgedUs !== null && life.seenUs === null).length;
    if (this.#quiesced.complete && open > 0) return `the log lacks the completion of ${open} items that were seen to finish`;
    return null;
  }

  /** Acknowledged and not yet seen finished at `instantUs`. */
  backlogAt(instantUs: InstantUs): number {
    let backlog = 0;
    for (const life of this.#lives.values()) {
      if (life.acknowledgedUs === null || life.acknowledgedUs > instantUs) continue;
      if (life.seenUs === null || life.seenUs > instantUs) backlog += 1;
    }
    return backlog;
  }
}
