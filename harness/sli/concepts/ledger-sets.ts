/**
 * What became of tracked writes (MEASURES.md, data loss): the ledger's `ok`, `refused` and `info` against what was read back.
 *
 *   lost = ok − read · recovered = info ∩ read · unexpected = read − attempted · duplicated · resurrected = refused ∩ read
 *
 * Each way of reading back is judged by itself; the worst one counts. Made for a million ids: what is known
 * of each is a few bytes in columns, by the place of its id.
 */

import { usToMs } from "../../base/duration.ts";
import { IdIndex } from "../../base/id-index.ts";
import type { InstantUs } from "../../base/time.ts";
import type { LogEvent, RunHeader, WriteOutcome } from "../../log/event.ts";
import type { Act } from "./fault-times.ts";

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
const firstCapacity = 1024;
/** More than once is a duplicate, however often: a count need not go further. */
const mostCopies = 255;
/** An hour, and what fits. */
const mostUnderWayUs = 2 ** 32 - 1;
/** What is known of an id, by strength when it was written more than once: what was acknowledged once must be there, what is in doubt may be. */
const states = { stranger: 0, invoked: 1, refused: 2, info: 3, ok: 4 } as const satisfies Record<WriteOutcome | "stranger" | "invoked", number>;

interface LostWrite {
  id: string;
  acknowledgedUs: InstantUs;
}

interface Way {
  /** By the place of the id. */
  copies: Uint8Array<ArrayBuffer>;
  complete: boolean;
  failed: string | null;
}

export class LedgerBook {
  readonly #ledger: string;
  readonly #declaredWays: readonly string[];
  /** Of all ids, also those that were read and never written. */
  readonly #ids = new IdIndex();
  readonly #ways = new Map<string, Way>();
  /** By fault; what was acknowledged until it was felt may have been lost by it. */
  readonly #injections = new Map<string, Act & { feltUs: InstantUs }>();
  #state = new Uint8Array(firstCapacity);
  /** When it was acknowledged; as long as it is not, when it was sent. */
  #acknowledgedUs = new Float64Array(firstCapacity);
  /** From the sending to the acknowledgement. */
  #underWayUs = new Uint32Array(firstCapacity);
  #attempted = 0;

  constructor(header: RunHeader, ledger: string) {
    this.#ledger = ledger;
    this.#declaredWays = Object.keys(header.target.ledgers[ledger]?.readBack ?? {});
  }

  step(event: LogEvent): void {
    if (event.type === "fault" && event.stage === "injected") this.#injections.set(event.id, { beganUs: event.beganUs, endedUs: event.endedUs, feltUs: event.endedUs });
    else if (event.type === "fault" && event.stage === "felt") this.#felt(event);
    else if (event.type === "write" && event.ledger === this.#ledger) this.#write(event);
    else if (event.type === "read-back" && event.ledger === this.#ledger) this.#readBack(event);
    else if (event.type === "read-back-failed" && event.ledger === this.#ledger) this.#ways.set(event.way, { ...newWay(), failed: event.why });
  }

  #felt({ id, at, witness }: LogEvent & { type: "fault"; stage: "felt" }): void {
    const injection = this.#injections.get(id);
    if (injection !== undefined && witness.seen) injection.feltUs = Math.max(injection.endedUs, at);
  }

  #write(event: LogEvent & { type: "write" }): void {
    const place = this.#ids.place(event.id);
    if (place >= this.#state.length) {
      this.#state = grown(this.#state, new Uint8Array(2 * place));
      this.#underWayUs = grown(this.#underWayUs, new Uint32Array(2 * place));
      this.#acknowledgedUs = grown(this.#acknowledgedUs, new Float64Array(2 * place));
    }
    const before = this.#state[place] ?? states.stranger;
    if (before === states.stranger) this.#attempted += 1;
    const now = event.what === "invoke" ? states.invoked : states[event.what];
    if (before === states.stranger || (event.what === "invoke" && before !== states.ok)) this.#acknowledgedUs[place] = event.at;
    if (now <= before) return;
    this.#state[place] = now;
    if (now !== states.ok) return;
    this.#underWayUs[place] = Math.min(mostUnderWayUs, Math.max(0, event.at - (this.#acknowledgedUs[place] ?? 0)));
    this.#acknowledgedUs[place] = event.at;
  }

  #readBack(event: LogEvent & { type: "read-back" }): void {
    let way = this.#ways.get(event.way);
    // A new reading replaces an older one that was complete or had failed.
    if (way === undefined || way.complete || way.failed !== null) this.#ways.set(event.way, (way = newWay()));
    for (const id of event.ids) {
      const place = this.#ids.place(id);
      if (place >= way.copies.length) way.copies = grown(way.copies, new Uint8Array(2 * place));
      way.copies[place] = Math.min(mostCopies, (way.copies[place] ?? 0) + 1);
    }
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
    for (let place = 0; place < this.#ids.count; place += 1) if (this.#state[place] === states.ok && (this.#acknowledgedUs[place] ?? 0) <= instantUs) count += 1;
    return count;
  }

  get attempted(): number {
    return this.#attempted;
  }

  #setsOf(way: string, copies: Uint8Array): LedgerSets {
    const { written, there } = this.#counted(copies);
    const lost = written.ok - there.ok;
    const stretches = this.#stretches(copies);
    return {
      way,
      attempted: this.#attempted,
      acknowledged: written.ok,
      refused: written.refused,
      indeterminate: written.info,
      read: there.all,
      lost,
      recovered: there.info,
      duplicated: there.twice,
      resurrected: there.refused,
      unexpected: there.stranger,
      misplaced: lost + there.twice + there.stranger,
      lostMs: this.#lostMs(lost, stretches),
      holes: stretches.some(({ oldestLostUs, newestKeptUs }) => newestKeptUs > oldestLostUs),
      lostIds: this.#oldestLost(copies),
    };
  }

  /** How many were written, and how many of them are there, by what is known of them. */
  #counted(copies: Uint8Array): { written: Count; there: Count & { all: number; stranger: number; twice: number } } {
    const written = { ok: 0, refused: 0, info: 0 };
    const there = { ok: 0, refused: 0, info: 0, all: 0, stranger: 0, twice: 0 };
    for (let place = 0; place < this.#ids.count; place += 1) {
      const count = copies[place] ?? 0;
      const kind = kindOf(this.#state[place] ?? states.stranger);
      if (kind !== "stranger") written[kind] += 1;
      if (count === 0) continue;
      there.all += 1;
      there[kind] += 1;
      if (count > 1) there.twice += 1;
    }
    return { written, there };
  }

  /** The first so many, by when they were acknowledged. */
  #oldestLost(copies: Uint8Array): string[] {
    const oldest: LostWrite[] = [];
    let limitUs = Infinity;
    for (let place = 0; place < this.#ids.count; place += 1) {
      if (this.#state[place] !== states.ok || (copies[place] ?? 0) > 0) continue;
      const acknowledgedUs = this.#acknowledgedUs[place] ?? 0;
      if (acknowledgedUs > limitUs) continue;
      oldest.push({ id: this.#ids.idAt(place), acknowledgedUs });
      oldest.sort((a, b) => a.acknowledgedUs - b.acknowledgedUs || (a.id < b.id ? -1 : 1));
      if (oldest.length > shownIds) oldest.pop();
      if (oldest.length === shownIds) limitUs = oldest.at(-1)?.acknowledgedUs ?? Infinity;
    }
    return oldest.map(({ id }) => id);
  }

  /**
   * Each stretch up to a fault, and the one after the last: the oldest write that was lost of it, and the newest that is there. A fault takes effect
   * somewhere between its beginning and when it was felt (PostgreSQL acknowledges for milliseconds after one of its processes was killed). What was acknowledged
   * until then and is lost was lost by it; so was what was sent until then and took no longer than writes take without a fault: the answer was on its way. One
   * that took longer waited for a system that was up again, and is the next fault's. What survived up to the end of the act survived it. Writes that were under way at once have no
   * order: one is newer than another when it was sent after the other was acknowledged.
   */
  #stretches(copies: Uint8Array): Stretch[] {
    const faults = [...[...this.#injections.values()].toSorted((a, b) => a.endedUs - b.endedUs), { beganUs: Infinity, endedUs: Infinity, feltUs: Infinity }];
    const stretches = faults.map(({ beganUs, endedUs, feltUs }): Stretch => ({ endedUs, feltUs, effectUs: beganUs, oldestLostUs: Infinity, newestKeptUs: -Infinity }));
    const undisturbedUs = this.#longestUntil(Math.min(...faults.map(({ beganUs }) => beganUs)));
    for (let place = 0; place < this.#ids.count; place += 1) {
      if (this.#state[place] !== states.ok) continue;
      const acknowledgedUs = this.#acknowledgedUs[place] ?? 0;
      const underWayUs = this.#underWayUs[place] ?? 0;
      const isKept = (copies[place] ?? 0) > 0;
      const isOf = ({ endedUs, feltUs }: Stretch): boolean => acknowledgedUs <= (isKept ? endedUs : feltUs) || (!isKept && acknowledgedUs - underWayUs <= feltUs && underWayUs <= undisturbedUs);
      const stretch = stretches.find(isOf);
      if (stretch === undefined) continue;
      stretch.effectUs = Math.max(stretch.effectUs, Math.min(acknowledgedUs, stretch.feltUs));
      if (isKept) stretch.newestKeptUs = Math.max(stretch.newestKeptUs, acknowledgedUs - underWayUs);
      else stretch.oldestLostUs = Math.min(stretch.oldestLostUs, acknowledgedUs);
    }
    return stretches;
  }

  /** The longest that an acknowledged write took, of those that were answered by then; 0 when there were none. */
  #longestUntil(instantUs: InstantUs): number {
    let longestUs = 0;
    for (let place = 0; place < this.#ids.count; place += 1) {
      if (this.#state[place] === states.ok && (this.#acknowledgedUs[place] ?? 0) <= instantUs) longestUs = Math.max(longestUs, this.#underWayUs[place] ?? 0);
    }
    return longestUs;
  }

  /** Each lost write counts from when the fault that it was lost by can have taken effect at the earliest; one that was written after the last fault has age 0. */
  #lostMs(lost: number, stretches: readonly Stretch[]): number | null {
    if (lost === 0 || this.#injections.size === 0) return null;
    return Math.max(0, ...stretches.map(({ effectUs, oldestLostUs }) => (effectUs === Infinity || oldestLostUs === Infinity ? 0 : usToMs(effectUs - oldestLostUs))));
  }
}

type Count = Record<WriteOutcome, number>;

interface Stretch {
  /** Of the fault at its end. */
  endedUs: InstantUs;
  feltUs: InstantUs;
  /** Before this it has not taken effect: it had not begun, or a write was acknowledged still. */
  effectUs: InstantUs;
  /** When it was acknowledged. */
  oldestLostUs: InstantUs;
  /** When it was sent. */
  newestKeptUs: InstantUs;
}

function newWay(): Way {
  return { copies: new Uint8Array(firstCapacity), complete: false, failed: null };
}

/** A write without an outcome is in doubt. */
function kindOf(state: number): WriteOutcome | "stranger" {
  if (state === states.stranger) return "stranger";
  if (state === states.ok) return "ok";
  return state === states.refused ? "refused" : "info";
}

function grown<T extends Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>(from: T, to: T): T {
  to.set(from);
  return to;
}
