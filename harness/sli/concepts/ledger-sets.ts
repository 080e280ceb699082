/**
 * What became of tracked writes (MEASURES.md, data loss): the ledger's `ok`, `refused` and `info` against what was read back.
 *
 *   lost = ok − read · recovered = info ∩ read · unexpected = read − attempted · duplicated · resurrected = refused ∩ read
 *
 * Each way of reading back is judged by itself; the worst one counts. Made for a million ids.
 */

import { usToMs } from "../../base/duration.ts";
import type { InstantUs } from "../../base/time.ts";
import type { LogEvent, RunHeader, WriteOutcome } from "../../log/event.ts";

export interface LedgerSets {
  /** The way of reading back that these are the sets of. */
  way: string;
  attempted: number;
  acknowledged: number;
  refused: number;
  indeterminate: number;
  /** Different ids that were read. */
  read: number;
  lost: number;
  recovered: number;
  duplicated: number;
  resurrected: number;
  unexpected: number;
  /** lost, duplicated and unexpected together. */
  misplaced: number;
  /** Age at the fault of the oldest lost write; null when nothing is lost or there was no fault. */
  lostMs: number | null;
  /** Newer acknowledged writes survived older lost ones, up to the fault: worse than a lost tail. */
  holes: boolean;
  /** The first 20, oldest first. */
  lostIds: readonly string[];
}

export type LedgerReading = { kind: "measured"; ways: readonly LedgerSets[] } | { kind: "unmeasured"; why: string };

const shownIds = 20;
/** Strength of an outcome when an id was written more than once: what was acknowledged once must be there, what is in doubt may be. */
const strength: { readonly [Outcome in WriteOutcome]: number } = { refused: 1, info: 2, ok: 3 };

interface Write {
  outcome: WriteOutcome | null;
  acknowledgedUs: InstantUs;
}

interface LostWrite {
  id: string;
  acknowledgedUs: InstantUs;
}

interface Fates extends Pick<LedgerSets, "acknowledged" | "refused" | "indeterminate" | "recovered" | "resurrected"> {
  lost: LostWrite[];
}

interface Way {
  copies: Map<string, number>;
  complete: boolean;
  failed: string | null;
}

export class LedgerBook {
  readonly #ledger: string;
  readonly #declaredWays: readonly string[];
  readonly #writes = new Map<string, Write>();
  readonly #ways = new Map<string, Way>();
  readonly #injectionsUs: InstantUs[] = [];

  constructor(header: RunHeader, ledger: string) {
    this.#ledger = ledger;
    this.#declaredWays = Object.keys(header.target.ledgers[ledger]?.readBack ?? {});
  }

  step(event: LogEvent): void {
    if (event.type === "fault" && event.stage === "injected") this.#injectionsUs.push(event.beganUs);
    else if (event.type === "write" && event.ledger === this.#ledger) this.#write(event);
    else if (event.type === "read-back" && event.ledger === this.#ledger) this.#readBack(event);
    else if (event.type === "read-back-failed" && event.ledger === this.#ledger) this.#ways.set(event.way, { copies: new Map(), complete: false, failed: event.why });
  }

  #write(event: LogEvent & { type: "write" }): void {
    let write = this.#writes.get(event.id);
    if (write === undefined) this.#writes.set(event.id, (write = { outcome: null, acknowledgedUs: 0 }));
    if (event.what === "invoke") return;
    if (event.what === "ok" && write.outcome !== "ok") write.acknowledgedUs = event.at;
    if (write.outcome === null || strength[event.what] > strength[write.outcome]) write.outcome = event.what;
  }

  #readBack(event: LogEvent & { type: "read-back" }): void {
    let way = this.#ways.get(event.way);
    // A new reading replaces an older one that was complete or had failed.
    if (way === undefined || way.complete || way.failed !== null) this.#ways.set(event.way, (way = { copies: new Map(), complete: false, failed: null }));
    for (const id of event.ids) way.copies.set(id, (way.copies.get(id) ?? 0) + 1);
    way.complete = event.last;
  }

  /** The sets by each declared way; unmeasured unless every way was read to its end. */
  read(): LedgerReading {
    if (this.#declaredWays.length === 0) return { kind: "unmeasured", why: `the target has no way to read ledger ${this.#ledger} back` };
    const sets: LedgerSets[] = [];
    for (const name of this.#declaredWays) {
      const way = this.#ways.get(name);
      if (way === undefined) return { kind: "unmeasured", why: `ledger ${this.#ledger} was not read back by ${name}` };
      if (way.failed !== null) return { kind: "unmeasured", why: `reading ledger ${this.#ledger} back by ${name} failed: ${way.failed}` };
      if (!way.complete) return { kind: "unmeasured", why: `reading ledger ${this.#ledger} back by ${name} did not come to its end` };
      sets.push(this.#setsOf(name, way.copies));
    }
    return { kind: "measured", ways: sets };
  }

  /** How many writes were acknowledged by then. */
  acknowledgedBy(instantUs: InstantUs): number {
    let count = 0;
    for (const write of this.#writes.values()) if (write.outcome === "ok" && write.acknowledgedUs <= instantUs) count += 1;
    return count;
  }

  get attempted(): number {
    return this.#writes.size;
  }

  #setsOf(way: string, copies: ReadonlyMap<string, number>): LedgerSets {
    const { lost, ...counts } = this.#fates(copies);
    const lostIds = lost.slice(0, shownIds).map((write) => write.id);
    let duplicated = 0;
    let unexpected = 0;
    for (const [id, count] of copies) {
      if (count > 1) duplicated += 1;
      if (!this.#writes.has(id)) unexpected += 1;
    }
    return {
      way,
      attempted: this.#writes.size,
      ...counts,
      read: copies.size,
      lost: lost.length,
      duplicated,
      unexpected,
      misplaced: lost.length + duplicated + unexpected,
      lostMs: this.#lostMs(lost),
      holes: this.#holes(lost, copies),
      lostIds,
    };
  }

  /** What became of each write; the lost ones oldest first. */
  #fates(copies: ReadonlyMap<string, number>): Fates {
    const fates: Fates = { acknowledged: 0, refused: 0, indeterminate: 0, recovered: 0, resurrected: 0, lost: [] };
    for (const [id, write] of this.#writes) {
      const there = copies.has(id);
      if (write.outcome === "ok") {
        fates.acknowledged += 1;
        if (!there) fates.lost.push({ id, acknowledgedUs: write.acknowledgedUs });
      } else if (write.outcome === "refused") {
        fates.refused += 1;
        if (there) fates.resurrected += 1;
      } else {
        fates.indeterminate += 1;
        if (there) fates.recovered += 1;
      }
    }
    fates.lost.sort((a, b) => a.acknowledgedUs - b.acknowledgedUs || (a.id < b.id ? -1 : 1));
    return fates;
  }

  /** Each lost write counts from the first fault after its acknowledgement; one acknowledged after the last fault has age 0. */
  #lostMs(lost: readonly LostWrite[]): number | null {
    if (lost.length === 0 || this.#injectionsUs.length === 0) return null;
    return Math.max(0, ...chunkOldest(lost, this.#injectionsUs));
  }

  #holes(lost: readonly LostWrite[], copies: ReadonlyMap<string, number>): boolean {
    // For each stretch up to a fault (and the one after the last): did a survivor come after the oldest lost one?
    const ends = [...this.#injectionsUs, Infinity];
    const oldest = ends.map((endUs, index) => lost.find((write) => write.acknowledgedUs > (ends[index - 1] ?? -Infinity) && write.acknowledgedUs <= endUs));
    if (oldest.every((write) => write === undefined)) return false;
    for (const [id, write] of this.#writes) {
      if (write.outcome !== "ok" || !copies.has(id)) continue;
      const stretch = ends.findIndex((endUs) => write.acknowledgedUs <= endUs);
      const first = oldest[stretch];
      if (first !== undefined && write.acknowledgedUs > first.acknowledgedUs) return true;
    }
    return false;
  }
}

/** Age in ms, per injection, of the oldest lost write that was acknowledged since the injection before. */
function chunkOldest(lost: readonly LostWrite[], injectionsUs: readonly InstantUs[]): number[] {
  return injectionsUs.flatMap((injectedUs, index) => {
    const sinceUs = injectionsUs[index - 1] ?? -Infinity;
    const first = lost.find((write) => write.acknowledgedUs > sinceUs && write.acknowledgedUs <= injectedUs);
    return first === undefined ? [] : [usToMs(injectedUs - first.acknowledgedUs)];
  });
}
